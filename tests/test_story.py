"""The main job from end to end, through the operations: open, answer, sign, deploy, close."""

from __future__ import annotations

import pytest
from django.utils import timezone

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.errors import Conflict
from checklists.gate import Go
from checklists.operations.decisions import decide_release
from checklists.operations.deployments import close_release, deploy_release
from checklists.operations.items import mark_not_applicable, tick_item, untick_item
from checklists.operations.signoffs import rule_digest_for, sign_release
from checklists.state import Meaning, Stage
from tests.checklist_data import item_of

pytestmark = pytest.mark.django_db


def sign(release, person, role):
    return sign_release(
        release,
        actor=Actor.of_person(person),
        role=role,
        meaning=Meaning.APPROVE,
        digest=rule_digest_for(current_state(release), role),
        authenticated_at=timezone.now(),
    )


def reasons(decision):
    return {(r.code, r.item, r.role) for r in decision.reasons}


def test_a_release_goes_from_open_to_closed_and_the_past_can_be_asked(cast, release):
    said = []

    def ask():
        decision = decide_release(release)
        said.append((current_state(release).seq, timezone.now(), decision))
        return decision

    priya = Actor.of_person(cast.priya)
    first = ask()
    assert first.verdict == Go.NO_GO
    assert reasons(first) == {
        ("item_open", "infrastructure/network/configure-dns", None),
        ("item_open", "infrastructure/network/configure-cdn", None),
        ("item_open", "security/secrets/rotate-secrets", None),
        ("item_open", "security/secrets/audit-access", None),
        ("signoff_missing", None, "security"),
        ("signoff_missing", None, "release-manager"),
    }
    tick_item(item_of(release, "configure-dns"), actor=priya)
    ask()
    mark_not_applicable(
        item_of(release, "configure-cdn"), actor=priya, reason="No static assets in this service."
    )
    tick_item(item_of(release, "rotate-secrets"), actor=priya)
    tick_item(item_of(release, "audit-access"), actor=priya)
    sign(release, cast.sam, "security")
    ask()
    sign(release, cast.marta, "release-manager")
    last = ask()
    assert last.verdict == Go.GO
    assert [note.code for note in last.notes] == ["item_not_applicable"]

    rotate = item_of(release, "rotate-secrets")
    untick_item(rotate, actor=priya)
    tick_item(rotate, actor=priya)
    stale = ask()
    assert stale.verdict == Go.NO_GO
    assert reasons(stale) == {
        ("signoff_stale", None, "security"),
        ("signoff_stale", None, "release-manager"),
    }
    with pytest.raises(Conflict, match="no-go"):
        deploy_release(release, actor=Actor.of_person(cast.marta))
    sign(release, cast.sam, "security")
    sign(release, cast.marta, "release-manager")
    deployed = deploy_release(release, actor=Actor.of_person(cast.marta))
    assert decide_release(deployed, stage=Stage.CLOSE).verdict == Go.NO_GO
    tick_item(item_of(release, "review-logs"), actor=priya)
    assert close_release(release, actor=Actor.of_person(cast.marta)).status == "closed"

    for _, moment, then in said:
        past = decide_release(release, as_of=moment)
        assert (past.verdict, past.digest, reasons(past)) == (
            then.verdict,
            then.digest,
            reasons(then),
        )
