"""Names to addresses, once, with an end, and without the machine's search domains."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import dns.exception
import dns.nameserver
import dns.rdatatype
import dns.resolver

from checklists.probes.policy import Policy, Refusal

LOOKUP_S: Final = 3.0
_RECORDS: Final = (dns.rdatatype.A, dns.rdatatype.AAAA)
_NO_SUCH_NAME: Final = frozenset({socket.EAI_NONAME})

# getaddrinfo cannot be interrupted: a hanging one keeps its thread until it is done. So there is
# a fixed number of such threads, and when all hang the next lookup is refused, not queued.
_SYSTEM_LOOKUPS: Final = threading.BoundedSemaphore(32)


class NoSuchName(Exception):
    """The resolver answered, and the name does not exist. That is the target's fault, not ours."""


class Resolver(Protocol):
    """Anything that turns a name into addresses."""

    def addresses(self, host: str, port: int, within_s: float) -> list[str]:
        """Every address of the absolute name `host`.

        Raises NoSuchName, or Refusal("dns") when no answer came.
        """
        ...


def resolver_for(policy: Policy) -> Resolver:
    """The operator's resolvers if there are any, otherwise the system's."""
    return GivenResolvers(policy.resolvers) if policy.resolvers else SystemResolver()


class GivenResolvers:
    """Asks the operator's name servers and nobody else; the time it is given is a true end."""

    def __init__(self, servers: tuple[str, ...]) -> None:
        self._resolver = dns.resolver.Resolver(configure=False)
        self._resolver.nameservers = [_nameserver(server) for server in servers]

    def addresses(self, host: str, port: int, within_s: float) -> list[str]:
        """Both kinds of records; one kind failing is no matter when the other answered."""
        found: list[str] = []
        failures: list[dns.exception.DNSException] = []
        for record in _RECORDS:
            try:
                found += self._ask(host, record, within_s / len(_RECORDS))
            except dns.resolver.NXDOMAIN as error:
                raise NoSuchName(f"{host} does not exist") from error
            except dns.exception.DNSException as error:
                failures.append(error)
        if not found and failures:
            raise Refusal("dns", f"No answer about {host} from the resolvers.") from failures[0]
        return found

    def _ask(self, host: str, record: dns.rdatatype.RdataType, within_s: float) -> list[str]:
        answer = self._resolver.resolve(
            f"{host}.", record, lifetime=within_s, search=False, raise_on_no_answer=False
        )
        return [data.to_text() for data in answer]


def _nameserver(text: str) -> dns.nameserver.Nameserver:
    address, colon, port = text.rpartition(":")
    if colon and port.isdigit() and (":" not in address or address.startswith("[")):
        return dns.nameserver.Do53Nameserver(address.strip("[]"), int(port))
    return dns.nameserver.Do53Nameserver(text)


Lookup = Callable[[str, int], list[str]]


@dataclass(frozen=True, slots=True)
class SystemResolver:
    """Asks the operating system, in a thread that is left behind when it takes too long."""

    lookup: Lookup | None = None

    def addresses(self, host: str, port: int, within_s: float) -> list[str]:
        """Every address getaddrinfo knows of `host`."""
        if not _SYSTEM_LOOKUPS.acquire(timeout=within_s):
            raise Refusal("dns", f"Too many lookups hang already, so {host} was not looked up.")
        answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()
        arguments = (self.lookup or _getaddrinfo, host, port, answers)
        threading.Thread(target=_look_up, args=arguments, name="lookup", daemon=True).start()
        try:
            answer = answers.get(timeout=within_s)
        except queue.Empty:
            raise Refusal("dns", f"No answer about {host} within {within_s:.1f} s.") from None
        if isinstance(answer, socket.gaierror) and answer.errno in _NO_SUCH_NAME:
            raise NoSuchName(f"{host} does not exist") from answer
        if isinstance(answer, OSError):
            raise Refusal("dns", f"The system's resolver gave no answer about {host}.") from answer
        return answer


def _look_up(
    lookup: Lookup, host: str, port: int, answers: queue.SimpleQueue[list[str] | OSError]
) -> None:
    try:
        answers.put(lookup(host, port))
    except OSError as error:
        answers.put(error)
    except UnicodeError:
        answers.put(socket.gaierror(socket.EAI_NONAME, "not a name"))
    finally:
        _SYSTEM_LOOKUPS.release()


def _getaddrinfo(host: str, port: int) -> list[str]:
    # The trailing dot keeps the search domains out.
    rows = socket.getaddrinfo(f"{host}.", port, type=socket.SOCK_STREAM)
    return [str(row[4][0]) for row in rows]
