"""What probe tests share: an authority of their own, a resolver that says what it is told."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from pathlib import Path

import httpcore2
import pytest
import trustme

from checklists.probes.base import Context
from checklists.probes.policy import Allowed, Policy
from checklists.probes.resolving import resolver_for

NAME = "app.example.org"


class Names:
    """A resolver that answers from a table; each name's answers in turn, the last one for ever."""

    def __init__(self, **answers: list[list[str]]) -> None:
        self._answers = {name.replace("_", "."): list(told) for name, told in answers.items()}
        self.asked: list[str] = []

    def addresses(self, host: str, port: int, within_s: float) -> list[str]:
        self.asked.append(host)
        told = self._answers[host]
        return told.pop(0) if len(told) > 1 else told[0]


class DialSpy(httpcore2.NetworkBackend):
    """Notes what was dialled and dials nothing."""

    def __init__(self) -> None:
        self.dialled: list[tuple[str, int]] = []

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        self.dialled.append((host, port))
        raise httpcore2.ConnectError(ConnectionRefusedError(111, "the spy dials nothing"))


def loopback(*ports: int, deadline_s: float = 10.0, ca_file: str | None = None) -> Policy:
    """The policy of an operator who lists these ports of 127.0.0.1 and nothing else."""
    allowed = tuple(Allowed.parse(f"127.0.0.1/32:{port}") for port in ports)
    return Policy(allowed=allowed, deadline_s=deadline_s, ca_file=ca_file)


def context_of(policy: Policy, names: Names | None = None) -> Context:
    """A context whose names come from a table, or from the policy's own resolver."""
    return Context(policy=policy, resolver=names or resolver_for(policy))


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def serving(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """The server's side of a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context
