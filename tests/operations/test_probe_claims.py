"""Claiming what is due: once, on the grid, and again when a worker died."""

from __future__ import annotations

from datetime import timedelta

import pytest

from checklists.actors import Actor
from checklists.models import Probe
from checklists.operations.deployments import abort_release
from checklists.operations.probe_claims import (
    LEASE,
    claim_due,
    give_back,
    in_chunks,
    lost_claims,
)
from checklists.probes.schedule import next_slot
from tests.checklist_data import item_of, open_small_release
from tests.probe_data import attach, finished, utc_now

pytestmark = pytest.mark.django_db
KEYS = ("configure-dns", "configure-cdn", "rotate-secrets", "audit-access", "review-logs")


@pytest.fixture
def probes(release, marta):
    return [attach(item_of(release, key), marta) for key in KEYS]


def test_what_is_due_is_claimed_once(probes):
    now = utc_now()
    claims = claim_due(now)
    assert {one.probe_id for one in claims} == {probe.pk for probe in probes}
    assert len({one.token for one in claims}) == 1
    assert claim_due(now) == []


def test_a_claim_holds_all_that_is_needed_to_run(probes):
    claims = {one.probe_id: one for one in claim_due(utc_now())}
    for probe in probes:
        one = claims[probe.pk]
        assert (one.slot, one.attempt) == (probe.next_run_at, 1)
        assert one.spec_digest == finished(one, "P").result.spec_digest


def test_a_claimed_probe_is_due_again_on_its_grid(probes):
    now = utc_now() + timedelta(hours=3)
    claim_due(now)
    for probe in Probe.objects.all():
        assert probe.next_run_at == next_slot(probe.pk, 60, now)
        assert now < probe.next_run_at <= now + timedelta(seconds=60)


def test_what_is_not_due_is_left_alone(probes):
    Probe.objects.update(next_run_at=utc_now() + timedelta(minutes=1))
    assert claim_due(utc_now()) == []


def test_an_idle_tick_writes_nothing(probes, django_assert_num_queries):
    claim_due(utc_now())
    with django_assert_num_queries(1):
        claim_due(utc_now())


def test_no_more_are_claimed_than_asked_for(probes):
    now = utc_now()
    Probe.objects.filter(pk=probes[3].pk).update(next_run_at=now - timedelta(hours=1))
    assert [one.probe_id for one in claim_due(now, 1)] == [probes[3].pk]
    assert len(claim_due(now, 3)) == 3


def test_a_lease_that_ran_out_is_claimed_again_for_the_same_slot(probes):
    now = utc_now()
    first = {one.probe_id: one for one in claim_due(now)}
    assert claim_due(now + LEASE - timedelta(seconds=1)) == []
    again = claim_due(now + LEASE)
    assert {one.slot for one in again} == {one.slot for one in first.values()}
    assert {one.attempt for one in again} == {2}
    assert all(one.token != first[one.probe_id].token for one in again)


def test_after_the_second_lost_lease_a_run_is_given_up(probes):
    now = utc_now()
    claim_due(now)
    claim_due(now + LEASE)
    assert claim_due(now + 2 * LEASE) == []
    assert len(lost_claims(now + 2 * LEASE)) == len(probes)


def test_probes_of_a_release_that_is_over_are_put_to_rest(probes, release, cast):
    other = open_small_release(cast, "2.5.0", release.checklists.get().template_version.template)
    kept = attach(item_of(other, "configure-dns"), cast.marta)
    abort_release(
        release, actor=Actor.of_person(cast.marta), reason="The vendor withdrew the component."
    )
    assert [one.probe_id for one in claim_due(utc_now())] == [kept.pk]
    resting = Probe.objects.filter(item__release=release)
    assert set(resting.values_list("next_run_at", "lease_until")) == {(None, None)}


def test_one_release_can_be_claimed_alone(probes, release, cast):
    other = open_small_release(cast, "2.5.0", release.checklists.get().template_version.template)
    kept = attach(item_of(other, "configure-dns"), cast.marta)
    assert [one.probe_id for one in claim_due(utc_now(), release=other)] == [kept.pk]


def test_what_could_not_be_handed_out_is_due_as_before(probes):
    slots = {probe.pk: probe.next_run_at for probe in probes}
    give_back(claim_due(utc_now()))
    for probe in Probe.objects.all():
        assert probe.next_run_at == slots[probe.pk]
        assert (probe.lease_until, probe.claim_token, probe.attempt) == (None, "", 0)
    assert len(claim_due(utc_now())) == len(probes)


def test_claiming_says_that_probes_run_without_an_event(probes, release):
    release.refresh_from_db()
    revision, seq = release.probe_rev, release.chain.head_seq
    claim_due(utc_now())
    release.refresh_from_db()
    assert release.probe_rev == revision + 1
    assert type(release.chain).objects.get(pk=release.chain.pk).head_seq >= seq


def test_chunks_hold_every_claim_once(probes):
    claims = claim_due(utc_now())
    chunks = in_chunks(claims, 2)
    assert sorted(len(chunk) for chunk in chunks) == [1, 2, 2]
    assert {one.probe_id for chunk in chunks for one in chunk} == {one.probe_id for one in claims}
