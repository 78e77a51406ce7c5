"""The gate, as a table: what is said of an item, of signatures, of the whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from checklists.digests import rules_digest, section_digests
from checklists.gate import Go, Level, Reason, decide
from checklists.sentences import sentence
from checklists.state import (
    Answer,
    ChecklistState,
    ItemState,
    Meaning,
    Observed,
    ProbeState,
    ReleaseState,
    ReleaseStatus,
    Requirement,
    Rule,
    SignoffState,
    Stage,
    Verdict,
    WaiverState,
    WaiverStatus,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
GO_LIVE = NOW + timedelta(days=3)


def item(pk: int = 1, **fields) -> ItemState:
    return ItemState(
        **{
            "id": pk,
            "checklist": "base",
            "position": pk,
            "key": f"infra/dns/item-{pk}",
            "number": f"1.1.{pk}",
            "title": f"Item {pk}",
            "section": "infra",
            "group": "infra/dns",
            "condition": "",
            "stage": Stage.DEPLOY,
            "requirement": Requirement.MUST,
            "na_allowed": True,
            "evidence_required": False,
            "answer": Answer.OPEN,
            "answered_by": None,
            "answered_at": None,
            "reason": None,
            "started_at": None,
            "assignee": None,
            "assignee_role": None,
            "due_at": None,
            "due_offset": "",
            "version": 1,
            "decided_seq": 1,
            **fields,
        }
    )


def done(pk: int = 1, by: str = "p_priya", **fields) -> ItemState:
    return item(pk, answer=Answer.DONE, answered_by=by, answered_at=NOW, **fields)


def probe(confirmed: Verdict | None, interval_s: int = 60) -> ProbeState:
    return ProbeState(7, "http", "spec", interval_s, NOW, confirmed, NOW if confirmed else None)


def waiver(status=WaiverStatus.APPROVED, ends=GO_LIVE + timedelta(days=1)) -> WaiverState:
    return WaiverState(5, status, "c", ends, "p_priya", NOW, "p_marta", NOW, None)


def release(*items: ItemState, rules: tuple[Rule, ...] = (), signoffs=(), **fields) -> ReleaseState:
    return ReleaseState(
        **{
            "id": 1,
            "project": 1,
            "version": "2.4.0",
            "environment": "production",
            "status": ReleaseStatus.PREPARING,
            "target_at": GO_LIVE,
            "commit": "",
            "artifact_digest": "",
            "opened_by": "p_marta",
            "opened_at": NOW,
            "deployed_at": None,
            "seq": 9,
            "checklists": (ChecklistState(1, "base", 1, "t" * 64),),
            "rules": rules,
            "items": items,
            "signoffs": tuple(signoffs),
            **fields,
        }
    )


def signed(state: ReleaseState, pk: int = 1, role: str = "security", **fields) -> SignoffState:
    return SignoffState(
        **{
            "id": pk,
            "role": role,
            "person": f"p_signer_{pk}",
            "meaning": Meaning.APPROVE,
            "digests": tuple(sorted(section_digests(state).items())),
            "rule_digest": rules_digest(state.rules),
            "was_holder": True,
            "signed_at": NOW,
            "seq": 10 + pk,
            "note": None,
            "printed_name": "c",
            "withdrawn_at": None,
            **fields,
        }
    )


def judged(state: ReleaseState, *, stage=Stage.DEPLOY, at=NOW, observed=None, problems=()):
    return decide(state, stage=stage, at=at, observed=observed or {}, problems=problems)


def codes(decision) -> list[str]:
    return [reason.code for reason in decision.reasons]


SEEN = {7: Observed("spec", NOW)}

ITEM_TABLE = [
    ("open", item(), {}, Go.NO_GO, ["item_open"]),
    ("started is still open", item(started_at=NOW), {}, Go.NO_GO, ["item_open"]),
    ("done", done(), {}, Go.GO, []),
    (
        "an open should",
        item(requirement=Requirement.SHOULD),
        {},
        Go.GO_WITH_EXCEPTIONS,
        ["item_open"],
    ),
    ("an open may", item(requirement=Requirement.MAY), {}, Go.GO, []),
    ("waived", item(waivers=(waiver(),)), {}, Go.GO_WITH_EXCEPTIONS, ["item_waived"]),
    (
        "waived, but over before go-live",
        item(waivers=(waiver(ends=GO_LIVE - timedelta(hours=1)),)),
        {},
        Go.NO_GO,
        ["waiver_expired"],
    ),
    (
        "a waiver only asked",
        item(waivers=(waiver(WaiverStatus.REQUESTED),)),
        {},
        Go.NO_GO,
        ["item_open"],
    ),
    (
        "a waiver refused",
        item(waivers=(waiver(WaiverStatus.REJECTED),)),
        {},
        Go.NO_GO,
        ["item_open"],
    ),
    (
        "not applicable is named beside go",
        item(answer=Answer.NOT_APPLICABLE, answered_by="p", answered_at=NOW),
        {},
        Go.GO,
        [],
    ),
    ("probe passes", done(probe=probe(Verdict.PASS)), SEEN, Go.GO, []),
    ("probe warns", done(probe=probe(Verdict.WARN)), SEEN, Go.GO_WITH_EXCEPTIONS, ["probe_warn"]),
    ("ticked against red", done(probe=probe(Verdict.FAIL)), SEEN, Go.NO_GO, ["probe_fail"]),
    ("probe could not look", done(probe=probe(Verdict.ERROR)), SEEN, Go.NO_GO, ["probe_error"]),
    ("probe never looked", done(probe=probe(None)), {}, Go.NO_GO, ["probe_never"]),
    (
        "probe looked too long ago",
        done(probe=probe(Verdict.PASS)),
        {7: Observed("spec", NOW - timedelta(minutes=4))},
        Go.NO_GO,
        ["probe_stale"],
    ),
    (
        "an edited probe inherits nothing",
        done(probe=probe(Verdict.PASS)),
        {7: Observed("older spec", NOW)},
        Go.NO_GO,
        ["probe_never"],
    ),
    ("open and failing", item(probe=probe(Verdict.FAIL)), SEEN, Go.NO_GO, ["item_failed"]),
    (
        "waived and failing",
        item(probe=probe(Verdict.FAIL), waivers=(waiver(),)),
        SEEN,
        Go.GO_WITH_EXCEPTIONS,
        ["item_waived"],
    ),
    ("done after all, its waiver not needed", done(waivers=(waiver(),)), {}, Go.GO, []),
    (
        "ticked against red and waived",
        done(probe=probe(Verdict.FAIL), waivers=(waiver(),)),
        SEEN,
        Go.GO_WITH_EXCEPTIONS,
        ["item_waived"],
    ),
    ("evidence missing", done(evidence_required=True), {}, Go.NO_GO, ["evidence_missing"]),
    ("after the deployment", item(stage=Stage.CLOSE), {}, Go.GO, []),
]


@pytest.mark.parametrize(
    ("one", "observed", "verdict", "expected"),
    [row[1:] for row in ITEM_TABLE],
    ids=[row[0] for row in ITEM_TABLE],
)
def test_what_the_gate_says_of_one_item(one, observed, verdict, expected):
    decision = judged(release(one), observed=observed)
    assert (decision.verdict, codes(decision)) == (verdict, expected)


def test_a_go_names_what_does_not_apply():
    decision = judged(release(item(answer=Answer.NOT_APPLICABLE, answered_by="p", answered_at=NOW)))
    assert [note.code for note in decision.notes] == ["item_not_applicable"]
    assert decision.counts["na"] == 1


SECURITY = (Rule("security", 1, (), Stage.DEPLOY),)


def test_a_missing_signature_is_named_with_its_role():
    decision = judged(release(done(), rules=SECURITY))
    assert [(r.code, r.role) for r in decision.reasons] == [("signoff_missing", "security")]
    assert "0 of 1" in decision.reasons[0].message


def test_a_signature_over_what_is_there_counts():
    state = release(done(), rules=SECURITY)
    assert judged(replace(state, signoffs=(signed(state),))).verdict == Go.GO


SPOILED = {
    "a later event on the item": lambda s: replace(s, items=(replace(s.items[0], decided_seq=12),)),
    "another rule": lambda s: replace(s, rules=(*SECURITY, Rule("qa", 1, (), Stage.CLOSE))),
    "another template": lambda s: replace(s, checklists=(ChecklistState(1, "base", 1, "u" * 64),)),
    "another release": lambda s: replace(s, id=2),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED.keys())
def test_a_signature_over_something_else_is_stale(spoil):
    state = release(done(), rules=SECURITY)
    state = spoil(replace(state, signoffs=(signed(state),)))
    assert codes(judged(state)) == ["signoff_stale"]


def test_assigning_and_commenting_void_no_signature():
    state = release(done(), rules=SECURITY)
    state = replace(state, signoffs=(signed(state),))
    busier = replace(state.items[0], version=9, assignee="p_sam", due_at=NOW)
    assert judged(replace(state, items=(busier,))).verdict == Go.GO


def test_a_signature_of_somebody_who_held_no_role_never_counts():
    state = release(done(), rules=SECURITY)
    assert judged(replace(state, signoffs=(signed(state, was_holder=False),))).verdict == Go.NO_GO


def test_one_person_fills_one_role_the_newest():
    rules = (*SECURITY, Rule("qa", 1, (), Stage.DEPLOY))
    state = release(done(), rules=rules)
    both = (signed(state, 1), signed(state, 2, role="qa", person="p_signer_1"))
    found = judged(replace(state, signoffs=both)).reasons
    assert [(r.code, r.role) for r in found] == [("signoff_missing", "security")]


def test_two_signatures_of_one_person_are_no_quorum():
    state = release(done(), rules=(Rule("security", 2, (), Stage.DEPLOY),))
    twice = (signed(state, 1), signed(state, 2, person="p_signer_1"))
    assert codes(judged(replace(state, signoffs=twice))) == ["signoff_missing"]


def test_a_rejection_closes_the_gate_until_somebody_of_the_role_signs_after_it():
    state = release(done(), rules=SECURITY)
    rejected = signed(state, 1, meaning=Meaning.REJECT)
    assert codes(judged(replace(state, signoffs=(rejected,)))) == ["signoff_rejected"]
    before = (signed(state, 0), rejected)
    assert codes(judged(replace(state, signoffs=before))) == ["signoff_rejected"]
    after = (rejected, signed(state, 2))
    assert judged(replace(state, signoffs=after)).verdict == Go.GO


def test_a_withdrawn_signature_does_not_bring_an_older_one_back():
    state = release(done(), rules=SECURITY)
    older = signed(state, 1)
    newer = signed(state, 2, person="p_signer_1", withdrawn_at=NOW)
    assert codes(judged(replace(state, signoffs=(older, newer)))) == ["signoff_missing"]


def test_who_answered_in_a_section_is_not_its_only_signer():
    state = release(done(by="p_signer_1"), rules=SECURITY)
    alone = replace(state, signoffs=(signed(state, 1),))
    assert codes(judged(alone)) == ["signoff_only_by_answerer"]
    two = replace(state, signoffs=(signed(state, 1), signed(state, 2)))
    assert judged(two).verdict == Go.GO


def test_a_rule_for_named_sections_is_not_touched_by_others():
    other = done(2, section="docs", key="docs/x/item-2")
    rules = (Rule("security", 1, ("base/infra",), Stage.DEPLOY),)
    state = release(done(1), other, rules=rules)
    state = replace(state, signoffs=(signed(state),))
    moved = replace(state, items=(state.items[0], replace(other, decided_seq=40)))
    assert judged(moved).verdict == Go.GO


def test_something_broken_of_ours_is_unknown_before_anything_else():
    problem = Reason("guard_missing", sentence("A trigger is missing."), level=Level.UNKNOWN)
    decision = judged(release(item()), problems=[problem])
    assert decision.verdict == Go.UNKNOWN
    assert codes(decision) == ["guard_missing", "item_open"]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (ReleaseStatus.CLOSED, "release_closed"),
        (ReleaseStatus.ABORTED, "release_aborted"),
        (ReleaseStatus.ROLLED_BACK, "release_rolled_back"),
    ],
)
def test_a_release_that_is_over_never_goes(status, code):
    assert codes(judged(release(done(), status=status))) == [code]


def test_closing_asks_for_the_deployment_and_for_the_items_after_it():
    after = item(stage=Stage.CLOSE)
    assert codes(judged(release(after), stage=Stage.CLOSE)) == ["not_deployed", "item_open"]
    deployed = release(done(stage=Stage.CLOSE), status=ReleaseStatus.DEPLOYED)
    assert judged(deployed, stage=Stage.CLOSE).verdict == Go.GO


def test_the_digest_holds_no_time_and_no_verdict():
    state = release(done(probe=probe(Verdict.PASS)))
    later = judged(state, at=NOW + timedelta(hours=1))
    assert judged(state, observed=SEEN).digest == later.digest
