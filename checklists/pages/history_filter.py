"""Which events of a release somebody wants to see, and how many there are of each kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, JSONField, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.models import AuditEvent, Item, Release
from checklists.pages.faces import Face
from checklists.pages.people import faces_of

KINDS: dict[str, tuple[Promise, frozenset[str]]] = {
    "answers": (
        gettext_lazy("Answers"),
        frozenset(
            {
                "item.ticked",
                "item.unticked",
                "item.marked_not_applicable",
                "item.reopened",
                "item.carried",
                "item.asked_again",
                "release.answers_carried",
            }
        ),
    ),
    "evidence": (gettext_lazy("Evidence"), frozenset({"evidence.attached", "evidence.withdrawn"})),
    "waivers": (
        gettext_lazy("Waivers"),
        frozenset({"waiver.requested", "waiver.approved", "waiver.rejected", "waiver.withdrawn"}),
    ),
    "signoffs": (gettext_lazy("Sign-offs"), frozenset({"signoff.signed", "signoff.withdrawn"})),
    "meeting": (gettext_lazy("Meeting"), frozenset({"room.called"})),
    "probes": (
        gettext_lazy("Probes"),
        frozenset({"probe.attached", "probe.changed", "probe.detached", "probe.flipped"}),
    ),
    "planning": (
        gettext_lazy("Planning"),
        frozenset(
            {
                "item.started",
                "item.stopped",
                "item.assigned",
                "item.due_set",
                "item.added",
                "item.removed",
                "release.target_set",
            }
        ),
    ),
    "comments": (gettext_lazy("Comments"), frozenset({"item.commented"})),
    "release": (
        gettext_lazy("Release"),
        frozenset(
            {
                "release.opened",
                "checklist.upgraded",
                "release.deployed",
                "release.closed",
                "release.aborted",
                "release.rolled_back",
            }
        ),
    ),
}
"""Each kind of event: its word, and the actions it holds. Every action is in one kind."""


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """What is asked for. Nothing given means everything; `since` and `before` are seqs."""

    kinds: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    item: int | None = None
    q: str = ""
    start: datetime | None = None
    end: datetime | None = None
    since: int | None = None

    @property
    def in_use(self) -> int:
        """How many filters are set."""
        single = (self.item, self.q, self.start, self.end, self.since)
        return len(self.kinds) + len(self.people) + sum(bool(value) for value in single)

    def apply(self, events: QuerySet[AuditEvent], release: Release) -> QuerySet[AuditEvent]:
        """The events that match."""
        wanted = Q()
        if self.kinds:
            wanted &= Q(action__in=[a for kind in self.kinds for a in KINDS[kind][1]])
        if self.people:
            # Canonical JSON: only the actor of an event has a field of this name.
            by = [Q(body__contains=f'"pid":"{pid}"') for pid in self.people]
            wanted &= _any(by)
        if self.item is not None:
            wanted &= Q(item_id=self.item)
        if self.start is not None:
            wanted &= Q(at__gte=self.start)
        if self.end is not None:
            wanted &= Q(at__lt=self.end)
        if self.since is not None:
            wanted &= Q(seq__gt=self.since)
        if self.q:
            wanted &= _matching(self.q, release)
        return events.filter(wanted)


def _any(conditions: Iterable[Q]) -> Q:
    found = Q()
    for condition in conditions:
        found |= condition
    return found


def _matching(q: str, release: Release) -> Q:
    """Items whose number or title holds the words; an event's number; the start of a hash."""
    items = Item.objects.filter(Q(number=q) | Q(title__icontains=q), release=release)
    found = Q(item_id__in=list(items.values_list("pk", flat=True)))
    if q.isascii() and q.isdigit() and len(q) < 16:
        found |= Q(seq=int(q))
    if len(q) >= 6:
        found |= Q(hash__startswith="".join(q.split()).lower())
    return found


@dataclass(frozen=True, slots=True)
class Facet:
    """One choice of a filter, with how many events it holds."""

    value: str
    label: str
    number: int
    chosen: bool
    face: Face | None = None


def kind_facets(events: QuerySet[AuditEvent], chosen: Iterable[str]) -> list[Facet]:
    """The kinds of event with their numbers."""
    rows = events.order_by().values_list("action").annotate(number=Count("pk"))
    numbers: Mapping[str, int] = dict(rows)
    picked = set(chosen)
    return [
        Facet(name, str(word), sum(numbers.get(action, 0) for action in actions), name in picked)
        for name, (word, actions) in KINDS.items()
    ]


def people_facets(events: QuerySet[AuditEvent], chosen: Iterable[str]) -> list[Facet]:
    """Everybody who did something, those who did most first."""
    actor = KeyTransform("actor", Cast(F("body"), JSONField()))
    rows = (
        events.order_by()
        .annotate(pid=KeyTextTransform("pid", actor))
        .filter(pid__isnull=False)
        .values_list("pid")
        .annotate(number=Count("pk"))
    )
    numbers = sorted(rows, key=lambda row: -row[1])
    faces = faces_of([pid for pid, number in numbers])
    picked = set(chosen)
    return [
        Facet(
            pid,
            faces[pid].name if pid in faces else _("erased person %(pid)s") % {"pid": pid[:8]},
            number,
            pid in picked,
            faces.get(pid),
        )
        for pid, number in numbers
    ]
