"""What the guard refuses, by code, with a spy that proves nothing was dialled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.probes.addresses import parse, require_reachable
from checklists.probes.deadline import Deadline
from checklists.probes.fetching import fetch
from checklists.probes.guard import Guard, GuardedBackend, check_url
from checklists.probes.policy import Allowed, Policy, Refusal
from tests.probes.conftest import DialSpy, Names

PUBLIC = "93.184.215.14"
# What the operator opens in the wide policy is everything, at the web's ports.
WIDE = Policy(
    allowed=tuple(
        Allowed.parse(f"{network}:{port}")
        for network in ("0.0.0.0/0", "[::/0]")
        for port in (80, 443)
    )
)

LITERALS = {
    "http://127.0.0.1/": "address",
    "http://127.0.0.53/": "address",
    "http://127.1/": "numeric-host",
    "http://2130706433/": "numeric-host",
    "http://0x7f000001/": "numeric-host",
    "http://0x7f.0.0.1/": "numeric-host",
    "http://0x7f.1/": "numeric-host",
    "http://0177.0.0.1/": "url",
    "http://00000177.0.0.1/": "url",
    "http://4425673729/": "numeric-host",
    "http://0.0.0.0/": "address",
    "http://0/": "numeric-host",
    "http://127.0.0.1./": "numeric-host",
    "http://10.0.0.1/": "address",
    "http://10.255.255.255/": "address",
    "http://172.17.0.1/": "address",
    "http://192.168.0.1/": "address",
    "http://100.64.0.1/": "address",
    "http://198.18.0.1/": "address",
    "http://224.0.0.1/": "address",
    "http://240.0.0.1/": "address",
    "http://255.255.255.255/": "address",
    "http://192.0.2.7/": "address",
    "http://203.0.113.7/": "address",
    "http://192.88.99.1/": "address",
    "http://256.1.1.1/": "url",
}

IPV6 = {
    "http://[::]/": "address",
    "http://[::1]/": "address",
    "http://[::ffff:127.0.0.1]/": "address",
    "http://[::ffff:7f00:1]/": "address",
    "http://[::127.0.0.1]/": "address",
    "http://[::ffff:0:7f00:1]/": "address",
    "http://[64:ff9b::a00:1]/": "address",
    "http://[64:ff9b:1::a00:1]/": "address",
    "http://[2002:a00:1::]/": "address",
    "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/": "address",
    "http://[fe80::1%25eth0]/": "address",
    "http://[fe80::1]/": "address",
    "http://[fd00::1]/": "address",
    "http://[fec0::1]/": "address",
    "http://[ff02::1]/": "address",
    "http://[2001:db8::1]/": "address",
    "http://[3fff::1]/": "address",
    "http://[5f00::1]/": "address",
    "http://[100::1]/": "address",
    "http://[4000::1]/": "address",
}

METADATA = {
    "http://169.254.169.254/latest/meta-data/": "metadata",
    "http://[::ffff:169.254.169.254]/": "metadata",
    "http://[64:ff9b::a9fe:a9fe]/": "metadata",
    "http://[64:ff9b:1::a9fe:a9fe]/": "metadata",
    "http://[2002:a9fe:a9fe::]/": "metadata",
    "http://[::ffff:0:a9fe:a9fe]/": "metadata",
    "http://[::169.254.169.254]/": "metadata",
    "http://[2001:0:4136:e378:8000:63bf:5601:5601]/": "metadata",
    "http://2852039166/": "numeric-host",
    "http://169.254.170.2/": "metadata",
    "http://169.254.170.23/": "metadata",
    "http://[fd00:ec2::254]/": "metadata",
    "http://metadata.google.internal/": "metadata",
    "http://metadata/": "metadata",
    "http://168.63.129.16/": "metadata",
    "http://100.100.100.200/": "metadata",
    "http://192.0.0.192/": "metadata",
}

NAMES = {
    "http://localhost/": "denied-host",
    "http://LOCALHOST./": "denied-host",
    "http://a.localhost/": "denied-host",
    "http://printer.local/": "denied-host",
    "http://db.internal/": "denied-host",
    "http://nas.home.arpa/": "denied-host",
}

CONFUSION = {
    "http://good.example@127.0.0.1/": "userinfo",
    "http://good.example:80@127.0.0.1/": "userinfo",
    "http://@127.0.0.1/": "userinfo",
    "http://good.example\\@127.0.0.1/": "url",
    "http://127.0.0.1#@good.example/": "address",
    "http://127.0.0.1?@good.example/": "address",
    "http://good.example\t/": "url",
    "http://good.example/\r\nHost: x": "url",
    "http://good. example/": "url",
    "http://good.example/ x": "url",
    "http://good.example\x00/": "url",
    "http://good%00.example/": "host",
    "http://%31%32%37.0.0.1/": "host",
    "http://\uff11\uff12\uff17.0.0.1/": "url",
    "http://①②⑦.0.0.1/": "url",
    "http://127。0。0。1/": "address",
    "http://ⓛocalhost/": "url",
    f"http://{'a' * 254}/": "host",
    f"http://{'a' * 64}.example/": "host",
    "http://good..example/": "host",
    "http://-good.example/": "host",
    "http:///path": "host",
    "http:good.example": "host",
    f"http://good.example/{'a' * 2000}": "url",
    "http://[::1": "url",
    "": "scheme",
}

SCHEMES_AND_PORTS = {
    "file:///etc/passwd": "scheme",
    "gopher://good.example/": "scheme",
    "ftp://good.example/": "scheme",
    "dict://good.example/": "scheme",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/": "scheme",
    "javascript:alert(1)": "scheme",
    "//good.example/": "scheme",
    "http://good.example:22/": "port",
    "http://good.example:25/": "port",
    "http://good.example:6379/": "port",
    "http://good.example:0/": "port",
    "http://good.example:65536/": "port",
    "http://good.example:x/": "url",
    f"http://{PUBLIC}:22/": "port",
    f"http://{PUBLIC}:0/": "port",
}

AS_WRITTEN = LITERALS | IPV6 | METADATA | NAMES | CONFUSION | SCHEMES_AND_PORTS

BEHIND_A_NAME = {
    "127.0.0.1": "address",
    "127.8.8.8": "address",
    "0.0.0.0": "address",  # noqa: S104 - an answer to refuse, not one to bind
    "10.1.2.3": "address",
    "100.64.0.1": "address",
    "172.31.255.255": "address",
    "192.168.1.1": "address",
    "198.19.0.1": "address",
    "192.0.0.8": "address",
    "224.0.0.251": "address",
    "255.255.255.255": "address",
    "169.254.1.1": "address",
    "169.254.169.254": "metadata",
    "100.100.100.200": "metadata",
    "::": "address",
    "::1": "address",
    "::ffff:10.0.0.1": "address",
    "::10.0.0.1": "address",
    "64:ff9b::a00:1": "address",
    "2002:a00:1::": "address",
    "fe80::1": "address",
    "fe80::1%lo": "address",
    "fd12::1": "address",
    "ff0e::1": "address",
    "2001:db8::5": "address",
    "fd00:ec2::254": "metadata",
    "not an address": "dns",
}


def refusal_of(url: str, policy: Policy, names: Names | None = None) -> tuple[str, DialSpy]:
    spy = DialSpy()
    guard = Guard(policy, names or Names(), Deadline(5), spy)
    with pytest.raises(Refusal) as refused:
        fetch(guard, "GET", url, {})
    assert refused.value.message
    return refused.value.code, spy


@pytest.mark.parametrize(("url", "code"), AS_WRITTEN.items())
def test_what_is_written_is_refused_by_code_and_without_a_dial(url, code):
    found, spy = refusal_of(url, Policy())
    assert (found, spy.dialled) == (code, [])


@pytest.mark.parametrize(("address", "code"), BEHIND_A_NAME.items())
def test_a_name_is_refused_for_the_address_behind_it(address, code):
    names = Names(good_example=[[address]])
    found, spy = refusal_of("http://good.example/", Policy(), names)
    assert (found, spy.dialled) == (code, [])


@pytest.mark.parametrize(
    "answers",
    [
        [PUBLIC, "10.0.0.1"],
        ["10.0.0.1", PUBLIC],
        [PUBLIC, "::1"],
        [PUBLIC] * 9 + ["127.0.0.1"],
    ],
)
def test_one_bad_address_refuses_the_whole_answer(answers):
    names = Names(good_example=[answers])
    found, spy = refusal_of("http://good.example/", Policy(), names)
    assert (found, spy.dialled) == ("address", [])


@given(st.ip_addresses())
def test_no_address_that_the_standard_library_calls_special_is_reachable(address):
    unwrapped = parse(str(address))
    try:
        require_reachable(unwrapped, 443, Policy())
    except Refusal:
        return
    assert unwrapped.is_global
    assert not unwrapped.is_multicast


def test_an_empty_answer_is_refused():
    found, spy = refusal_of("http://good.example/", Policy(), Names(good_example=[[]]))
    assert (found, spy.dialled) == ("dns", [])


@pytest.mark.parametrize("url", METADATA)
def test_metadata_stays_refused_when_the_operator_allows_everything(url):
    found, spy = refusal_of(url, WIDE)
    assert found in ("metadata", "numeric-host")
    assert spy.dialled == []


def test_a_name_for_metadata_stays_refused_when_everything_is_allowed():
    names = Names(good_example=[["169.254.169.254"]])
    found, spy = refusal_of("http://good.example/", WIDE, names)
    assert (found, spy.dialled) == ("metadata", [])


@pytest.mark.parametrize("url", ["http://[64:ff9b::a00:1]/", "http://[2002:a00:1::]/"])
def test_tunnels_stay_refused_when_everything_is_allowed(url):
    found, spy = refusal_of(url, WIDE)
    assert (found, spy.dialled) == ("address", [])


def dials(url: str, policy: Policy, names: Names) -> list[tuple[str, int]]:
    guard = Guard(policy, names, Deadline(5), spy := DialSpy())
    with pytest.raises(Exception, match="spy dials nothing"):
        fetch(guard, "GET", url, {})
    return spy.dialled


def test_the_address_that_was_judged_is_the_address_that_is_dialled():
    # A second lookup would hear of metadata; there is none.
    names = Names(good_example=[[PUBLIC], ["169.254.169.254"]])
    assert dials("http://good.example/", Policy(), names) == [(PUBLIC, 80)]
    assert names.asked == ["good.example"]


def test_a_new_connection_judges_anew():
    names = Names(good_example=[[PUBLIC], ["169.254.169.254"]])
    dials("http://good.example/", Policy(), names)
    assert refusal_of("http://good.example/", Policy(), names)[0] == "metadata"


def test_a_mapped_address_is_dialled_as_the_ipv4_address_it_is():
    assert dials(f"http://[::ffff:{PUBLIC}]/", Policy(), Names()) == [(PUBLIC, 80)]


def test_at_most_four_addresses_are_dialled_each_once():
    many = [f"93.184.215.{n}" for n in (1, 1, 2, 3, 4, 5)]
    found = dials("http://good.example/", Policy(), Names(good_example=[many]))
    assert found == [(f"93.184.215.{n}", 80) for n in (1, 2, 3, 4)]


@pytest.mark.parametrize("port", [80, 443, 8080, 8443])
def test_public_addresses_are_reached_at_the_webs_ports(port):
    names = Names(good_example=[[PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]])
    assert dials(f"http://good.example:{port}/", Policy(), names)[0] == (PUBLIC, port)


def test_a_trailing_dot_and_capitals_do_not_make_another_name():
    names = Names(good_example=[[PUBLIC]])
    assert dials("http://GOOD.Example./", Policy(), names) == [(PUBLIC, 80)]
    assert names.asked == ["good.example"]


def test_an_allowed_pair_opens_that_port_of_that_network_and_no_other():
    policy = Policy(allowed=(Allowed.parse("10.1.0.0/16:6000"),))
    check_url("http://10.1.2.3:6000/", policy)
    for url, code in {
        "http://10.2.0.1:6000/": "address",
        "http://10.1.2.3:80/": "address",
        "http://10.1.2.3:6001/": "port",
    }.items():
        expected = {"address"} if code == "address" else {"address", "port"}
        assert refusal_of(url, policy)[0] in expected


def test_a_port_opened_for_one_network_stays_shut_for_public_addresses():
    policy = Policy(allowed=(Allowed.parse("10.1.0.0/16:6000"),))
    names = Names(good_example=[[PUBLIC]])
    found, spy = refusal_of("http://good.example:6000/", policy, names)
    assert (found, spy.dialled) == ("port", [])


def test_a_private_name_may_lead_only_to_listed_addresses():
    policy = Policy(allowed=(Allowed.parse("10.1.0.0/16:80"),))
    names = Names(db_internal=[["10.1.0.9"], ["10.2.0.9"]])
    assert dials("http://db.internal/", policy, names) == [("10.1.0.9", 80)]
    assert refusal_of("http://db.internal/", policy, names)[0] == "address"


def test_unix_sockets_are_refused_at_the_seam():
    backend = GuardedBackend(Guard(Policy(), Names(), Deadline(1), DialSpy()))
    with pytest.raises(Refusal) as refused:
        backend.connect_unix_socket("/var/run/docker.sock")
    assert refused.value.code == "socket"


def test_a_scoped_global_address_is_refused():
    address = parse("2606:2800:21f::1%eth0")
    assert address is not None
    with pytest.raises(Refusal) as refused:
        require_reachable(address, 443, Policy())
    assert refused.value.code == "address"


@pytest.mark.parametrize(
    "text", ["10.0.0.0/8", "10.0.0.0/8:0", "10.0.0.0/8:65536", "10.0.0.1/8:80", "web:80", ":80", ""]
)
def test_a_malformed_entry_of_the_operators_list_is_refused(text):
    with pytest.raises(ValueError):
        Allowed.parse(text)


def test_the_operators_list_takes_both_families():
    assert Allowed.parse("127.0.0.1/32:8141").port == 8141
    assert Allowed.parse("[fd00::/8]:443").covers(parse("fd00::9"), 443)
