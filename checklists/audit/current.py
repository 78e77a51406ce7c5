"""The release as its log says it is, kept warm: a process that follows a chain folds only the news.

What a process keeps is derived and checked against the chain's head; losing it costs one replay.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from checklists.audit.format import event_hash
from checklists.audit.replay import Replay, merged_tree, replay, until
from checklists.formats.content import digest_of, known_content
from checklists.formats.tree import ChecklistTree
from checklists.models import AuditChain, AuditEvent, Release, TemplateVersion
from checklists.models.audit import EMPTY_HASH
from checklists.state import ChecklistState, ReleaseState

KEPT_RELEASES = 64
AT_ONCE = 2000
"""Events that are read in one piece."""


class BrokenChain(ValueError):
    """The events do not link up, or do not lead to the chain's head."""


@lru_cache(maxsize=256)
def tree_by_digest(wanted: str) -> ChecklistTree:
    """The content of a template version, checked against its digest.

    Raises BrokenChain if no version has it, or if the content no longer matches it.
    """
    for content in TemplateVersion.objects.filter(digest=wanted).values_list("content", flat=True):
        if digest_of(content) == wanted:
            return known_content(content)
    raise BrokenChain(f"no template version has the content of digest {wanted}")


@lru_cache(maxsize=256)
def tree_of(checklist: ChecklistState) -> ChecklistTree:
    """The content of a checklist of a release, its overlays merged in.

    Raises BrokenChain as `tree_by_digest` does.
    """
    return merged_tree(checklist.content_digests, tree_by_digest)


class _Followed:
    """One chain, folded up to a seq and a hash."""

    def __init__(self) -> None:
        self.replay = Replay(tree_by_digest)
        self.hash = EMPTY_HASH
        self.lock = threading.Lock()
        self.state: ReleaseState | None = None

    def take(self, body: str, stored: str) -> None:
        """Fold in the next event, which was found to follow."""
        self.replay.apply(json.loads(body))
        self.hash, self.state = stored, None


_followed: OrderedDict[str, _Followed] = OrderedDict()
_followed_lock = threading.Lock()


def current_state(release: Release) -> ReleaseState:
    """The release at the head of its chain, replayed and link-checked.

    Raises BrokenChain if the events do not lead to the head; ValueError if one makes no sense.
    """
    return state_at_head(AuditChain.objects.get(release_id=release.pk))


def state_at_head(chain: AuditChain) -> ReleaseState:
    """The release at the head that this row of its chain, read just now, names; or at a later
    one, if somebody has written since.

    Raises BrokenChain and ValueError as `current_state` does.
    """
    try:
        return _catch_up(_follow(chain.key), chain)
    except ValueError:
        newer = AuditChain.objects.get(pk=chain.pk)
        if newer.head_seq > chain.head_seq:
            # Another thread has followed it further; beginning again would be a long way.
            return state_at_head(newer)
        # What we kept may be of a database since restored: only the whole chain can tell.
        _forget(chain.key)
        return _catch_up(_follow(chain.key), chain)


def committed(event: AuditEvent) -> None:
    """Fold an event that this process has just committed, so that it need not be read back.

    If it is not the next of what is kept, nothing happens: it is read when it is wanted.
    """
    with _followed_lock:
        followed = _followed.get(event.chain.key)
    if followed is None:
        return
    with followed.lock:
        if (followed.replay.seq, followed.hash) == (event.seq - 1, event.prev_hash):
            followed.take(event.body, event.hash)


def state_at(release: Release, moment: datetime) -> ReleaseState | None:
    """The release as it was at a moment; None if it was not open yet.

    The whole chain is link-checked: what was said before is worth as much as what came after.
    Raises BrokenChain and ValueError as `current_state` does.
    """
    texts = _linked(AuditChain.objects.get(release_id=release.pk))
    bodies = until(map(json.loads, texts), moment)
    for _ in texts:
        pass
    return replay(bodies, tree_by_digest) if bodies else None


def _linked(chain: AuditChain) -> Iterator[str]:
    """The bodies of a chain up to its head, oldest first, each held against the one before it."""
    last = EMPTY_HASH
    events = AuditEvent.objects.filter(chain=chain, seq__lte=chain.head_seq).order_by("seq")
    for seq, prev_hash, body, stored in events.values_list(
        "seq", "prev_hash", "body", "hash"
    ).iterator():
        if prev_hash != last or event_hash(prev_hash, body) != stored:
            raise BrokenChain(f"{chain.key} breaks at event {seq}")
        last = stored
        yield body
    if last != chain.head_hash:
        raise BrokenChain(f"{chain.key} does not lead to its head")


def events_of(release: Release):  # type: ignore[no-untyped-def]
    """The events of a release's chain, oldest first."""
    return AuditEvent.objects.filter(chain__release_id=release.pk).order_by("seq")


def _catch_up(followed: _Followed, chain: AuditChain) -> ReleaseState:
    with followed.lock:
        return _caught_up(followed, chain)


def _caught_up(followed: _Followed, chain: AuditChain) -> ReleaseState:
    if followed.replay.seq > chain.head_seq or (
        followed.replay.seq == chain.head_seq and followed.hash != chain.head_hash
    ):
        raise BrokenChain(f"{chain.key} went back behind event {followed.replay.seq}")
    if followed.replay.seq < chain.head_seq:
        rows = AuditEvent.objects.filter(
            chain=chain, seq__gt=followed.replay.seq, seq__lte=chain.head_seq
        ).order_by("seq")
        news = rows.values_list("prev_hash", "body", "hash")
        # Piece by piece costs more for a few, and all at once too much for very many.
        few = chain.head_seq - followed.replay.seq <= AT_ONCE
        for prev_hash, body, stored in news if few else news.iterator():
            if prev_hash != followed.hash or event_hash(prev_hash, body) != stored:
                raise BrokenChain(f"{chain.key} breaks after event {followed.replay.seq}")
            followed.take(body, stored)
    if followed.hash != chain.head_hash:
        raise BrokenChain(f"{chain.key} does not lead to its head")
    if followed.state is None:
        followed.state = followed.replay.state()
    return followed.state


def _follow(key: str) -> _Followed:
    with _followed_lock:
        followed = _followed.setdefault(key, _Followed())
        _followed.move_to_end(key)
        while len(_followed) > KEPT_RELEASES:
            _followed.popitem(last=False)
        return followed


def _forget(key: str) -> None:
    with _followed_lock:
        _followed.pop(key, None)
