"""A holder signs what they saw, in person, freshly authenticated, for one role."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.errors import Conflict, Invalid, NotAllowed, NotVisible
from checklists.models import RoleHolder
from checklists.operations.decisions import decide_release
from checklists.operations.items import tick_item
from checklists.operations.signoffs import rule_digest_for, sign_release
from checklists.operations.tokens import create_token
from checklists.state import Meaning
from tests.checklist_data import item_of, open_small_release
from tests.operations.nothing import changes_nothing

pytestmark = pytest.mark.django_db


def sign(release, person, role="security", **given):
    actor = person if isinstance(person, Actor) else Actor.of_person(person)
    return sign_release(
        release,
        **{
            "actor": actor,
            "role": role,
            "meaning": Meaning.APPROVE,
            "digest": rule_digest_for(current_state(release), role),
            "authenticated_at": timezone.now(),
            **given,
        },
    )


def test_a_signature_keeps_name_meaning_time_and_what_was_signed(cast, release):
    signoff = sign(release, cast.sam, note="Looked at everything.")
    assert signoff.printed_name.value == "Sam Okafor"
    assert set(signoff.digests) == {"small/security"}
    assert signoff.seq == release.chain.events.latest("seq").seq


def test_the_digest_of_the_whole_release_is_good_as_well(cast, release):
    assert sign(release, cast.sam, digest=decide_release(release).digest).pk


def test_what_changed_meanwhile_is_refused_with_the_new_digest(cast, release):
    seen = rule_digest_for(current_state(release), "security")
    tick_item(item_of(release, "rotate-secrets"), actor=Actor.of_person(cast.priya))
    with changes_nothing(Conflict) as refusal:
        sign(release, cast.sam, digest=seen)
    assert refusal.value.code == "digest_changed"
    assert refusal.value.details["digest"] == rule_digest_for(current_state(release), "security")


@pytest.mark.parametrize("minutes", [6, None])
def test_an_old_or_missing_authentication_is_refused(cast, release, minutes):
    at = None if minutes is None else timezone.now() - timedelta(minutes=minutes)
    with changes_nothing(NotAllowed) as refusal:
        sign(release, cast.sam, authenticated_at=at)
    assert refusal.value.code == "reauthentication_required"


def test_only_holders_sign_and_never_a_token(cast, release):
    for person in (cast.priya, cast.marta, cast.olga):
        with changes_nothing(NotAllowed):
            sign(release, person)
    token, _ = create_token(cast.project, "ci", ["read"], actor=Actor.of_person(cast.sam))
    with changes_nothing(NotAllowed) as refusal:
        sign(release, Actor.of_token(token))
    assert refusal.value.code == "needs_person"


def test_a_holder_who_left_the_project_signs_no_more(cast, release):
    cast.sam.memberships.all().delete()
    assert RoleHolder.objects.filter(person=cast.sam).exists()
    with changes_nothing(NotVisible):
        sign(release, cast.sam)


def test_one_person_fills_one_role(cast, release):
    RoleHolder.objects.create(role=cast.release_management, person=cast.sam)
    sign(release, cast.sam)
    with changes_nothing(Conflict) as refusal:
        sign(release, cast.sam, "release-manager")
    assert refusal.value.code == "one_role_per_person"


def test_a_rejection_needs_a_reason_and_closes_the_gate(cast, release):
    with changes_nothing(Invalid):
        sign(release, cast.sam, meaning=Meaning.REJECT, note="no")
    sign(release, cast.sam, meaning=Meaning.REJECT, note="The key in settings is still valid.")
    assert ("signoff_rejected", "security") in {
        (r.code, r.role) for r in decide_release(release).reasons
    }


def test_a_role_the_release_does_not_ask_for_cannot_sign(cast, release):
    other = cast.security
    other.pk, other.slug = None, "legal"
    other.save()
    RoleHolder.objects.create(role=other, person=cast.priya)
    with changes_nothing(Invalid) as refusal:
        sign(release, cast.priya, "legal", digest="0" * 64)
    assert refusal.value.code == "no_rule"


def test_a_signature_row_copied_to_another_release_is_found_and_counts_for_nothing(cast, release):
    signoff = sign(release, cast.sam)
    other = open_small_release(cast, "2.5.0", release.checklists.get().template_version.template)
    signoff.pk, signoff.release = None, other
    signoff.save()
    decision = decide_release(other)
    assert decision.verdict == "unknown"
    assert decision.reasons[0].code == "log_mismatch"
    assert ("signoff_missing", "security") in {(r.code, r.role) for r in decision.reasons}
