"""What people may say of an item, and when they are told no."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from checklists.actors import Actor
from checklists.errors import Conflict, Invalid, ItemChanged, NotAllowed
from checklists.models import Disclosable, Evidence, Probe, Release
from checklists.operations.evidence import attach_evidence
from checklists.operations.items import (
    mark_not_applicable,
    reopen_item,
    start_item,
    tick_item,
    untick_item,
)
from checklists.operations.planning import assign_item, set_item_due
from checklists.operations.probes import attach_probe
from checklists.operations.releases import set_release_target
from checklists.operations.undo import undo_item_change
from checklists.state import Answer
from tests.checklist_data import TARGET, item_of
from tests.operations.nothing import changes_nothing

pytestmark = pytest.mark.django_db

LONG = "No static assets in this service at all."


@pytest.fixture
def priya_acts(cast) -> Actor:
    return Actor.of_person(cast.priya)


@pytest.fixture
def dns(release: Release):
    return item_of(release, "configure-dns")


def events(release: Release) -> list[dict]:
    return [
        json.loads(body)
        for body in release.chain.events.order_by("seq").values_list("body", flat=True)
    ]


def test_a_tick_says_who_and_when_and_moves_the_version(dns, priya_acts, cast):
    item = tick_item(dns, actor=priya_acts, expected_version=1)
    assert (item.answer, item.answered_by, item.version) == (Answer.DONE, cast.priya, 2)
    assert item.decided_seq == 2
    assert item.answered_at is not None


def test_ticking_twice_is_one_event(dns, priya_acts, release):
    tick_item(dns, actor=priya_acts)
    tick_item(dns, actor=priya_acts, expected_version=1)
    assert [event["action"] for event in events(release)] == ["release.opened", "item.ticked"]


def test_an_old_version_is_refused_saying_who_did_what(dns, priya_acts, cast):
    tick_item(dns, actor=Actor.of_person(cast.sam))
    with changes_nothing(ItemChanged) as refusal:
        untick_item(dns, actor=priya_acts, expected_version=1)
    assert "Sam Okafor" in refusal.value.message
    assert "ticked" in refusal.value.message
    assert refusal.value.details["current_version"] == 2


def test_no_name_no_title_and_no_reason_enters_the_log(dns, priya_acts, release):
    tick_item(dns, actor=priya_acts)
    reopen_item(dns, actor=priya_acts, reason="Priya said the record was missing.")
    log = "".join(release.chain.events.values_list("body", flat=True))
    for word in ("Priya", "example.com", "record was missing", "Configure DNS"):
        assert word not in log
    committed = events(release)[-1]["commit"]["reason"]
    assert Disclosable.objects.get(commitment=committed).value.endswith("missing.")


def test_not_applicable_only_where_the_template_allows_it(dns, priya_acts, release):
    with changes_nothing(Conflict):
        mark_not_applicable(dns, actor=priya_acts, reason=LONG)
    item = mark_not_applicable(item_of(release, "configure-cdn"), actor=priya_acts, reason=LONG)
    assert item.answer == Answer.NOT_APPLICABLE


@pytest.mark.parametrize(("reason", "code"), [(" ", "reason_required"), ("no", "reason_too_short")])
def test_not_applicable_needs_a_reason_that_says_something(release, priya_acts, reason, code):
    with changes_nothing(Invalid) as refusal:
        mark_not_applicable(item_of(release, "configure-cdn"), actor=priya_acts, reason=reason)
    assert refusal.value.code == code


def test_an_item_that_does_not_apply_is_given_to_nobody(release, priya_acts, cast):
    cdn = mark_not_applicable(item_of(release, "configure-cdn"), actor=priya_acts, reason=LONG)
    with changes_nothing(Conflict):
        assign_item(cdn, actor=priya_acts, to=cast.sam)


def test_items_go_to_members_only(dns, priya_acts, cast):
    for stranger in (cast.mallory, cast.dana):
        with changes_nothing(Invalid):
            assign_item(dns, actor=priya_acts, to=stranger)


def test_a_done_item_is_not_started(dns, priya_acts):
    tick_item(dns, actor=priya_acts)
    with changes_nothing(Conflict):
        start_item(dns, actor=priya_acts)


def red(item, cast) -> None:
    probe = attach_probe(
        item,
        actor=Actor.of_person(cast.marta),
        kind="http",
        params={"url": "https://www.example.com/"},
    )
    Probe.objects.filter(pk=probe.pk).update(confirmed="fail", confirmed_at=timezone.now())


def test_ticking_against_red_demands_a_reason_which_is_kept(dns, priya_acts, cast, release):
    red(dns, cast)
    with changes_nothing(Invalid) as refusal:
        tick_item(dns, actor=priya_acts)
    assert refusal.value.code == "reason_required"
    item = tick_item(dns, actor=priya_acts, reason="The probe looks at the old host.")
    assert item.reason.value == "The probe looks at the old host."
    assert events(release)[-1]["data"]["verdict"] == "fail"


def test_evidence_keeps_both_dates_and_takes_no_dangerous_link(dns, priya_acts):
    seen = timezone.now() - timedelta(days=2)
    kind = Evidence.Kind.LINK
    evidence = attach_evidence(
        dns, actor=priya_acts, kind=kind, content="https://example.com/x", observed_at=seen
    )
    assert (evidence.observed_at, evidence.attached_at > seen) == (seen, True)
    for link in ("javascript:alert(1)", "https://", "ftp://a/b", "https://u:p@host/", "//host"):
        with changes_nothing(Invalid):
            attach_evidence(dns, actor=priya_acts, kind=kind, content=link)
    with changes_nothing(Invalid):
        attach_evidence(
            dns,
            actor=priya_acts,
            kind=Evidence.Kind.TEXT,
            content="From tomorrow.",
            observed_at=timezone.now() + timedelta(days=1),
        )


def test_undo_takes_back_the_own_last_step_and_says_which(dns, priya_acts, release):
    item = tick_item(dns, actor=priya_acts)
    item = undo_item_change(item, actor=priya_acts, seq=2, expected_version=2)
    assert item.answer == Answer.OPEN
    assert events(release)[-1]["undoes"] == 2


def test_undo_brings_an_answer_back_with_its_reason(release, priya_acts):
    cdn = mark_not_applicable(item_of(release, "configure-cdn"), actor=priya_acts, reason=LONG)
    reopen_item(cdn, actor=priya_acts, reason="It does apply.")
    item = undo_item_change(cdn, actor=priya_acts, seq=3, expected_version=3)
    assert (item.answer, item.reason.value) == (Answer.NOT_APPLICABLE, LONG)


def test_undo_brings_the_former_assignee_back(dns, priya_acts, cast):
    assign_item(dns, actor=priya_acts, to=cast.sam)
    item = assign_item(dns, actor=priya_acts, to=cast.security)
    item = undo_item_change(item, actor=priya_acts, seq=3, expected_version=3)
    assert (item.assignee, item.assignee_role) == (cast.sam, None)


def test_undo_gives_an_item_back_to_nobody_who_has_left(dns, priya_acts, cast):
    assign_item(dns, actor=priya_acts, to=cast.sam)
    item = assign_item(dns, actor=priya_acts, to=None)
    cast.project.memberships.filter(person=cast.sam).delete()
    with changes_nothing(Invalid) as refused:
        undo_item_change(item, actor=priya_acts, seq=3, expected_version=3)
    assert refused.value.code == "not_a_member"


def test_undo_is_refused_when_the_item_moved_on_or_is_not_ones_own(dns, priya_acts, cast):
    item = tick_item(dns, actor=priya_acts)
    with changes_nothing(NotAllowed):
        undo_item_change(item, actor=Actor.of_person(cast.marta), seq=2, expected_version=2)
    assign_item(item, actor=priya_acts, to=cast.sam)
    with changes_nothing(ItemChanged):
        undo_item_change(item, actor=priya_acts, seq=2, expected_version=2)
    with changes_nothing(Conflict):
        undo_item_change(item, actor=priya_acts, seq=2, expected_version=3)


def test_due_dates_given_as_offsets_move_with_the_target(dns, release, cast, priya_acts):
    assert dns.due_at == TARGET - timedelta(days=2)
    cdn = set_item_due(item_of(release, "configure-cdn"), actor=priya_acts, due="T-6h")
    fixed = set_item_due(item_of(release, "rotate-secrets"), actor=priya_acts, due=TARGET)
    later = TARGET + timedelta(days=7)
    set_release_target(release, actor=Actor.of_person(cast.marta), target_at=later)
    dns.refresh_from_db()
    assert dns.due_at == later - timedelta(days=2)
    cdn.refresh_from_db()
    assert cdn.due_at == later - timedelta(hours=6)
    fixed.refresh_from_db()
    assert fixed.due_at == TARGET
    with changes_nothing(Invalid):
        set_item_due(dns, actor=priya_acts, due="two days before")
