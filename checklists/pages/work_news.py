"""What is new for somebody: where they were named, and what happened to releases they watch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, F
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from checklists.models import AuditEvent, Mention, Person, Release, Watch
from checklists.operations.mentions import unseen_mentions
from checklists.pages.faces import face_of
from checklists.pages.words import counted, short_day
from checklists.pages.work_lines import MENTION, Task, row_url
from checklists.pages.work_reader import Reader

EVENTS = ngettext_lazy("%(count)s event", "%(count)s events", "count")
MOST_NAMED = 3
EXCERPT = 140
"""Characters of a comment that a line shows."""

# What is worth naming, weightiest first; the rest is only counted.
_NOTABLE = {
    "release.rolled_back": ngettext_lazy("rolled back", "rolled back", "count"),
    "release.aborted": ngettext_lazy("aborted", "aborted", "count"),
    "release.deployed": ngettext_lazy("deployed", "deployed", "count"),
    "release.closed": ngettext_lazy("closed", "closed", "count"),
    "release.target_set": ngettext_lazy("target moved", "target moved", "count"),
    "item.reopened": ngettext_lazy("%(count)s item reopened", "%(count)s items reopened", "count"),
    "item.unticked": ngettext_lazy("%(count)s item unticked", "%(count)s items unticked", "count"),
    "item.added": ngettext_lazy("%(count)s item added", "%(count)s items added", "count"),
    "signoff.signed": ngettext_lazy("%(count)s signature", "%(count)s signatures", "count"),
    "waiver.requested": ngettext_lazy(
        "%(count)s waiver asked for", "%(count)s waivers asked for", "count"
    ),
    "room.called": ngettext_lazy(
        "%(count)s call in the room", "%(count)s calls in the room", "count"
    ),
    "item.ticked": ngettext_lazy("%(count)s item ticked", "%(count)s items ticked", "count"),
    "item.commented": ngettext_lazy("%(count)s comment", "%(count)s comments", "count"),
}


@dataclass(frozen=True, slots=True)
class Watched:
    """A release that somebody watches, and what others did in it since they looked."""

    release: Release
    url: str
    name: str
    new: int
    words: str


def mention_tasks(reader: Reader) -> Iterator[Task]:
    """Where the person was named and has not looked yet, newest first: one query."""
    waiting = unseen_mentions(reader.person).filter(
        comment__item__removed_at=None,
        comment__item__release__in=Release.objects.visible_to(reader.person),
    )
    rows = waiting.select_related(
        "comment__author",
        "comment__body",
        "comment__item__own_title",
        "comment__item__release__project",
    )
    yield from (_mention(row, reader) for row in rows.order_by("-comment__written_at", "-pk"))


def _mention(row: Mention, reader: Reader) -> Task:
    comment, item = row.comment, row.comment.item
    words = comment.body.value if comment.body else ""
    return Task(
        kind=MENTION,
        release=item.release_id,
        item=item.pk,
        url=row_url(item.release_id, item.pk),
        title=item.called,
        note=_("%(name)s in %(release)s: %(words)s")
        % {
            "name": comment.author,
            "release": item.release,
            "words": Truncator(" ".join(words.split())).chars(EXCERPT),
        },
        css="st-open",
        glyph="message-square",
        due=short_day(comment.written_at, reader.now),
        late=False,
        order=(True, comment.written_at),
        by=face_of(comment.author),
    )


def watched_releases(person: Person) -> list[Watched]:
    """The releases somebody watches, those with most news first: two queries for any number."""
    watches = list(
        Watch.objects.filter(
            person=person, release__in=Release.objects.visible_to(person)
        ).select_related("release__project")
    )
    done = _since(watches, person)
    found = [_watched(watch, done.get(watch.release_id, {})) for watch in watches]
    return sorted(found, key=lambda one: (-one.new, one.release.target_at, one.release.pk))


def _since(watches: Sequence[Watch], person: Person) -> Mapping[int, Mapping[str, int]]:
    """How often what was done by others since somebody looked, by release."""
    # Bodies are canonical: their keys are sorted and nothing stands between.
    own = f'"actor":{{"kind":"person","pid":"{person.pid}"'
    rows = (
        AuditEvent.objects.filter(
            chain__release__watches__in=watches, seq__gt=F("chain__release__watches__seen_seq")
        )
        .exclude(body__contains=own)
        .values_list("chain__release_id", "action")
        .annotate(Count("pk"))
        .order_by()
    )
    done: dict[int, Counter[str]] = {}
    for release, action, times in rows:
        done.setdefault(release, Counter())[action] += times
    return done


def _watched(watch: Watch, done: Mapping[str, int]) -> Watched:
    release = watch.release
    new = sum(done.values())
    named = [counted(done[action], words) for action, words in _NOTABLE.items() if done.get(action)]
    said = [counted(new, EVENTS), *named[:MOST_NAMED]] if new else [_("Nothing new")]
    return Watched(
        release=release,
        url=f"/releases/{release.pk}/",
        name=str(release),
        new=new,
        words=", ".join(said),
    )
