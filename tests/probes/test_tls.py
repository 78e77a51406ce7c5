"""Kind `tls` against real handshakes: trusted, ended, not begun, unknown, for another name."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from checklists.errors import Invalid
from checklists.probes.base import Result
from checklists.probes.judge import judge
from checklists.probes.policy import Policy
from checklists.probes.registry import ProbeSpec
from checklists.state import Verdict
from tests.probes.conftest import NAME, Names, context_of, loopback, serving
from tests.probes.servers import Failing, Server, answer, flood

NOW = datetime.datetime.now(datetime.UTC)


def days(number: float) -> datetime.datetime:
    return NOW + datetime.timedelta(days=number)


def probe(
    server: Server, ca_file: str | None, *conditions: dict, host: str = NAME, **params: object
) -> Result:
    given = {"host": host, "port": server.port, **params}
    spec = ProbeSpec.parse("tls", given, list(conditions), 3600)
    policy = loopback(server.port, ca_file=ca_file)
    names = Names(app_example_org=[["127.0.0.1"]])
    return judge(spec, spec.observe(context_of(policy, names)))


def self_signed(directory: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(days(-1))
        .not_valid_after(days(90))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName(NAME), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    pem, key_pem = directory / "own.pem", directory / "own.key"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key_pem)
    return context


def test_a_trusted_certificate_with_time_left_passes(authority, ca_file):
    certificate = authority.issue_cert(NAME, "www.example.org", not_after=days(90))
    with Server(answer(), serving(certificate)) as server:
        result = probe(server, ca_file)
        assert server.accepted == 1
    assert result.verdict == Verdict.PASS
    facts = result.facts
    assert facts["verified"] is True
    assert 89 < facts["days_left"] < 91
    assert facts["sans"] == [NAME, "www.example.org"]
    assert "trustme" in facts["issuer"]
    assert facts["protocol"] == "TLSv1.3"
    assert len(facts["chain"]) >= 1
    assert facts["not_after"].endswith("+00:00")
    assert result.peer == "127.0.0.1"


@pytest.mark.parametrize(
    ("left", "verdict"),
    [(22, Verdict.PASS), (20, Verdict.WARN), (8, Verdict.WARN), (6, Verdict.FAIL)],
)
def test_few_days_left_warn_and_fewer_fail(authority, ca_file, left, verdict):
    certificate = authority.issue_cert(NAME, not_after=days(left))
    with Server(answer(), serving(certificate)) as server:
        assert probe(server, ca_file).verdict == verdict


def test_a_certificate_that_has_ended_fails_and_is_still_read(authority, ca_file):
    certificate = authority.issue_cert(NAME, not_before=days(-30), not_after=days(-2))
    with Server(answer(), serving(certificate)) as server:
        result = probe(server, ca_file)
    assert (result.verdict, result.facts["verify_code"]) == (Verdict.FAIL, 10)
    assert result.facts["verified"] is False
    assert -3 < result.facts["days_left"] < -1


def test_a_certificate_that_has_not_begun_fails(authority, ca_file):
    certificate = authority.issue_cert(NAME, not_before=days(2), not_after=days(90))
    with Server(answer(), serving(certificate)) as server:
        result = probe(server, ca_file)
    assert (result.verdict, result.facts["verify_code"]) == (Verdict.FAIL, 9)


def test_a_certificate_for_another_name_fails(authority, ca_file):
    with Server(answer(), serving(authority.issue_cert("other.example.org"))) as server:
        result = probe(server, ca_file)
    assert (result.verdict, result.facts["verify_code"]) == (Verdict.FAIL, 62)
    assert result.facts["sans"] == ["other.example.org"]


def test_a_self_signed_certificate_fails(ca_file, tmp_path):
    with Server(answer(), self_signed(tmp_path)) as server:
        result = probe(server, ca_file)
    assert (result.verdict, result.facts["verify_code"]) == (Verdict.FAIL, 18)
    assert result.facts["sans"] == [NAME, "127.0.0.1"]


def test_a_certificate_of_an_unknown_authority_fails(ca_file):
    with Server(answer(), serving(trustme.CA().issue_cert(NAME))) as server:
        result = probe(server, ca_file)
    assert result.verdict == Verdict.FAIL
    assert result.facts["verify_code"] in (19, 20)


def test_an_address_is_checked_as_an_address(authority, ca_file):
    with Server(answer(), serving(authority.issue_cert("127.0.0.1"))) as server:
        assert probe(server, ca_file, host="127.0.0.1").verdict == Verdict.PASS


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_an_old_protocol_fails(authority, ca_file):
    context = serving(authority.issue_cert(NAME))
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with Server(answer(), context) as server:
        result = probe(server, ca_file)
    assert (result.verdict, result.code) == (Verdict.FAIL, "tls")


def test_a_port_without_tls_fails(ca_file):
    with Server(flood(b"220 mail\r\n", b"x" * 100), greets=True) as server:
        result = probe(server, ca_file)
    assert (result.verdict, result.code) == (Verdict.FAIL, "tls")


def test_a_port_that_hangs_up_at_once_fails(ca_file):
    with Server(Failing(9, answer()), greets=True) as server:
        result = probe(server, ca_file)
    assert result.verdict == Verdict.FAIL
    assert result.code in ("tls", "reset")


def test_a_refused_connection_fails(ca_file):
    with Server(answer()) as server:
        pass
    result = probe(server, ca_file)
    assert (result.verdict, result.code) == (Verdict.FAIL, "refused")


def test_the_certificate_is_asked_about_by_condition(authority, ca_file):
    certificate = authority.issue_cert(NAME, not_after=days(90))
    asked = [
        {"fact": "issuer", "op": "glob", "value": "*trustme*"},
        {"fact": "sans", "op": "contains", "value": NAME},
        {"fact": "not_before", "op": "age_lt", "value": 100 * 365 * 86400},
        {"fact": "protocol", "op": "in", "value": ["TLSv1.2", "TLSv1.3"]},
        {"fact": "not_after", "op": "gt", "value": NOW.isoformat()},
    ]
    with Server(answer(), serving(certificate)) as server:
        result = probe(server, ca_file, *asked)
    assert (result.verdict, len(result.checks)) == (Verdict.PASS, 8)


def test_an_address_out_of_reach_could_not_be_seen():
    spec = ProbeSpec.parse("tls", {"host": "db.example.org"}, [], 3600)
    names = Names(db_example_org=[["10.0.0.1"]])
    result = judge(spec, spec.observe(context_of(Policy(), names)))
    assert (result.verdict, result.code) == (Verdict.ERROR, "address")


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"host": "127.0.0.1"}, "host"),
        ({"host": "metadata.google.internal"}, "host"),
        ({"host": "good.example", "port": 22}, "host"),
        ({"host": "https://good.example"}, "host"),
        ({"host": "u@good.example"}, "host"),
        ({"host": "good.example\x00"}, "host"),
        ({"host": "good.example", "port": 0}, "port"),
        ({"host": "good.example", "port": "443"}, "port"),
        ({"host": "good.example", "warn_days": 5, "fail_days": 9}, "params"),
        ({"host": "good.example", "verify": False}, "verify"),
    ],
)
def test_what_cannot_work_is_refused_when_it_is_saved(params, field):
    with pytest.raises(Invalid) as refused:
        ProbeSpec.parse("tls", params, [], 3600).check(Policy())
    assert refused.value.details["field"] == field
