"""What results make of runs, spans, verdicts and items."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.audit.tables import from_models
from checklists.errors import Invalid
from checklists.models import AuditEvent, Item, Probe, ProbeRun, ProbeSpan, Release
from checklists.operations.deployments import abort_release
from checklists.operations.items import mark_not_applicable, tick_item
from checklists.operations.probe_claims import LEASE, begin_claims, claim_due
from checklists.operations.probe_results import record_results
from checklists.operations.probe_runs import reap_lost
from checklists.operations.probes import change_probe, detach_probe
from checklists.probes.spans import Span
from checklists.state import Answer, Verdict
from tests.checklist_data import item_of
from tests.operations.nothing import everything
from tests.probe_data import attach, claim, finished, report, utc_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(release):
    return item_of(release, "configure-dns")


@pytest.fixture
def probe(item, marta):
    return attach(item, marta)


def bodies(release) -> list[dict]:
    events = AuditEvent.objects.filter(chain__release=release).order_by("seq")
    return [json.loads(body) for body in events.values_list("body", flat=True)]


def actions(release) -> list[str]:
    return [body["action"] for body in bodies(release)]


def require_log_and_tables_agree(release) -> None:
    tables, _ = from_models(Release.objects.select_related("chain").get(pk=release.pk))
    assert current_state(release) == tables


def test_the_first_result_counts_at_once(release, probe):
    probe = report(probe, "P")
    assert probe.confirmed == Verdict.PASS
    assert actions(release)[-1] == "probe.flipped"
    body = bodies(release)[-1]
    assert (body["data"]["from"], body["data"]["to"]) == (None, "pass")
    assert (body["actor"], body["via"]) == ({"kind": "probe", "probe": probe.pk}, "probe")
    require_log_and_tables_agree(release)


def test_a_run_is_kept_with_what_it_saw(probe):
    probe = report(probe, "F")
    run = ProbeRun.objects.get(probe=probe)
    assert (run.verdict, run.code, run.attempt) == ("fail", "condition", 1)
    assert run.facts["status"] == 503
    assert [one["ok"] for one in run.checks] == [False, True]
    assert run.spec_digest == probe.spec_digest


def test_one_bad_run_flips_nothing_and_asks_for_another_soon(release, probe):
    probe = report(probe, "P")
    seq = release.chain.head_seq
    at = utc_now()
    record_results([finished(claim(probe, at), "F", at)])
    probe.refresh_from_db()
    assert (probe.confirmed, probe.streak) == (Verdict.PASS, 1)
    assert probe.next_run_at <= at + timedelta(seconds=10)
    assert actions(release)[-1] == "probe.flipped"
    assert release.chain.head_seq == seq


def test_a_confirmed_fail_reopens_a_ticked_item_in_the_same_breath(release, item, probe, cast):
    report(probe, "P")
    tick_item(item, actor=Actor.of_person(cast.priya))
    report(probe, "FF")
    item.refresh_from_db()
    assert item.answer == Answer.DONE
    report(probe, "F")
    item.refresh_from_db()
    assert (item.answer, item.answered_by, item.answered_at) == (Answer.OPEN, None, None)
    assert actions(release)[-2:] == ["probe.flipped", "item.reopened"]
    reopened = bodies(release)[-1]
    assert reopened["data"] == {"from": "done", "verdict": "fail"}
    assert reopened["actor"]["kind"] == "probe"
    require_log_and_tables_agree(release)


def test_the_flip_commits_to_the_span_it_ends(release, probe):
    report(probe, "PPPFFF")
    ended = ProbeSpan.objects.get(verdict="pass")
    span = Span(probe.pk, probe.spec_digest, Verdict.PASS, ended.first_at, ended.last_at)
    flip = bodies(release)[-1]
    assert flip["data"]["ended_span"] == span.digest
    assert flip["data"]["spec_digest"] == probe.spec_digest


def test_recovery_takes_two_and_ticks_nothing(release, item, probe, cast):
    report(probe, "P")
    tick_item(item, actor=Actor.of_person(cast.priya))
    assert report(probe, "FFFP").confirmed == Verdict.FAIL
    assert report(probe, "P").confirmed == Verdict.PASS
    item.refresh_from_db()
    assert item.answer == Answer.OPEN
    require_log_and_tables_agree(release)


def test_error_changes_no_answer(release, item, probe, cast):
    report(probe, "P")
    tick_item(item, actor=Actor.of_person(cast.priya))
    assert report(probe, "EEE").confirmed == Verdict.ERROR
    item.refresh_from_db()
    assert item.answer == Answer.DONE
    assert "item.reopened" not in actions(release)


def test_a_confirmed_fail_leaves_what_does_not_apply(release, cast):
    item = item_of(release, "configure-cdn")
    probe = attach(item, cast.marta)
    mark_not_applicable(
        item, actor=Actor.of_person(cast.priya), reason="No static assets in this service."
    )
    assert report(probe, "F").confirmed == Verdict.FAIL
    item.refresh_from_db()
    assert item.answer == Answer.NOT_APPLICABLE


def test_ticking_against_red_needs_a_reason_and_then_holds(item, probe, cast):
    report(probe, "F")
    priya = Actor.of_person(cast.priya)
    with pytest.raises(Invalid):
        tick_item(item, actor=priya)
    tick_item(item, actor=priya, reason="The endpoint is down for a planned hour.")
    report(probe, "FFF")
    item.refresh_from_db()
    assert item.answer == Answer.DONE


def test_spans_grow_and_break(probe):
    start = utc_now() - timedelta(hours=5)
    report(probe, "PPP", start)
    report(probe, "FP", start + timedelta(minutes=3))
    # Three intervals and more without a look.
    report(probe, "PP", start + timedelta(minutes=20))
    spans = list(
        ProbeSpan.objects.filter(probe=probe).values_list("verdict", "first_at", "last_at")
    )
    minutes = [
        (verdict, round((first - start).seconds / 60), round((last - start).seconds / 60))
        for verdict, first, last in spans
    ]
    assert minutes == [("pass", 0, 2), ("fail", 3, 3), ("pass", 4, 4), ("pass", 20, 21)]


def test_a_changed_probe_begins_a_span_of_its_own(probe, marta):
    report(probe, "P")
    changed = change_probe(
        probe, actor=Actor.of_person(marta), params={"url": "http://other.example.org/"}
    )
    report(changed, "P")
    assert ProbeSpan.objects.filter(probe=probe).count() == 2


def test_results_of_many_probes_are_recorded_together(release, cast, django_assert_max_num_queries):
    keys = ("configure-dns", "configure-cdn", "rotate-secrets", "audit-access")
    probes = [attach(item_of(release, key), cast.marta) for key in keys]
    for each in probes:
        report(each, "P")
    now = utc_now() + timedelta(hours=1)
    claims = claim_due(now)
    assert len(claims) == 4
    with django_assert_max_num_queries(12):
        assert record_results([finished(one, "P", now) for one in claims]) == 4
    assert ProbeRun.objects.count() == 8
    release.refresh_from_db()
    assert release.probe_rev > 0


def test_a_result_delivered_twice_counts_once(release, probe):
    claimed = claim(probe)
    assert record_results([finished(claimed, "P")]) == 1
    before = everything()
    assert record_results([finished(claimed, "F")]) == 0
    assert record_results([finished(claimed, "F"), finished(claimed, "F")]) == 0
    assert everything() == before


def test_the_same_result_twice_in_one_batch_counts_once(probe):
    claimed = claim(probe)
    record_results([finished(claimed, "P"), finished(claimed, "P")])
    assert ProbeRun.objects.count() == 1
    probe.refresh_from_db()
    assert probe.streak == 1


def test_a_worker_that_lost_its_lease_has_no_say(probe):
    now = utc_now()
    slow = claim(probe, now)
    later = now + LEASE + timedelta(seconds=1)
    (again,) = claim_due(later)
    assert (again.slot, again.attempt) == (slow.slot, 2)
    before = everything()
    assert record_results([finished(slow, "F")]) == 0
    assert everything() == before
    assert record_results([finished(again, "P")]) == 1
    assert ProbeRun.objects.get().attempt == 2


def test_a_worker_whose_lease_ran_out_but_was_taken_by_nobody_still_counts(probe):
    claimed = claim(probe, utc_now() - LEASE - timedelta(seconds=5))
    assert record_results([finished(claimed, "P")]) == 1


def test_what_was_seen_of_an_older_specification_has_no_say(probe, marta):
    claimed = claim(probe)
    change_probe(probe, actor=Actor.of_person(marta), params={"url": "http://other.example.org/"})
    before = everything()
    assert record_results([finished(claimed, "F")]) == 0
    assert everything() == before


def test_what_was_seen_of_a_detached_probe_has_no_say(probe, marta):
    claimed = claim(probe)
    detach_probe(probe, actor=Actor.of_person(marta))
    before = everything()
    assert record_results([finished(claimed, "F")]) == 0
    assert everything() == before


@pytest.mark.parametrize("letter", ["P", "F"])
def test_a_result_for_a_release_that_is_over_writes_no_event(release, probe, marta, letter):
    claimed = claim(probe)
    abort_release(
        release, actor=Actor.of_person(marta), reason="The vendor withdrew the component."
    )
    seq = len(bodies(release))
    record_results([finished(claimed, letter)])
    probe.refresh_from_db()
    assert (len(bodies(release)), probe.next_run_at, probe.confirmed) == (seq, None, None)
    require_log_and_tables_agree(release)


def test_the_flip_is_lost_if_its_event_cannot_be_written(release, item, probe, cast, log_fails):
    report(probe, "P")
    tick_item(item, actor=Actor.of_person(cast.priya))
    report(probe, "FF")
    last = finished(claim(probe), "F")
    before = everything()
    log_fails()
    with pytest.raises(OSError, match="disk full"):
        record_results([last])
    assert everything() == before
    assert Item.objects.get(pk=item.pk).answer == Answer.DONE


def test_a_run_that_dies_twice_with_its_worker_is_an_error(release, probe):
    report(probe, "P")
    then = utc_now() - 3 * LEASE
    claim(probe, then)
    assert reap_lost() == 0
    (second,) = claim_due(then + LEASE + timedelta(seconds=1))
    assert second.attempt == 2
    assert reap_lost() == 1
    run = ProbeRun.objects.latest("pk")
    assert (run.verdict, run.code, run.scheduled_at) == ("error", "lease-lost", second.slot)
    probe.refresh_from_db()
    assert (probe.lease_until, probe.confirmed) == (None, Verdict.PASS)
    assert reap_lost() == 0


def test_begun_claims_are_those_still_held_with_a_new_lease(probe):
    claimed = claim(probe)
    Probe.objects.update(lease_until=utc_now() + timedelta(seconds=5))
    assert begin_claims([probe.pk], claimed.token) == [claimed]
    probe.refresh_from_db()
    assert probe.lease_until > utc_now() + timedelta(seconds=60)
    assert begin_claims([probe.pk], "another") == []
    record_results([finished(claimed, "P")])
    assert begin_claims([probe.pk], claimed.token) == []
