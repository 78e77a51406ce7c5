"""Kind `http` against real servers: what is pass, what is fail, and what could not be seen."""

from __future__ import annotations

import time
import zlib

import pytest

from checklists.errors import Invalid
from checklists.probes.fetching import MAX_BODY
from checklists.probes.policy import Policy
from checklists.probes.registry import ProbeSpec
from checklists.state import Verdict
from tests.probes.conftest import NAME, Names, context_of, loopback, serving
from tests.probes.looking import condition, evidence, probe
from tests.probes.servers import Failing, Server, answer, flood

BIG = b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n"
CHUNK = b"x" * 65536


def test_an_answer_with_2xx_passes():
    with Server(answer(204, b"")) as server:
        result = probe(server.url, loopback(server.port))
    assert (result.verdict, result.code) == (Verdict.PASS, "ok")
    assert result.peer == "127.0.0.1"
    assert result.facts["status"] == 204
    assert result.facts["latency_ms"] < 5000
    assert result.summary == "Answers with 2xx"


def test_a_503_fails_and_says_so():
    with Server(answer(503, b"upstream is down")) as server:
        result = probe(server.url, loopback(server.port))
    assert (result.verdict, result.code) == (Verdict.FAIL, "condition")
    assert evidence(result)["Body"] == "upstream is down"
    assert len(evidence(result)["Body SHA-256"]) == 64


def test_a_condition_on_the_status_replaces_the_implied_one():
    with Server(answer(401)) as server:
        result = probe(server.url, loopback(server.port), condition("status", "eq", 401))
    assert result.verdict == Verdict.PASS


def test_a_broken_warn_condition_warns():
    with Server(answer()) as server:
        slow = condition("latency_ms", "lt", 0, level="warn")
        result = probe(server.url, loopback(server.port), slow)
    assert result.verdict == Verdict.WARN


@pytest.mark.parametrize(
    ("asked", "verdict"),
    [
        (condition("body", "contains", "ready"), Verdict.PASS),
        (condition("body", "contains", "asleep"), Verdict.FAIL),
        (condition("header.x-release", "eq", "2.4.0"), Verdict.PASS),
        (condition("header.x-release", "glob", "2.5.*"), Verdict.FAIL),
        (condition("header.x-missing", "exists", False), Verdict.PASS),
        (condition("header.x-missing", "exists", True), Verdict.FAIL),
        (condition("header.x-missing", "eq", "a"), Verdict.ERROR),
        (condition("tls_days_left", "gt", 5), Verdict.ERROR),
        (condition("redirects", "eq", 0), Verdict.PASS),
    ],
)
def test_conditions_are_asked_of_the_last_answer(asked, verdict):
    with Server(answer(200, b"I am ready", "X-Release: 2.4.0")) as server:
        assert probe(server.url, loopback(server.port), asked).verdict == verdict


def test_head_asks_for_no_body():
    with Server(answer(200, b"")) as server:
        result = probe(server.url, loopback(server.port), method="HEAD")
    assert result.verdict == Verdict.PASS
    assert server.heads[0].startswith(b"HEAD / HTTP/1.1\r\n")


def test_the_request_is_ours_and_asks_for_plain_bytes_once():
    with Server(answer()) as server:
        probe(
            f"{server.url}/ready?x=1",
            loopback(server.port),
            headers={"X-Trace": "7", "Accept": "text/plain"},
        )
        head = server.heads[0].lower()
    assert head.startswith(b"get /ready?x=1 http/1.1\r\n")
    assert f"\r\nhost: 127.0.0.1:{server.port}\r\n".encode() in head
    assert b"\r\naccept-encoding: identity\r\n" in head
    assert b"\r\nconnection: close\r\n" in head
    assert b"\r\nx-trace: 7\r\n" in head
    assert head.count(b"\r\naccept:") == 1


def test_a_refused_connection_is_a_failing_target():
    with Server(answer()) as server:
        pass
    result = probe(server.url, loopback(server.port))
    assert (result.verdict, result.code) == (Verdict.FAIL, "refused")
    assert evidence(result)["First attempt"] == "Connection refused."


def test_a_name_that_does_not_exist_is_a_failing_target():
    result = probe("http://nowhere.invalid/", Policy())
    assert result.code in ("no-such-name", "dns")
    assert result.verdict == {"no-such-name": Verdict.FAIL, "dns": Verdict.ERROR}[result.code]


