"""My work: what waits for whoever is signed in, across their releases."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_POST, require_safe

from checklists.models import Item
from checklists.operations.mentions import see_mentions
from checklists.pages.work import HEADINGS, LATE, Work, waiting_for, work_of
from checklists.views.items import actor_of, person_of
from checklists.views.posted import posted_number

CHIPS = {"": gettext_lazy("All"), LATE: gettext_lazy("Late"), **HEADINGS}
COUNT_HOLDS_SECONDS = 20
MOST_COUNTED = 99


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter, with how many lines it leaves."""

    word: str
    href: str
    number: int
    chosen: bool


@require_safe
@login_required
@never_cache
def my_work(request: HttpRequest) -> HttpResponse:
    """Everything that waits for the person, late first, and the releases they watch."""
    work = work_of(person_of(request))
    only = request.GET.get("only", "")
    only = only if only in CHIPS else ""
    number = request.GET.get("release", "")
    release = int(number) if number.isascii() and number.isdecimal() and len(number) < 19 else None
    context = {
        "work": work,
        "groups": work.groups(only=only, release=release),
        "chips": _chips(work, only, release),
        "releases": work.releases,
        "only": only,
        "release": release,
        "section": "work",
    }
    return render(request, "checklists/my_work.html", context)


@require_safe
@login_required
@cache_control(private=True, max_age=COUNT_HOLDS_SECONDS)
def work_waiting(request: HttpRequest) -> HttpResponse:
    """How much waits, for the number in the head of every page: fetched beside it, so that no
    page waits for it or is drawn anew for it.
    """
    number = waiting_for(person_of(request))
    shown = f"{MOST_COUNTED}+" if number > MOST_COUNTED else str(number or "")
    return HttpResponse(shown, content_type="text/html; charset=utf-8")


@require_POST
@login_required
def work_seen(request: HttpRequest) -> HttpResponse:
    """Mark as seen where one was named: in one item, or everywhere."""
    pk = posted_number(request, "item")
    item = None
    if pk is not None:
        item = get_object_or_404(Item.objects.visible_to(request.user), pk=pk)
    see_mentions(actor=actor_of(request), item=item)
    messages.success(request, _("Marked as seen."))
    return redirect("my_work")


def _chips(work: Work, only: str, release: int | None) -> list[Chip]:
    """Those that leave something, and the one that is chosen."""
    counts = {**work.counts(release), "": len(work.of_release(release))}
    return [
        Chip(str(word), _address(name, release), counts.get(name, 0), name == only)
        for name, word in CHIPS.items()
        if counts.get(name) or name in ("", only)
    ]


def _address(only: str, release: int | None) -> str:
    asked = {"only": only, "release": release}
    return "?" + urlencode({name: value for name, value in asked.items() if value})
