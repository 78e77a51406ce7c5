"""Redirects: each judged like the first URL, and credentials left behind."""

from __future__ import annotations

import pytest

from checklists.probes.deadline import Deadline
from checklists.probes.fetching import fetch
from checklists.probes.guard import Guard
from checklists.state import Verdict
from tests.probes.conftest import Names, loopback, serving
from tests.probes.looking import condition, probe
from tests.probes.servers import Server, answer, by_path, redirect


def test_redirects_are_followed_and_reported():
    routes = {"/a": redirect("/b", 301), "/b": redirect("/c?x=1", 307), "/c?x=1": answer()}
    with Server(by_path(routes)) as server:
        result = probe(
            f"{server.url}/a",
            loopback(server.port),
            condition("redirects", "eq", 2),
            condition("final_url", "eq", f"{server.url}/c?x=1"),
        )
    assert result.verdict == Verdict.PASS


def test_a_redirect_loop_is_the_targets_fault():
    with Server(redirect("/")) as server:
        result = probe(server.url, loopback(server.port))
    assert (result.verdict, result.code) == (Verdict.FAIL, "redirects")
    assert server.accepted == 6


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("http://169.254.169.254/latest/meta-data/", "metadata"),
        ("//169.254.169.254/", "metadata"),
        ("http://inner.example/", "address"),
        ("http://10.0.0.1/", "address"),
        ("file:///etc/passwd", "scheme"),
        ("http://good.example:6379/", "port"),
        ("http://u:p@good.example/", "userinfo"),
        ("http://2130706433/", "numeric-host"),
        ("http://[::1", "url"),
    ],
)
def test_a_redirect_is_judged_like_the_first_url(status, location, code):
    names = Names(inner_example=[["10.0.0.1"]])
    with Server(redirect(location, status)) as server:
        result = probe(server.url, loopback(server.port), names=names)
    assert (result.verdict, result.code) == (Verdict.ERROR, code)


def test_a_redirect_to_an_unlisted_port_of_the_same_machine_is_refused():
    with Server(answer()) as other, Server(redirect(other.url)) as server:
        result = probe(server.url, loopback(server.port))
        assert other.accepted == 0
    assert result.verdict == Verdict.ERROR
    assert result.code in ("address", "port")


def test_credentials_stay_with_the_origin_they_were_meant_for():
    secrets = {"Authorization": "Bearer a", "Cookie": "b", "X-Api-Key": "c", "X-Session": "d"}
    with Server(answer()) as other:
        routes = {"/": redirect("/same"), "/same": redirect(other.url)}
        with Server(by_path(routes)) as server:
            policy = loopback(server.port, other.port)
            guard = Guard(policy, Names(), Deadline(5))
            fetch(guard, "GET", f"{server.url}/", {**secrets, "X-Trace": "7"})
    first, second = (head.lower() for head in server.heads)
    (last,) = (head.lower() for head in other.heads)
    for name in secrets:
        assert name.lower().encode() in first
        assert name.lower().encode() in second
        assert name.lower().encode() not in last
    assert b"x-trace: 7" in last


def test_https_does_not_lead_to_http(authority, ca_file):
    tls = serving(authority.issue_cert("127.0.0.1"))
    with Server(answer()) as plain, Server(redirect(plain.url), tls) as server:
        policy = loopback(server.port, plain.port, ca_file=ca_file)
        result = probe(server.url, policy)
        assert plain.accepted == 0
    assert (result.verdict, result.code) == (Verdict.ERROR, "downgrade")
