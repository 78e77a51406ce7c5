"""Search over everything that one may see, and the short answers of the jump dialog."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.contrib.auth.decorators import login_required
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from checklists.models import Person, Project, Release, Template
from checklists.pages.found import found_for
from checklists.search import items_found, terms_of
from checklists.search.tokens import LONGEST_QUERY
from checklists.views.items import person_of

MOST_OF_A_KIND = 6

Named = TypeVar("Named", bound=Model)


@require_safe
@login_required
@never_cache
def search_page(request: HttpRequest) -> HttpResponse:
    """What is found in all releases of one's projects."""
    q = _asked(request)
    found = found_for(person_of(request), q) if q else None
    context = {"q": q, "found": found, "section": "search"}
    return render(request, "checklists/search.html", context)


@require_safe
@login_required
@never_cache
def jump(request: HttpRequest) -> HttpResponse:
    """Places that the words may mean, for the jump dialog: releases, projects, templates, items."""
    q = _asked(request)
    person = person_of(request)
    places = [*_named(person, q), *_items(person, q)] if q else []
    return JsonResponse(
        {"places": [{"kind": kind, "title": title, "url": url} for kind, title, url in places]}
    )


def _asked(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_QUERY]


def _named(person: Person, q: str) -> Iterable[tuple[str, str, str]]:
    """Releases, projects and templates of which every word is in the name."""
    releases = Release.objects.visible_to(person).select_related("project")
    for release in _all_words(releases, q, "project__name", "project__slug", "version"):
        yield _("Release"), str(release), f"/releases/{release.pk}/"
    for project in _all_words(Project.objects.visible_to(person), q, "name", "slug"):
        yield _("Project"), project.name, f"/projects/{project.slug}/"
    for template in _all_words(Template.objects.all(), q, "name", "slug"):
        yield _("Template"), template.name, f"/templates/{template.slug}/"


def _all_words(rows: QuerySet[Named], q: str, *fields: str) -> QuerySet[Named]:
    """The newest rows of which each word is in one of the fields."""
    for word in q.split()[:8]:
        anywhere = Q()
        for field in fields:
            anywhere |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(anywhere)
    return rows.order_by("-pk")[:MOST_OF_A_KIND]


def _items(person: Person, q: str) -> Iterable[tuple[str, str, str]]:
    found = items_found(terms_of(q), Release.objects.visible_to(person))
    newest = found.select_related("release__project", "own_title").order_by("-release_id", "pk")
    for item in newest[:MOST_OF_A_KIND]:
        title = f"{item.number} {item.called}"
        yield str(item.release), title, f"/releases/{item.release_id}/#item-{item.pk}"
