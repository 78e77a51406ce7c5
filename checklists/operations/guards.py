"""State rules that several operations share: what must hold before anything is changed."""

from __future__ import annotations

import json

from django.utils.translation import gettext as _

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.errors import Conflict, Invalid, ItemChanged, NotAllowed, ReleaseClosed
from checklists.models import AuditEvent, Item, Person, Release
from checklists.state import ReleaseState
from checklists.words import ACTION_WORDS, state_inside

MIN_REASON = 20
"""Characters a reason needs where an auditor will rely on it."""


def require_person(actor: Actor) -> Person:
    """The person who acts, in person or by a token. Raises NotAllowed for probes and the system."""
    if actor.person is None:
        raise NotAllowed(_("Only a person may do this, or a token of theirs."), code="needs_person")
    return actor.person


def require_open(release: Release) -> None:
    """Raise ReleaseClosed if the release is closed, aborted or rolled back."""
    if release.is_over:
        ended = state_inside(release.get_status_display())
        raise ReleaseClosed(
            _(
                "%(release)s is %(ended)s, so its checklist can no longer change. Open a "
                "new release for further work."
            )
            % {"release": release, "ended": ended},
            release_status=release.status,
        )


def whole_state(release: Release) -> ReleaseState:
    """The release as its log says. Raises Conflict if that does not hold together."""
    try:
        return current_state(release)
    except ValueError as broken:
        raise Conflict(
            _(
                "The release's log does not hold together, so nothing can rest on it: "
                "%(broken)s. Whoever operates this installation must look at it."
            )
            % {"broken": broken},
            code="log_broken",
        ) from broken


def require_version(item: Item, expected_version: int | None) -> None:
    """Raise ItemChanged, saying who changed what, if the caller's version is not the newest."""
    if expected_version is None or expected_version == item.version:
        return
    event = (
        AuditEvent.objects.filter(chain=item.release.chain, item_id=item.pk)
        .order_by("-seq")
        .first()
    )
    if event is None:
        what, who, at = _("the release was opened"), None, None
    else:
        what, at = str(ACTION_WORDS.get(event.action, event.action)), event.at
        who = name_of_actor(json.loads(event.body)["actor"])
    raise ItemChanged(
        _(
            "%(who)s changed “%(title)s” since you read it: %(what)s. Nothing of "
            "yours was saved; look at it and try again."
        )
        % {"who": who or _("Somebody"), "title": item.called, "what": what},
        current_version=item.version,
        answer=item.answer,
        changed_by=who,
        changed_at=at.isoformat() if at else None,
        what=what,
    )


def require_reason(reason: str, *, what: str, at_least: int = 1) -> str:
    """The reason, trimmed. Raises Invalid if it says less than is needed."""
    trimmed = reason.strip()
    if not trimmed:
        raise Invalid(
            _("Say why %(what)s.") % {"what": what}, code="reason_required", field="reason"
        )
    if len(trimmed) < at_least:
        raise Invalid(
            _(
                "Write at least %(at_least)s characters on why %(what)s; an auditor will "
                "read this. These are %(count)s."
            )
            % {"at_least": at_least, "what": what, "count": len(trimmed)},
            code="reason_too_short",
            field="reason",
        )
    return trimmed


def name_of_actor(actor: dict[str, object]) -> str:
    """Who an event's actor is, for people who may see names."""
    if (pid := actor.get("pid")) is not None:
        person = Person.objects.filter(pid=pid).first()
        return str(person) if person else _("erased person %(pid)s") % {"pid": str(pid)[:8]}
    return _("A probe") if actor["kind"] == "probe" else _("The system")
