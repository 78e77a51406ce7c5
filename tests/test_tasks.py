"""The scheduler's edge: claims go out in chunks, and come back when the broker is down."""

from __future__ import annotations

import pytest
from django.utils import timezone
from kombu.exceptions import OperationalError

from checklists import tasks
from checklists.actors import Actor
from checklists.models import IdempotencyRecord, Probe, ProbeRun
from checklists.operations.idempotency import KEPT, Answer, answer_once
from checklists.operations.tokens import create_token
from tests.checklist_data import item_of
from tests.probe_data import attach
from tests.probes.servers import Server, answer

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings):
    with Server(answer()) as running:
        settings.PROBE_ALLOWED = (f"127.0.0.1/32:{running.port}",)
        yield running


@pytest.fixture
def probes(release, marta, server):
    keys = ("configure-dns", "configure-cdn", "rotate-secrets")
    return [attach(item_of(release, key), marta, params={"url": server.url}) for key in keys]


@pytest.fixture
def sent(monkeypatch):
    """What is handed to the broker, instead of to a real one."""
    messages: list[tuple[list[int], str]] = []
    monkeypatch.setattr(
        tasks.run_chunk, "apply_async", lambda arguments, **options: messages.append(arguments)
    )
    return messages


def test_a_tick_hands_out_what_is_due_and_a_worker_runs_it(probes, sent, server):
    tasks.tick()
    assert [sorted(ids) for ids, _ in sent] == [[probe.pk for probe in probes]]
    tasks.run_chunk(*sent[0])
    assert ProbeRun.objects.count() == server.accepted == 3


def test_a_tick_with_nothing_due_sends_nothing(probes, sent):
    tasks.tick()
    tasks.tick()
    assert len(sent) == 1


def test_a_message_that_comes_again_does_nothing(probes, sent, server):
    tasks.tick()
    tasks.run_chunk(*sent[0])
    tasks.run_chunk(*sent[0])
    assert server.accepted == 3


@pytest.mark.parametrize("error", [OperationalError("gone"), ConnectionRefusedError(111, "gone")])
def test_without_a_broker_nothing_is_lost(probes, monkeypatch, error):
    def fail(*arguments, **options):
        raise error

    monkeypatch.setattr(tasks.run_chunk, "apply_async", fail)
    tasks.tick()
    kept = set(Probe.objects.values_list("lease_until", "claim_token", "attempt"))
    assert kept == {(None, "", 0)}
    messages = []
    monkeypatch.setattr(
        tasks.run_chunk, "apply_async", lambda arguments, **options: messages.append(arguments)
    )
    tasks.tick()
    assert len(messages[0][0]) == 3


def test_old_answers_of_the_api_are_forgotten_every_hour(project, priya, settings):
    token, _ = create_token(project, "pipeline", ["items"], actor=Actor.of_person(priya))
    for key in ("old", "new"):
        answer_once(token, route="r", key=key, body_hash="", act=lambda: Answer(200, ""))
    IdempotencyRecord.objects.filter(key="old").update(created_at=timezone.now() - KEPT)
    assert settings.CELERY_BEAT_SCHEDULE["forget"]["task"] == tasks.forget.name
    tasks.forget()
    assert IdempotencyRecord.objects.get().key == "new"
