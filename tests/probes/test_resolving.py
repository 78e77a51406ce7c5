"""Lookups against real name servers and a stuck system: bounded, absolute, and judged as ours."""

from __future__ import annotations

import threading
import time

import pytest

from checklists.probes.base import Context
from checklists.probes.judge import judge
from checklists.probes.policy import Policy, Refusal
from checklists.probes.registry import ProbeSpec
from checklists.probes.resolving import (
    GivenResolvers,
    NoSuchName,
    SystemResolver,
    resolver_for,
)
from checklists.state import Verdict
from tests.probes.servers import NameServer

A = ("good.example.", "A")
AAAA = ("good.example.", "AAAA")


def test_both_families_are_asked_by_absolute_name():
    records = {A: ["good.example. A 93.184.215.14"], AAAA: ["good.example. AAAA 2606:2800::1"]}
    with NameServer(records) as server:
        found = GivenResolvers((server.address,)).addresses("good.example", 80, 2)
    assert found == ["93.184.215.14", "2606:2800::1"]
    assert set(server.asked) == {"good.example."}


def test_search_domains_are_not_tried():
    with NameServer({}) as server, pytest.raises(NoSuchName):
        GivenResolvers((server.address,)).addresses("db", 80, 2)
    assert set(server.asked) == {"db."}


def test_an_alias_to_a_private_address_is_refused():
    lines = ["good.example. CNAME inner.example.", "inner.example. A 10.0.0.1"]
    spec = ProbeSpec.parse("http", {"url": "http://good.example/"}, [], 60)
    with NameServer({A: lines}) as server:
        policy = Policy(resolvers=(server.address,))
        result = judge(spec, spec.observe(Context.under(policy)))
    assert (result.verdict, result.code) == (Verdict.ERROR, "address")


def test_one_family_without_an_answer_does_not_hide_the_other():
    with NameServer({A: ["good.example. A 93.184.215.14"], AAAA: None}) as server:
        found = GivenResolvers((server.address,)).addresses("good.example", 80, 1)
    assert found == ["93.184.215.14"]


def test_a_silent_name_server_is_our_trouble_and_ends_in_time():
    spec = ProbeSpec.parse("http", {"url": "http://good.example/"}, [], 60)
    with NameServer({A: None, AAAA: None}) as server:
        policy = Policy(resolvers=(server.address,), deadline_s=1.0)
        started = time.monotonic()
        result = judge(spec, spec.observe(Context.under(policy)))
        spent = time.monotonic() - started
    assert (result.verdict, result.code) == (Verdict.ERROR, "dns")
    assert spent < 10


def test_a_name_the_server_denies_is_the_targets_trouble():
    spec = ProbeSpec.parse("http", {"url": "http://gone.example/"}, [], 60)
    with NameServer({A: []}) as server:
        policy = Policy(resolvers=(server.address,))
        result = judge(spec, spec.observe(Context.under(policy)))
    assert (result.verdict, result.code) == (Verdict.FAIL, "no-such-name")


def test_a_stuck_system_lookup_is_left_behind():
    release = threading.Event()

    def stuck(host: str, port: int) -> list[str]:
        release.wait(10)
        return []

    started = time.monotonic()
    with pytest.raises(Refusal) as refused:
        SystemResolver(stuck).addresses("good.example", 80, 0.2)
    spent = time.monotonic() - started
    release.set()
    assert refused.value.code == "dns"
    assert spent < 8


def test_stuck_system_lookups_do_not_pile_up():
    release = threading.Event()
    running = []

    def stuck(host: str, port: int) -> list[str]:
        running.append(host)
        release.wait(10)
        return []

    def look_up() -> None:
        with pytest.raises(Refusal):
            SystemResolver(stuck).addresses("good.example", 80, 0.2)

    threads = [threading.Thread(target=look_up) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    release.set()
    assert len(running) <= 32
    # All are given back: a lookup afterwards works.
    answered = SystemResolver(lambda host, port: ["93.184.215.14"])
    assert answered.addresses("good.example", 80, 5) == ["93.184.215.14"]


def test_the_system_knows_its_own_names_only_when_asked_for_them():
    with pytest.raises((NoSuchName, Refusal)):
        SystemResolver().addresses("nowhere.invalid", 80, 5)


def test_the_operators_resolvers_replace_the_systems():
    assert isinstance(resolver_for(Policy()), SystemResolver)
    given = resolver_for(Policy(resolvers=("9.9.9.9", "[2620:fe::fe]:53", "127.0.0.1:5353")))
    assert isinstance(given, GivenResolvers)
