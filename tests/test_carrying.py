"""Whether an answer may be carried, as a table: what speaks for it, and what speaks against it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from checklists.carrying import Facts, NotCarried, drawn, proposals
from checklists.formats.tree import ChecklistTree, Group, Section
from checklists.formats.tree import Item as Planned
from checklists.state import (
    Carried,
    EvidenceState,
    Observed,
    ReleaseStatus,
    Stage,
    Verdict,
)
from tests.test_gate import GO_LIVE, NOW, done, item, probe, release

FACTS = Facts(
    observed={7: Observed("spec", NOW)},
    reachable=frozenset({1}),
    words=frozenset({"why"}),
    attachable=frozenset({7}),
)
PLANNED = Planned("infra/dns/item-1", "Item 1")


def trees(planned: Planned = PLANNED):
    group = Group("infra/dns", "DNS", items=(planned,))
    return {"base": ChecklistTree("Base", sections=(Section("infra", "Infra", groups=(group,)),))}


def shown(kind="link", seen=NOW, pk=1) -> EvidenceState:
    return EvidenceState(pk, kind, "d" * 64, seen, NOW, "p_priya")


def judge(old, new=None, facts=FACTS, was=PLANNED, now=PLANNED, **fields):
    """What becomes of one item."""
    (proposal,) = proposals(
        release(old, id=1, **fields),
        release(new or item(), id=2),
        at=NOW,
        facts=facts,
        old_trees=trees(was),
        new_trees=trees(now),
    )
    return proposal.reason or proposal.why_not


def passing(**fields):
    return done(probe=probe(Verdict.PASS), **fields)


OVER = {"status": ReleaseStatus.CLOSED}


@pytest.mark.parametrize(
    ("old", "becomes"),
    [
        (item(), NotCarried.OPEN_THERE),
        (done(), NotCarried.NO_REASON),
        (done(valid_for="30d"), Carried.VALIDITY),
        (done(valid_for="3d"), NotCarried.LAPSED),
        (done(valid_for="73h"), Carried.VALIDITY),
        (done(valid_for="30d", reason="why"), Carried.VALIDITY),
        (done(valid_for="30d", reason="erased"), NotCarried.WORDS),
        (done(evidence=(shown(),)), Carried.EVIDENCE),
        (done(evidence=(shown("file"),)), Carried.EVIDENCE),
        (done(evidence=(shown("text"),)), NotCarried.NO_REASON),
        (done(evidence=(shown("text"),), evidence_kind="text"), Carried.EVIDENCE),
        (done(evidence=(shown("file"),), evidence_kind="link"), NotCarried.NO_REASON),
        (done(evidence=(shown(pk=2),)), NotCarried.NO_REASON),
        (done(evidence=(shown(seen=GO_LIVE - timedelta(days=180)),)), NotCarried.NO_REASON),
        (done(evidence=(replace(shown(), withdrawn_at=NOW),)), NotCarried.NO_REASON),
        (done(valid_for="30d", evidence_required=True), NotCarried.EVIDENCE),
        (done(valid_for="30d", evidence_required=True, evidence=(shown(),)), Carried.VALIDITY),
        (
            done(
                valid_for="30d",
                evidence_required=True,
                evidence=(shown(seen=GO_LIVE - timedelta(days=30)),),
            ),
            NotCarried.EVIDENCE,
        ),
        (passing(), Carried.PROBE),
        (passing(valid_for="30d"), Carried.VALIDITY),
        (passing(valid_for="3d"), NotCarried.LAPSED),
        (done(valid_for="30d", probe=probe(Verdict.FAIL)), NotCarried.PROBE),
        (done(valid_for="30d", probe=probe(Verdict.WARN)), NotCarried.PROBE),
        (done(valid_for="30d", probe=probe(Verdict.ERROR)), NotCarried.PROBE),
        (done(valid_for="30d", probe=probe(None)), NotCarried.PROBE),
    ],
)
def test_what_speaks_for_an_answer_and_what_against_it(old, becomes):
    assert judge(old) == becomes


@pytest.mark.parametrize(
    ("new", "becomes"),
    [
        (done(), NotCarried.ANSWERED),
        (item(stage=Stage.CLOSE), NotCarried.AFTER_GO_LIVE),
        (item(added_by="p_priya"), NotCarried.NEW_HERE),
        (item(key="infra/dns/other"), NotCarried.NEW_HERE),
        (item(checklist="other"), NotCarried.NEW_HERE),
        (item(probe=probe(Verdict.PASS)), Carried.VALIDITY),
        (item(probe=probe(Verdict.FAIL)), NotCarried.PROBE),
        (item(probe=replace(probe(None), spec_digest="another")), NotCarried.PROBE),
    ],
)
def test_what_of_the_new_item_counts(new, becomes):
    assert judge(passing(valid_for="30d"), new) == becomes


@pytest.mark.parametrize("field", ["title", "guidance", "requirement", "evidence_required"])
def test_an_item_that_changed_is_asked_anew(field):
    changed = replace(PLANNED, **{field: "should" if field == "requirement" else "Another"})
    assert judge(done(valid_for="30d"), now=changed) == NotCarried.CHANGED


def test_who_does_it_and_by_when_changes_nothing():
    other = replace(PLANNED, due="T-2d", owner_role="security")
    assert judge(done(valid_for="30d"), now=other) == Carried.VALIDITY


def test_a_probe_must_have_looked_lately_while_it_runs():
    silent = replace(FACTS, observed={7: Observed("spec", NOW - timedelta(minutes=5))})
    assert judge(passing(valid_for="30d"), facts=silent) == NotCarried.PROBE
    # Probes of a release that is over rest: what it saw last counts, and it looks again here.
    assert judge(passing(valid_for="30d"), facts=silent, **OVER) == Carried.VALIDITY
    never = replace(FACTS, observed={})
    assert judge(passing(), facts=never, **OVER) == NotCarried.PROBE


def test_a_probe_that_may_not_be_attached_again_is_no_reason():
    assert judge(passing(), facts=replace(FACTS, attachable=frozenset())) == NotCarried.PROBE


def test_what_a_sample_left_open_is_not_carried_later():
    sampled = replace(FACTS, asked_again=frozenset({1}))
    assert judge(done(valid_for="30d"), facts=sampled) == NotCarried.ASKED_AGAIN


@pytest.mark.parametrize(("percent", "number"), [(0, 0), (1, 1), (10, 4), (50, 20), (100, 40)])
def test_so_many_of_a_hundred_are_drawn_rounded_up(percent, number):
    places = [(pk, f"base/item-{pk}") for pk in range(40)]
    found = drawn(places, seed="a", percent=percent)
    assert len(found) == number
    assert drawn(reversed(places), seed="a", percent=percent) == found
    assert number in (0, 40) or drawn(places, seed="b", percent=percent) != found


def test_a_carried_answer_is_believed_as_long_as_its_reason_is_there():
    by_probe = passing(carried_from=1, carried_reason=Carried.PROBE)
    assert not by_probe.has_lapsed(GO_LIVE)
    assert replace(by_probe, probe=None).has_lapsed(NOW)
    by_evidence = done(carried_from=1, carried_reason=Carried.EVIDENCE, evidence=(shown(),))
    assert by_evidence.lapses_at == NOW + timedelta(days=180)
    assert replace(by_evidence, evidence=()).has_lapsed(NOW)
    # Somebody's word does not lengthen the life of an answer that a link stands behind.
    later = shown("text", NOW + timedelta(days=9), 2)
    assert replace(by_evidence, evidence=(shown(), later)).lapses_at == by_evidence.lapses_at
