"""What shows that an item is true: attached, replaced by a newer version, withdrawn. Never deleted.

Who may answer an item may attach to it, and replace what is there by a newer version, whoever
attached it: both stay in sight. Withdrawing without putting anything in its place is for who
attached it, and for release managers.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from checklists import audit
from checklists.actors import Actor
from checklists.audit.format import checked_moment, write_time
from checklists.errors import Conflict, Invalid
from checklists.files import FileFacts
from checklists.links import checked_link
from checklists.models import Evidence, Item
from checklists.operations.guards import require_open, require_person, require_reason
from checklists.operations.item_changes import answerable_item, fresh_item, record_item_change
from checklists.operations.transactions import operation
from checklists.permissions import require

OLDEST = timedelta(days=3652)
"""What was observed longer ago shows nothing of a release, and is a slip of the keyboard."""

WRITTEN = (Evidence.Kind.LINK, Evidence.Kind.TEXT)


@operation
def attach_evidence(
    item: Item,
    *,
    actor: Actor,
    kind: Evidence.Kind,
    content: str,
    observed_at: datetime | None = None,
    replaces: Evidence | None = None,
) -> Evidence:
    """Attach a link or a text that shows the item is true. `observed_at` defaults to now.

    `replaces` is the evidence that this is a newer version of. Raises NotVisible, NotAllowed,
    ReleaseClosed; Invalid for a link that is none, or a time in the future or long ago; Conflict
    for a version that was replaced or withdrawn already.
    """
    item = answerable_item(item, actor)
    if kind not in WRITTEN:
        raise Invalid(_("Evidence is a link or a text."), code="bad_kind", field="kind")
    if kind == Evidence.Kind.LINK:
        content = checked_link(content)
    return _attach(item, actor, kind, content, observed_at, replaces)


@operation
def attach_file(
    item: Item,
    *,
    actor: Actor,
    file: FileFacts,
    observed_at: datetime | None = None,
    replaces: Evidence | None = None,
) -> Evidence:
    """Attach a file whose bytes are in the store already. Otherwise as `attach_evidence`."""
    item = answerable_item(item, actor)
    facts = {"sha256": file.sha256, "size": file.size, "media_type": file.media_type}
    return _attach(item, actor, Evidence.Kind.FILE, file.name, observed_at, replaces, facts)


@operation
def withdraw_evidence(evidence: Evidence, *, actor: Actor, reason: str) -> Evidence:
    """Say that this shows nothing after all. What it replaced does not come back, and it stays in
    sight. Withdrawing again changes nothing.

    Raises NotVisible, NotAllowed (for somebody else's, unless one manages releases),
    ReleaseClosed, Invalid.
    """
    release = audit.locked(evidence.item.release)
    require(actor, "answer_item", release.project)
    item = fresh_item(evidence.item, release)
    evidence = Evidence.objects.get(pk=evidence.pk)
    if evidence.attached_by_id != require_person(actor).pk:
        require(actor, "withdraw_evidence", release.project)
    require_open(release)
    if evidence.withdrawn_at is not None:
        return evidence
    reason = require_reason(reason, what=_("it shows nothing after all"))
    evidence.withdrawn_at = audit.moment(release)
    evidence.save(update_fields=["withdrawn_at"])
    record_item_change(
        item,
        "evidence.withdrawn",
        actor=actor,
        data={"evidence": evidence.pk},
        commit={"reason": audit.disclose("reason", reason)},
    )
    return evidence


def _attach(
    item: Item,
    actor: Actor,
    kind: Evidence.Kind,
    content: str,
    observed_at: datetime | None,
    replaces: Evidence | None,
    facts: dict[str, Any] | None = None,
) -> Evidence:
    person = require_person(actor)
    now, facts = audit.moment(item.release), facts or {}
    observed_at = _checked(observed_at or now, now)
    older = _replaceable(item, replaces) if replaces else None
    disclosed = audit.disclose("evidence", content)
    evidence = Evidence.objects.create(
        item=item,
        kind=kind,
        content=disclosed,
        digest=disclosed.commitment,
        observed_at=observed_at,
        attached_at=now,
        attached_by=person,
        replaces=older,
        **facts,
    )
    data = {"evidence": evidence.pk, "kind": str(kind), "observed_at": write_time(observed_at)}
    if older is not None:
        data["replaces"] = older.pk
    record_item_change(
        item,
        "evidence.attached",
        actor=actor,
        data=data | facts,
        commit={"content": disclosed},
    )
    return evidence


def _checked(observed_at: datetime, now: datetime) -> datetime:
    if observed_at > now:
        raise Invalid(
            _("Nothing can be observed in the future."), code="future", field="observed_at"
        )
    observed_at = checked_moment(observed_at, field="observed_at")
    if observed_at < now - OLDEST:
        raise Invalid(
            _("This was seen more than ten years ago. Look at the year again."),
            code="long_ago",
            field="observed_at",
        )
    return observed_at


def _replaceable(item: Item, replaces: Evidence) -> Evidence:
    """The version to replace, as it is now. Raises Invalid, Conflict."""
    older = Evidence.objects.filter(pk=replaces.pk, item=item).first()
    if older is None:
        raise Invalid(
            _("A newer version is attached to the item of the older one."),
            code="not_of_this_item",
            field="replaces",
        )
    if older.withdrawn_at is not None:
        raise Conflict(
            _("That version was withdrawn. Attach this as evidence of its own."),
            code="evidence_withdrawn",
        )
    if older.replaced_by.exists():
        raise Conflict(
            _("That version was replaced already. Look at the newest one, and replace that."),
            code="evidence_replaced",
        )
    return older