def test_what_the_guard_refuses_could_not_be_seen():
    result = probe("http://good.example/", Policy(), names=Names(good_example=[["10.0.0.1"]]))
    assert (result.verdict, result.code) == (Verdict.ERROR, "address")


def test_a_reset_is_tried_once_more():
    with Server(Failing(1, answer())) as server:
        result = probe(server.url, loopback(server.port))
    assert result.verdict == Verdict.PASS
    assert "First attempt" in evidence(result)
    assert server.accepted == 2


def test_a_second_reset_is_the_answer():
    with Server(Failing(2, answer())) as server:
        result = probe(server.url, loopback(server.port))
    assert result.verdict == Verdict.FAIL
    assert server.accepted == 2


def test_a_broken_condition_is_not_tried_again():
    with Server(answer(500)) as server:
        probe(server.url, loopback(server.port))
    assert server.accepted == 1


@pytest.mark.parametrize(
    ("first", "endless", "every_s"),
    [
        (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a", 0.1),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n", b"a", 0.1),
        (b"", b"", 0.1),
    ],
    ids=["drip in the head", "drip in the body", "silence"],
)
def test_a_drip_is_cut_at_the_deadline(first, endless, every_s):
    with Server(flood(first, endless, every_s=every_s)) as server:
        started = time.monotonic()
        result = probe(server.url, loopback(server.port, deadline_s=1.0))
        spent = time.monotonic() - started
    assert (result.verdict, result.code) == (Verdict.FAIL, "timeout")
    # Ten times the deadline: the machine may be busy. Undisturbed, the drip lasts for ever.
    assert 0.9 < spent < 10
    assert server.accepted == 1


def test_a_silent_handshake_is_cut_at_the_deadline(ca_file):
    with Server(flood(b"", b"", every_s=0.1)) as server:
        started = time.monotonic()
        url = server.url.replace("http:", "https:")
        result = probe(url, loopback(server.port, deadline_s=1.0, ca_file=ca_file))
        spent = time.monotonic() - started
    assert (result.verdict, result.code) == (Verdict.FAIL, "timeout")
    assert spent < 10


def test_a_large_body_is_read_up_to_the_cap():
    with Server(flood(BIG, CHUNK)) as server:
        asked = condition("body_truncated", "eq", True)
        result = probe(server.url, loopback(server.port), asked)
    assert result.verdict == Verdict.PASS
    assert len(evidence(result)["Body"]) <= 4000


def test_a_bomb_is_inflated_up_to_the_cap():
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(50)) + packer.flush()
    assert len(bomb) < MAX_BODY
    with Server(answer(200, bomb, "Content-Encoding: gzip")) as server:
        spec = ProbeSpec.parse("http", {"url": server.url}, [], 60)
        seen = spec.observe(context_of(loopback(server.port)))
    assert len(str(seen.facts["body"])) == MAX_BODY
    assert seen.facts["body_truncated"] is True


def test_a_gzipped_body_is_read_although_nobody_asked_for_gzip():
    packed = zlib.compress(b"I am ready", wbits=31)
    with Server(answer(200, packed, "Content-Encoding: gzip")) as server:
        asked = condition("body", "contains", "ready")
        assert probe(server.url, loopback(server.port), asked).verdict == Verdict.PASS


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_a_body_in_an_unreadable_encoding_is_a_missing_fact(encoding):
    with Server(answer(200, b"?????", f"Content-Encoding: {encoding}")) as server:
        asked = condition("body", "contains", "ready")
        result = probe(server.url, loopback(server.port), asked)
    assert (result.verdict, result.code) == (Verdict.ERROR, "missing-fact")


@pytest.mark.parametrize(
    "endless", [b"HTTP/1.1 102 Processing\r\n\r\n", b"X-Big: " + b"a" * 1000 + b"\r\n"]
)
def test_endless_heads_end_at_the_byte_budget(endless):
    with Server(flood(b"HTTP/1.1 200 OK\r\n" if endless[:1] == b"X" else b"", endless)) as server:
        result = probe(server.url, loopback(server.port, deadline_s=30))
    assert result.verdict == Verdict.FAIL
    assert result.code in ("too-much", "protocol")


def test_what_is_not_http_fails():
    with Server(flood(b"SSH-2.0-OpenSSH_9\r\n", bytes(4096))) as server:
        result = probe(server.url, loopback(server.port))
    assert (result.verdict, result.code) == (Verdict.FAIL, "protocol")


