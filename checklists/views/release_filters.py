"""The filters of a release page beyond its chips: what can be chosen, and what somebody saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max, Subquery
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from checklists import search
from checklists.errors import Invalid
from checklists.models import Person, Release, SavedFilter
from checklists.operations.saved_filters import forget_filter, save_filter
from checklists.pages.filters import Filter
from checklists.pages.loading import recent_snapshot
from checklists.pages.snapshot import Snapshot
from checklists.pages.words import (
    REQUIREMENT_WORDS,
    STAGE_WORDS,
    STATUS_WORDS,
    VERDICT_LOOKS,
)
from checklists.views.htmx import asks_for_part
from checklists.views.items import actor_of, person_of
from checklists.views.posted import posted_number, posted_text


@dataclass(frozen=True, slots=True)
class Option:
    """A value that can be chosen."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A condition with its values: one of them, or any number."""

    name: str
    label: str
    options: tuple[Option, ...]
    many: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """A filter that the viewer saved, as a chip."""

    pk: int
    name: str
    href: str
    query: str
    chosen: bool


@require_safe
@login_required
@never_cache
def release_filter(request: HttpRequest, pk: int) -> HttpResponse:
    """The ids of the items that a filter shows, for scripts; null for all of them."""
    release = get_object_or_404(Release.objects.visible_to(request.user).for_page(), pk=pk)
    snapshot = recent_snapshot(release)
    shown = rows_shown(release, snapshot, Filter.of(request.GET), person_of(request))
    return JsonResponse({"items": None if shown is None else sorted(shown)})


@require_safe
@login_required
@never_cache
def release_conditions(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel of conditions, for htmx; otherwise the page with it."""
    release = get_object_or_404(Release.objects.visible_to(request.user).for_page(), pk=pk)
    chosen = Filter.of(request.GET)
    if not asks_for_part(request):
        return redirect(f"/releases/{pk}/?{chosen.as_query()}&conditions=1".replace("?&", "?"))
    context = {
        "release_id": pk,
        "chosen": chosen,
        "choices": choices_of(recent_snapshot(release), chosen),
        "saved": saved_of(person_of(request), chosen),
    }
    return render(request, "checklists/_conditions.html", context)


@require_POST
@login_required
def release_save_filter(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the filter that the page shows under a name."""
    release = get_object_or_404(Release.objects.visible_to(request.user), pk=pk)
    query = Filter.of_text(posted_text(request, "query")).as_query()
    save_filter(actor=actor_of(request), name=posted_text(request, "name"), query=query)
    return redirect(f"/releases/{release.pk}/?{query}")


@require_POST
@login_required
def release_forget_filter(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a saved filter."""
    release = get_object_or_404(Release.objects.visible_to(request.user), pk=pk)
    saved = posted_number(request, "saved")
    if saved is None:
        raise Invalid(_("Name the filter to remove."), code="missing", field="saved")
    forget_filter(saved, actor=actor_of(request))
    return redirect(f"/releases/{release.pk}/")


def rows_shown(
    release: Release, snapshot: Snapshot, chosen: Filter, person: Person
) -> frozenset[int] | None:
    """The items that the filter shows to the person; None for all of them."""
    terms = search.terms_of(chosen.q)
    found = set()
    if terms:
        items = search.items_found(terms, Release.objects.filter(pk=release.pk))
        found = set(items.values_list("pk", flat=True))
    return chosen.rows_shown(snapshot, person.pid, found)


def newest_saved(person: Person) -> Any:
    """A number that changes with the person's saved filters, as part of a query.

    Each is written once, so the newest and how many there are tell it.
    """
    own = SavedFilter.objects.filter(person=person).order_by().values("person")
    return Subquery(own.annotate(stamp=Max("pk") * 100 + Count("pk")).values("stamp"))


def saved_of(person: Person, chosen: Filter) -> list[Saved]:
    """The filters that the person saved."""
    now = chosen.as_query()
    return [
        Saved(saved.pk, saved.name, f"?{saved.query}", saved.query, saved.query == now)
        for saved in SavedFilter.objects.filter(person=person)
    ]


def choices_of(snapshot: Snapshot, chosen: Filter) -> list[Choice]:
    """The conditions that the panel offers; those without a choice in this release are left out."""
    items = snapshot.state.items
    sections = dict.fromkeys(item.section_ref for item in items)
    roles = sorted({item.assignee_role for item in items if item.assignee_role})
    titles, names = snapshot.titles.sections, snapshot.roles.names
    one = [
        ("section", _("Section"), [(ref, titles.get(ref, ref)) for ref in sections]),
        ("role", _("Role"), [(role, names.get(role, role)) for role in roles]),
        ("requirement", _("Requirement"), _words(REQUIREMENT_WORDS)),
        ("stage", _("Stage"), _words(STAGE_WORDS)),
        ("probe", _("Probe"), [(str(v), str(word)) for v, (_css, word) in VERDICT_LOOKS.items()]),
    ]
    flags = [
        ("late", _("Overdue")),
        ("blocker", _("Blocker")),
        ("carried", _("Carried over")),
        ("missing", _("Evidence missing")),
    ]
    return [
        *(
            _choice(name, label, pairs, getattr(chosen, name))
            for name, label, pairs in one
            if pairs
        ),
        _choice("state", _("State"), _words(STATUS_WORDS), chosen.state),
        _choice("only", _("Only"), flags, chosen.only),
    ]


def _choice(
    name: str, label: str, pairs: Iterable[tuple[str, str]], chosen: str | tuple[str, ...]
) -> Choice:
    many = isinstance(chosen, tuple)
    held = chosen if isinstance(chosen, tuple) else (chosen,)
    options = tuple(Option(value, word, value in held) for value, word in pairs)
    return Choice(name, label, options, many)


def _words(words: Mapping[Any, Any]) -> list[tuple[str, str]]:
    return [(str(value), str(word)) for value, word in words.items()]
