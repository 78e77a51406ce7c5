"""What a probe may cost: the one mistake that makes it fifty times slower, and a wide floor."""

from __future__ import annotations

import ssl
import time
from concurrent.futures import ThreadPoolExecutor

from checklists.probes import trust
from checklists.probes.judge import judge
from checklists.probes.registry import ProbeSpec
from checklists.state import Verdict
from tests.probes.conftest import context_of, loopback, serving
from tests.probes.servers import Server, answer


def test_a_hundred_https_probes_share_one_context(authority, ca_file, monkeypatch):
    made: list[object] = []
    original = ssl.SSLContext.__new__

    def counting(cls, *arguments, **named):
        made.append(cls)
        return original(cls, *arguments, **named)

    with Server(answer(), serving(authority.issue_cert("127.0.0.1"))) as server:
        trust._verifying_context.cache_clear()
        monkeypatch.setattr(ssl.SSLContext, "__new__", counting)
        spec = ProbeSpec.parse("http", {"url": server.url}, [], 60)
        context = context_of(loopback(server.port, ca_file=ca_file))
        with ThreadPoolExecutor(16) as pool:
            runs = [pool.submit(spec.observe, context) for _ in range(100)]
            verdicts = {judge(spec, run.result()).verdict for run in runs}
    assert verdicts == {Verdict.PASS}
    assert len(made) == 1


def test_two_hundred_http_probes_a_second_are_no_effort():
    with Server(answer()) as server:
        spec = ProbeSpec.parse("http", {"url": server.url}, [], 60)
        context = context_of(loopback(server.port))
        started = time.perf_counter()
        with ThreadPoolExecutor(8) as pool:
            verdicts = list(pool.map(lambda _: judge(spec, spec.observe(context)), range(200)))
        spent = time.perf_counter() - started
    assert {one.verdict for one in verdicts} == {Verdict.PASS}
    # Ten times the floor: the machine may be busy with something else.
    assert spent < 10
