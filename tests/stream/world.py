"""Committed releases that somebody may watch, with a token that may read them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from checklists.models import ApiToken, AuditChain, Person, Release
from tests.cast import Cast, make_cast
from tests.checklist_data import open_small_release, publish, small_tree

SECRET = "s" * 32


@dataclass(frozen=True)
class World:
    """The cast, some releases of its project, and priya's token."""

    cast: Cast
    releases: tuple[Release, ...]
    token: str

    @property
    def release(self) -> Release:
        """The first of them."""
        return self.releases[0]

    def heads(self) -> dict[int, int]:
        """The newest seq of each release."""
        chains = AuditChain.objects.filter(release__in=self.releases)
        return dict(chains.values_list("release_id", "head_seq"))


def make_world(releases: int = 1) -> World:
    """Everything committed, in the database that is in use."""
    cast = make_cast()
    template = publish(small_tree())
    opened = tuple(
        open_small_release(cast, version=f"2.{number}.0", template=template)
        for number in range(releases)
    )
    return World(cast, opened, make_token(cast.priya))


def make_token(person: Person, *, scopes: str = "read", days: float = 1, **fields: object) -> str:
    """A token of the person's first project, as it is printed once."""
    now = timezone.now()
    public_id = f"t{ApiToken.objects.count():011d}"
    ApiToken.objects.create(
        public_id=public_id,
        secret_hash=hashlib.sha256(SECRET.encode()).hexdigest(),
        name="stream",
        person=person,
        project=person.memberships.get().project,
        scopes=scopes,
        created_at=now,
        expires_at=now + timedelta(days=days),
        **fields,
    )
    return f"rdy_{public_id}_{SECRET}"
