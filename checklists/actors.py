"""Who acts: a person, a token, a probe or the system itself. Every operation takes one, by name."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from checklists.models import ApiToken, Person, Probe


class ActorKind(StrEnum):
    """What kind of hand did it."""

    PERSON = "person"
    TOKEN = "token"  # noqa: S105
    PROBE = "probe"
    SYSTEM = "system"


class Via(StrEnum):
    """The door the change came through."""

    PAGE = "page"
    API = "api"
    COMMAND = "command"
    PROBE = "probe"
    JOB = "job"


def _request_id() -> str:
    return uuid.uuid4().hex[:16]


@dataclass(frozen=True, slots=True)
class Actor:
    """The hand behind a change, and the door it came through. A token acts as its owner."""

    kind: ActorKind
    via: Via
    person: Person | None = None
    token: ApiToken | None = None
    probe: Probe | None = None
    request_id: str = field(default_factory=_request_id)

    @classmethod
    def of_person(cls, person: Person, via: Via = Via.PAGE) -> Self:
        """A signed-in person (or one named on the command line)."""
        return cls(kind=ActorKind.PERSON, via=via, person=person)

    @classmethod
    def of_token(cls, token: ApiToken) -> Self:
        """A token: its owner's rights, narrowed to its project and scopes."""
        return cls(kind=ActorKind.TOKEN, via=Via.API, person=token.person, token=token)

    @classmethod
    def of_probe(cls, probe: Probe) -> Self:
        """A probe whose confirmed verdict changed something."""
        return cls(kind=ActorKind.PROBE, via=Via.PROBE, probe=probe)

    @classmethod
    def of_system(cls, via: Via = Via.JOB) -> Self:
        """The product itself: first start, scheduled work."""
        return cls(kind=ActorKind.SYSTEM, via=via)

    def through(self, via: Via) -> Self:
        """The same hand through another door."""
        return replace(self, via=via)

    @property
    def in_person(self) -> Person | None:
        """The person, if they act themselves; None for tokens, probes and the system."""
        return self.person if self.kind == ActorKind.PERSON else None

    @property
    def pid(self) -> str | None:
        """The random id under which the log knows the person; None for probes and the system."""
        return self.person.pid if self.person else None

    def as_body(self) -> dict[str, str | int]:
        """The actor as the log's body holds it."""
        body: dict[str, str | int] = {"kind": str(self.kind)}
        if self.person is not None:
            body["pid"] = self.person.pid
        if self.token is not None:
            body["token"] = self.token.public_id
        if self.probe is not None:
            body["probe"] = self.probe.pk
        return body