def test_https_checks_the_name_while_the_address_is_pinned(authority, ca_file):
    names = Names(app_example_org=[["127.0.0.1"]], evil_example_org=[["127.0.0.1"]])
    with Server(answer(), serving(authority.issue_cert(NAME))) as server:
        policy = loopback(server.port, ca_file=ca_file)
        right = probe(
            f"https://{NAME}:{server.port}/",
            policy,
            condition("tls_days_left", "gt", 1),
            names=names,
        )
        wrong = probe(f"https://evil.example.org:{server.port}/", policy, names=names)
    assert right.verdict == Verdict.PASS
    assert (wrong.verdict, wrong.code) == (Verdict.FAIL, "tls")
    assert "mismatch" in wrong.summary.lower()
    assert b"host: app.example.org:" in server.heads[0].lower()


@pytest.mark.parametrize("content", [None, "not a certificate"])
def test_a_broken_file_of_authorities_is_our_trouble(tmp_path, content):
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    result = probe("https://127.0.0.1:8443/", loopback(8443, ca_file=str(path)))
    assert (result.verdict, result.code) == (Verdict.ERROR, "ca-file")


def test_an_untrusted_certificate_fails_and_is_not_tried_again(authority):
    with Server(answer(), serving(authority.issue_cert("127.0.0.1"))) as server:
        result = probe(server.url, loopback(server.port))
    assert (result.verdict, result.code) == (Verdict.FAIL, "tls")
    assert server.accepted == 1


def test_proxies_named_in_the_environment_are_not_used(monkeypatch):
    with Server(answer(500, b"the proxy")) as proxy, Server(answer()) as server:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        result = probe(server.url, loopback(server.port))
        assert proxy.accepted == 0
    assert result.verdict == Verdict.PASS


def test_each_run_makes_its_own_connection():
    with Server(answer(200, b"", "Connection: keep-alive")) as server:
        for _ in range(3):
            probe(server.url, loopback(server.port))
    assert server.accepted == 3


def test_evidence_and_facts_hold_no_credentials():
    body = b'{"password": "hunter2hunter2", "next": "https://u:pw@x.example/?token=abc123"}'
    cookie = "Set-Cookie: sid=s3cr3ts3cr3t; Secure; HttpOnly"
    with Server(answer(200, body, cookie, "X-Api-Key: k3yk3yk3y")) as server:
        result = probe(f"{server.url}/?api_key=topsecret9", loopback(server.port))
    shown = repr(result)
    for secret in ("hunter2", "u:pw@", "abc123", "s3cr3t", "k3yk3y", "topsecret9"):
        assert secret not in shown
    assert "sid=•••; Secure; HttpOnly" in shown


def test_nothing_a_database_refuses_is_kept():
    with Server(answer(200, b"a\x00b\xff\xed\xa0\x80c")) as server:
        result = probe(server.url, loopback(server.port))
    assert "\x00" not in evidence(result)["Body"]
    evidence(result)["Body"].encode()


@pytest.mark.parametrize(
    ("params", "field", "reason"),
    [
        ({"url": "http://127.0.0.1:6379/"}, "url", "address"),
        ({"url": "http://169.254.169.254/"}, "url", "metadata"),
        ({"url": "file:///etc/passwd"}, "url", "scheme"),
        ({"url": "http://a\ud800.example/"}, "url", None),
        ({"url": "http://good.example/\x00"}, "url", "url"),
        ({"url": ""}, "url", None),
        ({"url": 7}, "url", None),
        ({}, "url", None),
        ({"url": "http://good.example/", "method": "POST"}, "method", None),
        ({"url": "http://good.example/", "headers": {"Authorization": "x"}}, "headers", None),
        ({"url": "http://good.example/", "headers": {"X-Api-Token": "x"}}, "headers", None),
        ({"url": "http://good.example/", "headers": {"Host": "x"}}, "headers", None),
        ({"url": "http://good.example/", "headers": {"A B": "x"}}, "headers", None),
        ({"url": "http://good.example/", "headers": {"A": "x\r\nB: y"}}, "headers", None),
        ({"url": "http://good.example/", "verify": False}, "verify", None),
    ],
)
def test_what_cannot_work_is_refused_when_it_is_saved(params, field, reason):
    with pytest.raises(Invalid) as refused:
        ProbeSpec.parse("http", params, [], 60).check(Policy())
    assert refused.value.details["field"] == field
    assert refused.value.details.get("reason") == reason
    assert refused.value.message
