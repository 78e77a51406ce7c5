"""Reading what a release page shows: one look at the release, as the gate has it.

What was looked at is kept for moments, so that a hundred readers of one release, and the answer to
a tick, do not each compare every row with the log again. A chain's head hash names its content, so
what is kept under it can be old by those moments and never wrong. Whoever decides looks anew.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from django.utils.translation import get_language

from checklists.models import Release
from checklists.operations.decisions import Look, glance_at, look_at
from checklists.pages.snapshot import Snapshot
from checklists.state import Stage

SAME_FOR = 5.0
"""Seconds that a release without news is shown as it was seen: so long may an age be behind."""
CHECKED_FOR = 10.0
"""Seconds after a full look in which what is new is read from the log alone."""
MOST_KEPT = 64


@dataclass(frozen=True, slots=True)
class _Seen:
    """A release as this process saw it last. Times are of the monotonic clock.

    It is told in each language that somebody asked for; `earlier` is what was told before.
    """

    head: tuple[str, int]
    look: Look
    told: dict[str | None, Snapshot]
    earlier: dict[str | None, Snapshot]
    seen_at: float
    checked_at: float

    def in_this_language(self) -> Snapshot:
        """The snapshot in the active language, told now if nobody has asked for it yet."""
        language = get_language()
        if language not in self.told:
            snapshot = self.told[language] = self.one.retold()
            if before := self.earlier.pop(language, None):
                snapshot.follow_words(before)
        return self.told[language]

    @property
    def one(self) -> Snapshot:
        """The snapshot in some language."""
        return next(iter(self.told.values()))


_kept: OrderedDict[int, _Seen] = OrderedDict()
_lock = threading.Lock()
_turns = [threading.Lock() for _ in range(64)]


def snapshot_of(release: Release) -> Snapshot:
    """The release as of now, judged for the stage it is in, with everything checked.

    `release` was read just now with its chain and opener, as `Release.objects.for_page()` does.
    """
    return _judged(look_at(release), release)


def recent_snapshot(release: Release) -> Snapshot:
    """The release with its newest event, for showing it; ages and names may be moments old.

    `release` was read just now, as for `snapshot_of`.
    """
    # The answer to a tick and the stream want the same at the same moment: one works it out.
    with _turns[release.pk % len(_turns)]:
        return _recent(release)


def _recent(release: Release) -> Snapshot:
    now = time.monotonic()
    head = (release.chain.head_hash, release.probe_rev)
    with _lock:
        seen = _kept.get(release.pk)
    if seen is not None and seen.head == head and now - seen.seen_at < SAME_FOR:
        return seen.in_this_language()
    if seen is not None and now - seen.checked_at < CHECKED_FOR:
        same_probes = seen.head[1] == head[1]
        look = glance_at(release, after=seen.look, same_probes=same_probes)
        snapshot, checked_at = _judged(look, release), seen.checked_at
        snapshot.follow(seen.one, same_probes=same_probes)
        earlier = {**seen.earlier, **seen.told}
        if before := earlier.pop(get_language(), None):
            snapshot.follow_words(before)
    else:
        look, checked_at, earlier = look_at(release), now, {}
        snapshot = _judged(look, release)
    told: dict[str | None, Snapshot] = {get_language(): snapshot}
    with _lock:
        _kept[release.pk] = _Seen(head, look, told, earlier, now, checked_at)
        _kept.move_to_end(release.pk)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return snapshot


def forget_all() -> None:
    """Look anew next time: for tests of what looking costs."""
    with _lock:
        _kept.clear()


def _judged(look: Look, release: Release) -> Snapshot:
    return Snapshot(look.state, look.observed, look.decide(stage_of(release)))


def stage_of(release: Release) -> Stage:
    """What counts now: the checks before the deployment, and after it those that follow."""
    return Stage.DEPLOY if release.deployed_at is None else Stage.CLOSE
