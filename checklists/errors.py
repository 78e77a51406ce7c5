"""Refusals: what an operation answers when it will not do what was asked.

A refusal has a stable `code` for programs and a sentence for people that says what, why and the
way out. Views and API turn it into the status of its kind; nothing else may decide a status.
"""

from __future__ import annotations

from typing import Any, ClassVar


class Refused(Exception):
    """An operation refused, and nothing was changed.

    `details` holds JSON-ready facts for programs (current version, field names, line numbers).
    """

    status: ClassVar[int] = 409
    default_code: ClassVar[str] = "refused"

    def __init__(self, message: str, *, code: str = "", **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.details = details


class Invalid(Refused):
    """The input itself is wrong, whatever the state (422). `details["field"]` names the place."""

    status = 422
    default_code = "invalid"


class Unauthenticated(Refused):
    """No credentials, or wrong, expired or revoked ones (401)."""

    status = 401
    default_code = "unauthenticated"


class NotAllowed(Refused):
    """The actor sees the thing but may not do this to it (403)."""

    status = 403
    default_code = "not_allowed"


class NotVisible(Refused):
    """The actor may not know whether the thing exists (404). Never says more than that."""

    status = 404
    default_code = "not_found"

    def __init__(self) -> None:
        super().__init__("There is nothing here, or you may not see it.")


class Conflict(Refused):
    """The state does not allow it now (409)."""

    default_code = "conflict"


class ItemChanged(Conflict):
    """`expected_version` is old: somebody changed the item since the caller read it (409).

    `details` say who, what, when and the current version.
    """

    default_code = "item_changed"


class DraftChanged(Conflict):
    """`expected_digest` is old: somebody changed the draft since the caller read it (409).

    `details` say who, what, how many changes, and the current digest.
    """

    default_code = "draft_changed"


class ReleaseClosed(Conflict):
    """The release is closed, aborted or rolled back: its checklist can no longer change (409)."""

    default_code = "release_closed"
