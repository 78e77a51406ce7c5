"""An answer is carried for a reason that is looked at again, and asked again when it is gone."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from checklists.actors import Actor
from checklists.audit.verify import verify_release
from checklists.carrying import NotCarried, drawn
from checklists.errors import Conflict, Invalid, NotAllowed, NotVisible
from checklists.formats.content import digest, to_content
from checklists.formats.tree import ChecklistTree
from checklists.gate import Go, Level
from checklists.models import AuditEvent, Disclosable, Evidence, Item, Probe, Project, Release
from checklists.operations.carrying import carry_answers, proposed, source_for
from checklists.operations.decisions import decide_release
from checklists.operations.deployments import abort_release, deploy_release, roll_back_release
from checklists.operations.evidence import withdraw_evidence
from checklists.operations.guards import whole_state
from checklists.operations.items import reopen_item, tick_item, untick_item
from checklists.operations.probes import detach_probe
from checklists.operations.tokens import create_token
from checklists.operations.undo import undo_item_change
from checklists.state import Answer
from tests.carrying_data import answered, lasting_tree, look_at_link, open_lasting, template
from tests.checklist_data import item_of
from tests.operations.nothing import changes_nothing, everything
from tests.probe_data import attach, report

pytestmark = pytest.mark.django_db

CARRIED = {"threat-model": "validity", "restore": "evidence", "cache": "validity"}
NOT_CARRIED = {
    "load-test": NotCarried.LAPSED,
    "say-so": NotCarried.NO_REASON,
    "smoke": NotCarried.AFTER_GO_LIVE,
}


def act(person) -> Actor:
    return Actor.of_person(person)


def judged(release: Release, source: Release) -> dict[str, str]:
    """What becomes of each item, by the end of its key: why it is carried, or why not."""
    found = proposed(release, whole_state(release), source, at=timezone.now())
    return {p.item.key.rpartition("/")[2]: p.reason or p.why_not for p in found}


def carried_of(release: Release) -> dict[str, str]:
    rows = Item.objects.filter(release=release).exclude(carried_from=None)
    return {row.key.rpartition("/")[2]: row.carried_reason for row in rows}


def said(release: Release) -> dict[str, str]:
    decision = decide_release(release)
    return {r.item.rpartition("/")[2]: r.code for r in decision.reasons if r.item}


def assert_whole() -> None:
    """What the logs say is what the tables hold."""
    for release in Release.objects.select_related("chain"):
        assert [str(finding) for finding in verify_release(release).findings] == []


@pytest.fixture
def old(cast) -> Release:
    return answered(cast)


@pytest.fixture
def new(cast, old) -> Release:
    return open_lasting(cast, "2.4.0")


def test_each_answer_is_carried_for_a_reason_or_not_and_why(new, old):
    assert judged(new, old) == CARRIED | NOT_CARRIED


def test_a_release_opens_with_what_still_holds(cast, old):
    new = open_lasting(cast, "2.4.0", carry_from=old)
    assert carried_of(new) == CARRIED
    threat, before = item_of(new, "threat-model"), item_of(old, "threat-model")
    assert (threat.answered_by, threat.answered_at) == (cast.priya, before.answered_at)
    assert (threat.carried_from, threat.reason) == (old, before.reason)
    evidence, was = Evidence.objects.get(item__release=new), Evidence.objects.get(item__release=old)
    assert (evidence.content, evidence.digest) == (was.content, was.digest)
    assert (evidence.observed_at, evidence.attached_by) == (was.observed_at, cast.marta)
    assert_whole()
    assert said(new) == {
        **dict.fromkeys(CARRIED, "item_carried"),
        "load-test": "item_open",
        "say-so": "item_open",
    }


def test_what_is_carried_is_an_exception_named_beside_the_go(cast, old):
    new = open_lasting(cast, "2.4.0", carry_from=old)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        for name in ("load-test", "say-so"):
            tick_item(item_of(new, name), actor=act(cast.priya))
        decision = decide_release(new)
    assert decision.verdict == Go.GO_WITH_EXCEPTIONS
    assert [r.level for r in decision.reasons] == [Level.EXCEPTION] * 3
    assert decision.counts["exceptions"] == 3


def test_when_its_validity_has_run_out_it_is_asked_again(cast, old):
    new = open_lasting(cast, "2.4.0", days=60, carry_from=old)
    assert said(new)["threat-model"] == "item_carried"
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        assert said(new)["threat-model"] == "answer_lapsed"
        tick_item(item_of(new, "threat-model"), actor=act(cast.sam))
        threat = item_of(new, "threat-model")
        assert (threat.answered_by, threat.carried_from, threat.carried_reason) == (
            cast.sam,
            None,
            "",
        )
        assert "threat-model" not in said(new)
    assert_whole()


def test_it_lapses_by_the_target_and_not_by_today(cast, old):
    assert "threat-model" not in carried_of(open_lasting(cast, "2.4.0", days=91, carry_from=old))


def test_a_chain_of_carrying_lengthens_no_life(cast, old):
    first = open_lasting(cast, "2.4.0", carry_from=old)
    with time_machine.travel(timezone.now() + timedelta(days=50)):
        second = open_lasting(cast, "2.5.0", carry_from=first)
    assert carried_of(second)["threat-model"] == "validity"
    assert item_of(second, "threat-model").carried_from == old
    with time_machine.travel(timezone.now() + timedelta(days=88)):
        third = open_lasting(cast, "2.6.0", carry_from=second)
    assert "threat-model" not in carried_of(third)
    assert_whole()


def test_a_dead_link_is_no_reason_and_neither_is_one_that_nobody_looked_at(cast, new, old):
    evidence = Evidence.objects.get(item__release=old)
    look_at_link(evidence, alive=False)
    assert judged(new, old)["restore"] == NotCarried.EVIDENCE
    evidence.link_check.delete()
    assert judged(new, old)["restore"] == NotCarried.EVIDENCE


def test_evidence_that_was_seen_long_ago_is_no_reason(cast, old):
    with time_machine.travel(timezone.now() + timedelta(days=178)):
        assert judged(open_lasting(cast, "2.4.0", days=1), old)["restore"] == "evidence"
        assert judged(open_lasting(cast, "2.5.0", days=3), old)["restore"] == NotCarried.NO_REASON


def test_carried_evidence_that_is_withdrawn_takes_the_answer_with_it(cast, old):
    new = open_lasting(cast, "2.4.0", carry_from=old)
    withdraw_evidence(
        Evidence.objects.get(item__release=new), actor=act(cast.marta), reason="Of another cluster."
    )
    assert said(new)["restore"] == "answer_lapsed"


def test_an_item_that_the_template_changed_is_asked_anew(cast, old):
    changed = lasting_tree()
    section = changed.sections[0]
    items = tuple(
        item
        if "threat" not in item.key
        else type(item)(item.key, item.title, "Now with STRIDE.", valid_for="90d")
        for item in section.groups[0].items
    )
    tree = ChecklistTree(
        changed.title,
        sections=(
            type(section)(
                "work", "Work", groups=(type(section.groups[0])("work/all", "All", items=items),)
            ),
        ),
    )
    template().versions.create(
        number=2,
        content=to_content(tree),
        digest=digest(tree),
        created_at=timezone.now(),
        published_at=timezone.now(),
    )
    new = open_lasting(cast, "2.4.0")
    assert judged(new, old) == {**CARRIED, **NOT_CARRIED, "threat-model": NotCarried.CHANGED}


def test_words_that_were_erased_stand_behind_nothing(new, old):
    Disclosable.objects.filter(commitment=item_of(old, "cache").reason.commitment).delete()
    assert judged(new, old)["cache"] == NotCarried.WORDS


def test_what_is_answered_here_already_stays(cast, new, old):
    tick_item(item_of(new, "threat-model"), actor=act(cast.sam))
    carry_answers(new, actor=act(cast.marta), source=old)
    assert item_of(new, "threat-model").answered_by == cast.sam


def test_carrying_again_changes_nothing(cast, new, old):
    carry_answers(new, actor=act(cast.marta), source=old)
    before = everything()
    carry_answers(new, actor=act(cast.marta), source=old)
    assert everything() == before


def test_only_what_is_wanted_is_carried(cast, new, old):
    wanted = [item_of(new, "cache").pk, item_of(new, "say-so").pk]
    done = carry_answers(new, actor=act(cast.marta), source=old, items=wanted)
    assert carried_of(new) == {"cache": "validity"}
    assert done.carried == (wanted[0],)


def test_a_sample_is_asked_again_and_can_be_drawn_again(cast, new, old):
    done = carry_answers(new, actor=act(cast.marta), source=old, sample=50)
    assert (len(done.carried), len(done.asked_again)) == (1, 2)
    event = AuditEvent.objects.get(action="release.answers_carried")
    data = json.loads(event.body)["data"]
    names = Item.objects.filter(pk__in=[*data["carried"], *data["asked_again"]])
    places = [(item.pk, f"{item.checklist.key}/{item.key}") for item in names]
    assert drawn(places, seed=data["seed"], percent=data["sample"]) == set(data["asked_again"])
    # Nobody gets rid of the sample by carrying once more.
    assert carry_answers(new, actor=act(cast.marta), source=old) == type(done)((), ())
    for pk in done.asked_again:
        assert Item.objects.get(pk=pk).answer == Answer.OPEN
        assert AuditEvent.objects.filter(item_id=pk, action="item.asked_again").count() == 1
    assert_whole()


@pytest.mark.parametrize("sample", [-1, 101])
def test_a_sample_is_a_percentage(cast, new, old, sample):
    with changes_nothing(Invalid):
        carry_answers(new, actor=act(cast.marta), source=old, sample=sample)


def test_a_carried_answer_can_be_taken_back_and_that_be_undone(cast, old):
    new = open_lasting(cast, "2.4.0", carry_from=old)
    before = item_of(new, "threat-model")
    for step in (
        lambda item: untick_item(item, actor=act(cast.sam)),
        lambda item: reopen_item(item, actor=act(cast.sam), reason="The design changed."),
        lambda item: tick_item(item, actor=act(cast.sam)),
    ):
        item = step(item_of(new, "threat-model"))
        assert item.carried_from is None
        seq = AuditEvent.objects.filter(item_id=item.pk).latest("seq").seq
        undo_item_change(item, actor=act(cast.sam), seq=seq, expected_version=item.version)
        back = item_of(new, "threat-model")
        assert (back.answer, back.answered_by, back.answered_at) == (
            before.answer,
            before.answered_by,
            before.answered_at,
        )
        assert (back.carried_from, back.carried_reason) == (old, "validity")
    assert_whole()


def test_who_answered_then_has_answered_now(cast, old):
    new = open_lasting(cast, "2.4.0", carry_from=old)
    answers = {i.answered_by for i in whole_state(new).items if i.carried_from is not None}
    assert answers == {cast.priya.pid}


def test_from_where_unless_somebody_chooses(cast, old):
    newer = open_lasting(cast, "2.4.0")
    assert source_for(cast.project) == newer
    assert source_for(cast.project, but=newer) == old
    deploy_release(old, actor=act(cast.marta))
    assert source_for(cast.project) == old
    abort_release(newer, actor=act(cast.marta), reason="Not needed.")
    assert source_for(cast.project, but=old) is None


def test_nothing_is_carried_from_another_project_or_from_itself(cast, new, old):
    Project.objects.filter(pk=cast.other_project.pk).update(archived_at=None)
    with changes_nothing(Invalid):
        carry_answers(new, actor=act(cast.marta), source=new)
    Release.objects.filter(pk=old.pk).update(project=cast.other_project)
    with changes_nothing(NotVisible):
        carry_answers(new, actor=act(cast.marta), source=old)


@pytest.mark.parametrize("given_up", ["aborted", "rolled_back"])
def test_nothing_is_carried_from_a_release_that_was_given_up(cast, new, old, given_up):
    if given_up == "rolled_back":
        deploy_release(old, actor=act(cast.marta))
        roll_back_release(old, actor=act(cast.marta), reason="It lost payments.")
    else:
        abort_release(old, actor=act(cast.marta), reason="It lost payments.")
    with changes_nothing(Conflict) as refused:
        carry_answers(new, actor=act(cast.marta), source=old)
    assert refused.value.code == "source_given_up"
    with changes_nothing(Conflict):
        open_lasting(cast, "2.5.0", carry_from=old)


def test_a_token_needs_the_scopes_of_all_that_carrying_does(cast, new, old):
    token, _ = create_token(cast.project, "ci", ["releases"], actor=act(cast.marta))
    with changes_nothing(NotAllowed):
        carry_answers(new, actor=Actor.of_token(token), source=old)
    both, _ = create_token(cast.project, "cd", ["releases", "items"], actor=act(cast.marta))
    assert carry_answers(new, actor=Actor.of_token(both), source=old).carried


def test_a_log_that_does_not_hold_together_carries_nothing(cast, new, old, monkeypatch):
    def broken(release):
        raise ValueError("it breaks")

    monkeypatch.setattr("checklists.operations.guards.current_state", broken)
    with changes_nothing(Conflict) as refusal:
        carry_answers(new, actor=act(cast.marta), source=old)
    assert refusal.value.code == "log_broken"


def test_a_probe_goes_along_and_keeps_the_gate_shut_until_it_has_looked(cast, old):
    probe = attach(item_of(old, "say-so"), cast.marta)
    report(probe, "PP")
    new = open_lasting(cast, "2.4.0", carry_from=old)
    assert carried_of(new)["say-so"] == "probe"
    again = Probe.objects.get(item__release=new)
    assert (again.spec_digest, again.confirmed) == (probe.spec_digest, None)
    assert said(new)["say-so"] == "probe_never"
    report(again, "PP")
    assert said(new)["say-so"] == "item_carried"
    assert_whole()
    report(again, "FFF", timezone.now() + timedelta(minutes=9))
    failed = item_of(new, "say-so")
    assert (failed.answer, failed.carried_from, failed.carried_reason) == (Answer.OPEN, None, "")
    assert_whole()


def test_a_carried_answer_does_not_outlive_its_probe(cast, old):
    report(attach(item_of(old, "say-so"), cast.marta), "PP")
    new = open_lasting(cast, "2.4.0", carry_from=old)
    detach_probe(Probe.objects.get(item__release=new), actor=act(cast.marta))
    assert said(new)["say-so"] == "answer_lapsed"


def test_a_probe_that_the_operator_no_longer_allows_is_not_attached_again(cast, old, settings):
    settings.PROBE_ALLOWED = ("127.0.0.1/32:9",)
    probe = attach(item_of(old, "say-so"), cast.marta, params={"url": "http://127.0.0.1:9/"})
    report(probe, "PP")
    settings.PROBE_ALLOWED = ()
    assert judged(open_lasting(cast, "2.4.0"), old)["say-so"] == NotCarried.PROBE


def test_a_failing_probe_speaks_against_an_answer_that_would_be_valid(cast, new, old):
    report(attach(item_of(old, "cache"), cast.marta), "FFF")
    assert judged(new, old)["cache"] == NotCarried.PROBE
