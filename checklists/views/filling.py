"""Answers of a release in files: bringing those of a filled form in, and taking them out."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from checklists.errors import Conflict, Invalid
from checklists.formats import FORMATS, format_named, writer_named
from checklists.formats.source import clean_text
from checklists.formats.tree import DONE
from checklists.forms.sources import SourceForm
from checklists.models import Release
from checklists.operations.filling import (
    Filling,
    Given,
    Matched,
    fill_release,
    given_in,
    planned_filling,
    require_answers,
)
from checklists.operations.guards import require_open
from checklists.pages.filled import filled_checklists
from checklists.permissions import require
from checklists.views.items import actor_of
from checklists.views.posted import posted_text
from checklists.views.uploads import guard_of, takes_files

MOST_TOLD = 6
"""Answers left that a note names; more are counted."""


@dataclass(frozen=True, slots=True)
class FillPreview:
    """What bringing a form in would do. `source` and `format` come along to the next step."""

    source: str
    format: str
    done: tuple[Matched, ...]
    left_out: tuple[Matched, ...]
    kept: tuple[Matched, ...]


@takes_files
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def release_fill(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, what it would answer, and the answers."""
    release = get_object_or_404(Release.objects.visible_to(request.user).for_page(), pk=pk)
    require(actor_of(request), "answer_item", release.project)
    require_open(release)
    if request.method != "POST":
        return _page(request, release, SourceForm())
    form = SourceForm(request.POST, request.FILES, guard=guard_of(request))
    if not form.is_valid():
        return _page(request, release, form, status=422)
    try:
        text = clean_text(form.cleaned_data["source"])
        name = form.cleaned_data["format"]
        answers = given_in(format_named(name).read(text))
        if posted_text(request, "step") == "fill":
            return _filled(request, fill_release(release, answers, actor=actor_of(request)))
        preview = _preview(release, text, name, answers)
    except (Invalid, Conflict) as refused:
        form.add_error("file" if request.FILES else "text", refused.message)
        return _page(request, release, form, status=refused.status)
    return _page(request, release, form, preview)


@require_safe
@login_required
@cache_control(private=True, no_store=True)
def release_checklist(request: HttpRequest, pk: int) -> HttpResponse:
    """A checklist of the release with its answers, as a file that reads back as the same."""
    release = get_object_or_404(Release.objects.visible_to(request.user).for_page(), pk=pk)
    require(actor_of(request), "export", release.project)
    name = request.GET.get("format", "markdown")
    write = writer_named(name)
    wanted = request.GET.get("checklist", "")
    found = [form for form in filled_checklists(release) if wanted in ("", form.slug)]
    if not found:
        raise Http404
    text = write(found[0].tree, found[0].answers)
    filename = f"{release.project.slug}-{release.version}-{found[0].slug}.{FORMATS[name].suffix}"
    return HttpResponse(
        text,
        content_type=f"{FORMATS[name].media_type}; charset=utf-8",
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=filename)
            or "attachment"
        },
    )


def _preview(release: Release, text: str, name: str, answers: tuple[Given, ...]) -> FillPreview:
    require_answers(answers)
    plan = planned_filling(release, answers)
    given = [matched for matched in plan if not matched.message]
    return FillPreview(
        source=text,
        format=name,
        done=tuple(matched for matched in given if matched.given.answer == DONE),
        left_out=tuple(matched for matched in given if matched.given.answer != DONE),
        kept=tuple(matched for matched in plan if matched.message),
    )


def _page(
    request: HttpRequest,
    release: Release,
    form: SourceForm,
    preview: FillPreview | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"section": "releases", "release": release, "form": form, "preview": preview}
    return render(request, "checklists/release_fill.html", context, status=status)


def _filled(request: HttpRequest, filling: Filling) -> HttpResponse:
    done, left = len(filling.done), len(filling.left)
    words = [
        ngettext("%(count)s item is answered.", "%(count)s items are answered.", done)
        % {"count": done}
    ]
    if left:
        words.append(
            ngettext("%(count)s answer was left:", "%(count)s answers were left:", left)
            % {"count": left}
        )
        words += [
            f"{matched.given.title}: {matched.message}" for matched in filling.left[:MOST_TOLD]
        ]
    if left > MOST_TOLD:
        words.append(_("And %(count)s more.") % {"count": left - MOST_TOLD})
    note = messages.success if done else messages.warning
    note(request, " ".join(words))
    return redirect(f"/releases/{filling.release.pk}/")
