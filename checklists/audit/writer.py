"""Adding to the log: the only way anything is written to it.

`locked` comes first in every operation: the chain's row is the lock that orders its writers, so
the order of `seq` is the order of commits. `append` refuses to run outside a transaction and wakes
the live stream when the transaction commits, so no operation can forget either.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from checklists import live, search
from checklists.actors import Actor
from checklists.audit import current, images
from checklists.audit.format import (
    FORMAT_VERSION,
    checked_text,
    commitment,
    event_hash,
    new_salt,
    write_body,
    write_time,
)
from checklists.models import AuditChain, AuditEvent, Disclosable, Item, Person, Release
from checklists.models.audit import INSTALLATION


def locked(release: Release) -> Release:
    """The release as it is now, with its chain locked until the transaction ends.

    Raises RuntimeError outside a transaction.
    """
    chain = _locked_chain(release.pk)
    # Read only now: the row may have changed while we waited for the lock.
    fresh = Release.objects.select_related("project").get(pk=release.pk)
    fresh.chain = chain
    return fresh


def locked_item(item: Item) -> Item:
    """The item as it is now, with its release and the chain locked as `locked` does.

    Item and release are read together, which a tick, the most frequent change, is quicker by.
    """
    chain = _locked_chain(item.release_id)
    items = Item.objects.select_related("release__project", "checklist", "own_title")
    fresh = items.get(pk=item.pk)
    fresh.release.chain = chain
    return fresh


def locked_installation() -> AuditChain:
    """The installation's chain, locked. Taken last when a release's chain is needed, too."""
    _require_transaction()
    chain = AuditChain.objects.select_for_update().get(key=INSTALLATION)
    _set_moment(chain)
    return chain


def moment(target: Release | AuditChain) -> datetime:
    """The time of this transaction in the chain: now, and never before its newest event."""
    return _chain_of(target).moment


def append(
    target: Release | AuditChain,
    action: str,
    *,
    actor: Actor,
    subject: models.Model,
    data: Mapping[str, Any] | None = None,
    commit: Mapping[str, Disclosable] | None = None,
    rows: Iterable[models.Model] = (),
    gone: Iterable[tuple[str, int]] = (),
    undoes: int | None = None,
) -> AuditEvent:
    """Write one event at the head of a locked chain.

    `commit` names the free text behind it, which enters as commitments only. `rows` and `gone`
    are for the installation's chain: the verified columns of the rows written, and the rows
    removed, as (table, id). Raises RuntimeError outside a transaction.
    """
    _require_transaction()
    chain = _chain_of(target)
    seq = chain.head_seq + 1
    body: dict[str, Any] = {
        "v": FORMAT_VERSION,
        "chain": chain.key,
        "seq": seq,
        "at": write_time(chain.moment),
        "actor": actor.as_body(),
        "via": str(actor.via),
        "action": action,
        "subject": _subject(subject),
        "data": dict(data or {}),
        "nonce": secrets.token_hex(16),
        "req": actor.request_id,
    }
    if commit:
        body["commit"] = {name: text.commitment for name, text in commit.items()}
    if written := images.of_rows(rows, gone):
        body["rows"] = written
    if undoes is not None:
        body["undoes"] = undoes
    text = write_body(body)
    event = AuditEvent.objects.create(
        chain=chain,
        seq=seq,
        body=text,
        prev_hash=chain.head_hash,
        hash=event_hash(chain.head_hash, text),
        at=chain.moment,
        action=action,
        item_id=subject.pk if isinstance(subject, Item) else None,
    )
    # The trigger has advanced the row; keep our copy in step for the next event.
    chain.head_seq, chain.head_hash, chain.head_at = seq, event.hash, chain.moment
    search.note_event(action, subject, commit or {})
    transaction.on_commit(partial(current.committed, event), robust=True)
    transaction.on_commit(partial(live.wake, chain.key))
    return event


def disclose(kind: str, value: str, *, field: str | None = None) -> Disclosable:
    """Keep free text once, where it can be erased; the log gets its commitment.

    Raises Invalid for text that is empty, too long, or that the log cannot hold.
    """
    text = checked_text(value, field=field or kind)
    salt = new_salt()
    return Disclosable.objects.create(
        kind=kind, value=text, salt=salt, commitment=commitment(kind, salt, text)
    )


def open_chain(release: Release) -> Release:
    """Start the chain of a release made in this transaction, and lock it.

    The transaction's moment is when the release was opened, so that row and event agree.
    """
    chain = AuditChain.objects.create(key=chain_key(release), release=release)
    chain.moment = release.opened_at
    release.chain = chain
    return release


def chain_key(release: Release) -> str:
    """The name of a release's chain."""
    return f"release:{release.pk}"


def _chain_of(target: Release | AuditChain) -> AuditChain:
    chain = target if isinstance(target, AuditChain) else target.chain
    if not hasattr(chain, "moment"):
        raise RuntimeError(f"Chain {chain.key} is not locked: call audit.locked() first.")
    return chain


def _locked_chain(release_id: int) -> AuditChain:
    _require_transaction()
    chain = AuditChain.objects.select_for_update().get(release_id=release_id)
    _set_moment(chain)
    return chain


def _set_moment(chain: AuditChain) -> None:
    now = timezone.now()
    chain.moment = max(now, chain.head_at) if chain.head_at else now


def _require_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(
            "The log outside a transaction: a change could be kept without its event."
        )


def _subject(thing: models.Model) -> dict[str, Any]:
    subject: dict[str, Any] = {"type": thing._meta.model_name, "id": thing.pk}
    if isinstance(thing, Item):
        subject |= {"checklist": thing.checklist.key, "key": thing.key}
    elif isinstance(thing, Person):
        subject["id"] = thing.pid
    return subject
