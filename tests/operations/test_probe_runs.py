"""Running claims against real servers: in threads, without the database, each recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

from checklists.actors import Actor
from checklists.models import Item, Probe, ProbeRun
from checklists.operations.items import tick_item
from checklists.operations.probe_claims import claim_due
from checklists.operations.probe_runs import run_chunk, run_claims, run_due, run_release
from checklists.operations.probes import operators_policy
from checklists.operations.releases import open_release
from checklists.probes.base import Context
from checklists.probes.http import HttpProbe
from checklists.state import Answer, Verdict
from tests.checklist_data import item_of
from tests.probe_data import URL, attach, utc_now
from tests.probes.servers import Server, answer, flood

pytestmark = pytest.mark.django_db
KEYS = ("configure-dns", "configure-cdn", "rotate-secrets", "audit-access", "review-logs")


@pytest.fixture
def server(settings):
    with Server(answer()) as running:
        settings.PROBE_ALLOWED = (f"127.0.0.1/32:{running.port}",)
        yield running


def open_another(release, version="2.5.0"):
    template = release.checklists.get().template_version.template
    return open_release(
        release.project,
        actor=Actor.of_person(release.opened_by),
        version=version,
        environment="production",
        target_at=release.target_at,
        templates=[template],
    )


def attach_all(release, person, url: str) -> list[Probe]:
    return [
        attach(item_of(release, key), person, params={"url": url}, interval_s=604800)
        for key in KEYS
    ]


def test_due_probes_are_run_and_recorded(release, marta, server):
    attach_all(release, marta, server.url)
    done = run_due()
    assert {one.verdict for one in done} == {Verdict.PASS}
    assert ProbeRun.objects.count() == len(KEYS) == server.accepted
    assert set(Probe.objects.values_list("confirmed", flat=True)) == {"pass"}
    assert run_due() == []


def test_looking_uses_no_database(release, marta, server, monkeypatch):
    attach_all(release, marta, server.url)
    claims = claim_due(utc_now())
    connecting: list[object] = []
    monkeypatch.setattr(BaseDatabaseWrapper, "connect", lambda self: connecting.append(self))
    run_claims(claims)
    assert connecting == []


def test_a_slow_target_holds_up_no_other_result(release, marta, settings, server):
    with Server(flood(b"", b"", every_s=0.1)) as slow:
        settings.PROBE_ALLOWED = (*settings.PROBE_ALLOWED, f"127.0.0.1/32:{slow.port}")
        attach(item_of(release, KEYS[0]), marta, params={"url": slow.url})
        quick = attach(item_of(release, KEYS[1]), marta, params={"url": server.url})
        policy = replace(operators_policy(), deadline_s=2.0)
        done = run_claims(claim_due(utc_now()), Context.under(policy))
    assert [one.verdict for one in done] == [Verdict.PASS, Verdict.FAIL]
    assert done[0].claim.probe_id == quick.pk


def test_a_target_that_dies_reopens_the_item_and_its_return_ticks_nothing(release, cast, settings):
    item = item_of(release, "configure-dns")
    with Server(answer()) as server:
        settings.PROBE_ALLOWED = (f"127.0.0.1/32:{server.port}",)
        attach(item, cast.marta, params={"url": server.url})
        run_due()
    tick_item(item, actor=Actor.of_person(cast.priya))
    for _ in range(3):
        Probe.objects.update(next_run_at=utc_now())
        run_due()
    assert Item.objects.get(pk=item.pk).answer == Answer.OPEN
    assert Probe.objects.get().confirmed == Verdict.FAIL


def test_a_release_is_run_whether_or_not_it_is_due(release, marta, server):
    attach_all(release, marta, server.url)
    run_due()
    Probe.objects.update(next_run_at=utc_now() + timedelta(hours=1))
    assert len(run_release(release)) == len(KEYS)


def test_a_chunk_of_an_old_message_runs_nothing(release, marta, server):
    attach_all(release, marta, server.url)
    claims = claim_due(utc_now())
    ids = [one.probe_id for one in claims]
    assert len(run_chunk(ids, claims[0].token)) == len(KEYS)
    accepted = server.accepted
    assert run_chunk(ids, claims[0].token) == []
    assert run_chunk(ids, "another") == []
    assert server.accepted == accepted


def test_a_bug_in_one_probe_costs_the_others_nothing(release, marta, server, monkeypatch, caplog):
    attach_all(release, marta, server.url)
    broken = attach(item_of(open_another(release), KEYS[0]), marta, params={"url": URL})
    original = HttpProbe.observe

    def observe(self, params, context):
        if params.url == URL:
            raise ZeroDivisionError
        return original(self, params, context)

    monkeypatch.setattr(HttpProbe, "observe", observe)
    done = {one.claim.probe_id: one.result.code for one in run_due()}
    assert done.pop(broken.pk) == "internal"
    assert set(done.values()) == {"ok"}
    assert "ended with an error of ours" in caplog.text
    assert Probe.objects.get(pk=broken.pk).confirmed == Verdict.ERROR


@pytest.mark.parametrize(
    "stored",
    [
        {"conditions": [{"fact": "nonsense"}]},
        {"conditions": []},
        {"params": {"url": "http://another.example.org/", "method": "GET", "headers": {}}},
        {"interval_s": 61},
        {"kind": "telepathy"},
    ],
)
def test_a_stored_probe_that_is_not_the_one_attached_is_an_error(release, marta, server, stored):
    probe = attach(item_of(release, "configure-dns"), marta, params={"url": server.url})
    Probe.objects.filter(pk=probe.pk).update(**stored)
    (one,) = run_due()
    assert (one.verdict, one.result.code) == (Verdict.ERROR, "spec")
    assert (server.accepted, ProbeRun.objects.get().code) == (0, "spec")


def test_a_burst_of_due_probes_drains(release, marta, server):
    releases = [release, *(open_another(release, f"3.0.{n}") for n in range(19))]
    for each in releases:
        attach_all(each, marta, server.url)
    done = run_due()
    assert len(done) == server.accepted == ProbeRun.objects.count() == 100
    assert set(Probe.objects.values_list("confirmed", "lease_until")) == {("pass", None)}
