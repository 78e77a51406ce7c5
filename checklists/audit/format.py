"""The log's bytes: hashes, commitments, times. docs/audit-format.md describes them for strangers.

Pure. A change of anything here is a new format and needs a new tag, started by an event in the
old one.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import UTC, datetime

import rfc8785
from django.utils.translation import gettext as _

from checklists.errors import Invalid

FORMAT_VERSION = 1
EVENT_TAG = "readiness-audit-v1\n"
COMMIT_TAG = "readiness-commit-v1\n"

YEARS = range(1971, 9000)
"""The years of times in the log: far from the ends of the calendar, where offsets run over them."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def event_hash(prev_hash: str, body: str) -> str:
    """SHA-256 over the tag, the previous hash in hex, and the body as it is stored."""
    return hashlib.sha256(f"{EVENT_TAG}{prev_hash}\n{body}".encode()).hexdigest()


def commitment(kind: str, salt: str, value: str) -> str:
    """What the log holds in place of personal data: worthless without the salt."""
    return hashlib.sha256(f"{COMMIT_TAG}{kind}\n{salt}\n{value}".encode()).hexdigest()


def new_salt() -> str:
    """128 random bits in hex."""
    return secrets.token_hex(16)


def write_body(body: dict[str, object]) -> str:
    """Canonical JSON (RFC 8785) as text: the bytes that are hashed and stored."""
    return rfc8785.dumps(body).decode()  # type: ignore[arg-type]


def write_time(moment: datetime) -> str:
    """UTC with microseconds, always six digits: ``2026-11-23T10:02:17.000000Z``.

    Raises Invalid for a year that could not be read back everywhere.
    """
    return checked_moment(moment, field="time").strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_time(text: str) -> datetime:
    """The inverse of `write_time`. Raises ValueError for a text that names no moment."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} does not say how far it is from UTC")
    return moment


def checked_moment(moment: datetime, *, field: str) -> datetime:
    """The moment in UTC. Raises Invalid for one outside YEARS."""
    if moment.year not in YEARS:
        raise Invalid(
            _("The year of a time is %(years)s to %(years_2)s, not %(year)s.")
            % {"years": YEARS[0], "years_2": YEARS[-1], "year": moment.year},
            code="bad_time",
            field=field,
        )
    return moment.astimezone(UTC)


def checked_text(text: str, *, field: str, limit: int = 10_000, required: bool = True) -> str:
    """The text, trimmed; refuses what the log cannot hold.

    Raises Invalid for nothing at all (when required), for too much, and for control characters
    and lone surrogates, which no canonical JSON can carry.
    """
    trimmed = text.strip()
    if required and not trimmed:
        raise Invalid(
            _("Write something for %(field)s; it is empty.") % {"field": field},
            code="empty",
            field=field,
        )
    if len(trimmed) > limit:
        raise Invalid(
            _("%(capitalize)s has %(count)s characters; the limit is %(limit)s.")
            % {
                "capitalize": field.capitalize(),
                "count": f"{len(trimmed):,}",
                "limit": f"{limit:,}",
            },
            code="too_long",
            field=field,
        )
    if (found := _FORBIDDEN.search(trimmed)) is not None:
        raise Invalid(
            _(
                "%(capitalize)s holds a character that cannot be stored (U+%(ord)s at "
                "position %(start)s). Remove it and try again."
            )
            % {
                "capitalize": field.capitalize(),
                "ord": f"{ord(found[0]):04X}",
                "start": found.start() + 1,
            },
            code="unstorable_character",
            field=field,
        )
    return trimmed
