"""Workers as real processes that are killed, race each other, and get their messages twice."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from checklists.models import Probe, ProbeRun
from checklists.operations.probe_claims import claim_due
from checklists.operations.probe_runs import run_due
from tests.cast import make_cast
from tests.checklist_data import item_of, open_small_release, publish, small_tree
from tests.databases import CommittedDatabase
from tests.probe_data import attach, utc_now
from tests.probes.servers import Server, answer

KEYS = ("configure-dns", "configure-cdn", "rotate-secrets", "audit-access", "review-logs")
CHUNK = """
import django
django.setup()
from dataclasses import replace
from checklists.operations.probe_claims import begin_claims
from checklists.operations.probe_runs import run_claims
from checklists.operations.probes import operators_policy
from checklists.probes.base import Context
# Longer than usual, so that the second process is there before the first one gives up.
context = Context.under(replace(operators_policy(), deadline_s=30.0))
print(len(run_claims(begin_claims([{probe}], {token!r}), context)))
"""


class Holding:
    """Holds every request until it is released, then answers."""

    def __init__(self) -> None:
        self.released = threading.Event()
        self._answer = answer()

    def __call__(self, connection: socket.socket, head: bytes) -> None:
        self.released.wait(30)
        self._answer(connection, head)


def eventually(holds: Callable[[], bool], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.05)


@contextmanager
def process(
    database: CommittedDatabase, port: int, *arguments: str
) -> Iterator[subprocess.Popen[str]]:
    """A process of its own group on the same data, which may reach the port."""
    environ = {**database.environ, "PROBE_ALLOWED": f"127.0.0.1/32:{port}"}
    running = subprocess.Popen(
        arguments,
        env=environ,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield running
    finally:
        kill(running)
        running.communicate(timeout=30)


def kill(running: subprocess.Popen[str]) -> None:
    """End a process and its children as a crash would."""
    try:
        os.killpg(running.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def make_probes(server: Server, settings: Any, releases: int = 1) -> list[Probe]:
    """One probe of the server; or, with more releases, one on each of their items."""
    settings.PROBE_ALLOWED = (f"127.0.0.1/32:{server.port}",)
    cast, template = make_cast(), publish(small_tree())
    opened = [open_small_release(cast, f"2.{n}.0", template) for n in range(releases)]
    # Rare, so that none is due a second time while the test runs.
    given = {"params": {"url": server.url}, "interval_s": 604800}
    keys = KEYS if releases > 1 else KEYS[:1]
    return [attach(item_of(each, key), cast.marta, **given) for each in opened for key in keys]


def let_leases_run_out() -> None:
    Probe.objects.filter(lease_until__isnull=False).update(
        lease_until=utc_now() - timedelta(seconds=1)
    )


def test_a_run_killed_with_its_process_is_run_again(committed_db, settings):
    holding = Holding()
    with Server(holding) as server:
        (probe,) = make_probes(server, settings)
        arguments = committed_db.manage("run_probes", "--due")
        with process(committed_db, server.port, *arguments) as worker:
            eventually(lambda: server.accepted == 1)
            kill(worker)
        assert ProbeRun.objects.count() == 0
        assert run_due() == []
        holding.released.set()
        let_leases_run_out()
        (again,) = run_due()
    assert (again.claim.attempt, again.claim.slot) == (2, probe.next_run_at)
    assert list(ProbeRun.objects.values_list("verdict", "attempt")) == [("pass", 2)]


def test_a_worker_that_lost_its_lease_cannot_overwrite(committed_db, settings):
    holding = Holding()
    with Server(holding) as server:
        make_probes(server, settings)
        arguments = committed_db.manage("run_probes", "--due")
        with process(committed_db, server.port, *arguments) as slow:
            eventually(lambda: server.accepted == 1)
            let_leases_run_out()
            threading.Timer(0.5, holding.released.set).start()
            (mine,) = run_due()
            slow.wait(120)
    assert mine.claim.attempt == 2
    assert list(ProbeRun.objects.values_list("attempt", flat=True)) == [2]
    assert Probe.objects.get().streak == 1


def test_workers_that_race_run_each_probe_once(committed_db, settings):
    with Server(answer()) as server:
        probes = make_probes(server, settings, releases=12)
        arguments = committed_db.manage("run_probes", "--due", "--json")
        with (
            process(committed_db, server.port, *arguments) as first,
            process(committed_db, server.port, *arguments) as second,
            process(committed_db, server.port, *arguments) as third,
        ):
            codes = [one.wait(120) for one in (first, second, third)]
        assert codes == [0, 0, 0]
        assert server.accepted == len(probes) == ProbeRun.objects.count()
    assert set(Probe.objects.values_list("confirmed", "streak")) == {("pass", 1)}


def test_a_message_delivered_twice_gives_one_result(committed_db, settings):
    holding = Holding()
    with Server(holding) as server:
        make_probes(server, settings)
        (claim,) = claim_due(utc_now())
        script = CHUNK.format(probe=claim.probe_id, token=claim.token)
        with (
            process(committed_db, server.port, sys.executable, "-c", script) as first,
            process(committed_db, server.port, sys.executable, "-c", script) as second,
        ):
            eventually(lambda: server.accepted == 2)
            holding.released.set()
            codes = [one.wait(120) for one in (first, second)]
    assert codes == [0, 0]
    assert ProbeRun.objects.count() == 1
    assert Probe.objects.get().streak == 1


def test_worker_and_scheduler_run_what_a_killed_worker_left(committed_db, settings):
    holding = Holding()
    celery = (sys.executable, "-m", "celery", "--app", "readiness.celery")
    worker = (*celery, "worker", "--queues", "celery,probes", "--concurrency", "1", "-n", "w@test")
    beat = (*celery, "beat", "--pidfile=")
    with Server(holding) as server, process(committed_db, server.port, *beat):
        make_probes(server, settings)
        with process(committed_db, server.port, *worker) as killed:
            eventually(lambda: server.accepted == 1)
            kill(killed)
        holding.released.set()
        let_leases_run_out()
        with process(committed_db, server.port, *worker):
            eventually(lambda: ProbeRun.objects.exists())
    run = ProbeRun.objects.get()
    assert (run.verdict, run.attempt) == ("pass", 2)
