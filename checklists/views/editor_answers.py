"""What the editor answers: its page, or the pieces of it that an action changed.

A piece is a `<template data-into="…">`: static/editor.js puts what it holds in the place of the
element that the selector names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from checklists.errors import Conflict, DraftChanged, Refused
from checklists.formats.tree import Item
from checklists.forms.template_items import FORMS, PartForm, part_form
from checklists.models import TemplateVersion
from checklists.operations.draft_edits import EditedDraft, own_last_step
from checklists.operations.template_lint import findings_of
from checklists.pages.markdown import render_markdown
from checklists.pages.probe_words import suggested_probe
from checklists.pages.template_editor import (
    EditedPart,
    changed_sections,
    finders_of,
    outline_html,
    part_of,
    section_html,
)
from checklists.views.htmx import asks_for_part
from checklists.views.items import actor_of
from checklists.views.templates import role_slugs


@dataclass
class EditorState:
    """A draft, and the part whose settings are shown, with the form as it was posted, if it was."""

    request: HttpRequest
    version: TemplateVersion
    key: str
    posted: PartForm | None = None
    problem: Refused | None = None
    typed: str = field(default="")

    @cached_property
    def part(self) -> EditedPart:
        """The part shown; if it is gone, the checklist itself."""
        try:
            return part_of(self.version.tree, self.key)
        except Conflict:
            self.key, self.posted = "", None
            return part_of(self.version.tree, "")

    def context(self) -> dict[str, Any]:
        """What the pieces of the page are drawn from."""
        part = self.part.part
        text = part.intro if self.part.level == 0 else part.guidance  # type: ignore[union-attr]
        return {
            "section": "templates",
            "template": self.version.template,
            "version": self.version,
            "tree": self.version.tree,
            "counts": self.version.tree.counts(),
            "part": self.part,
            "form": self.posted or part_form(part),
            "preview": render_markdown(text) if text else "",
            "probe": suggested_probe(part.probe) if isinstance(part, Item) else None,
            "roles": role_slugs(),
            "may_undo": own_last_step(self.version, actor_of(self.request)) is not None,
            "problem": self.problem,
            "changed": isinstance(self.problem, DraftChanged),
            "typed": self.typed,
        }


def editor_page(state: EditorState, status: int = 200) -> HttpResponse:
    """The whole page."""
    tree = state.version.tree
    context = {
        **state.context(),
        "outline": outline_html(tree, state.key),
        "findings": finders_of(tree, findings_of(tree)),
    }
    return render(state.request, "checklists/template_edit.html", context, status=status)


def whole_answer(state: EditorState) -> HttpResponse:
    """One part, or with `?piece=` the linter's findings, or everything after a conflict."""
    piece = state.request.GET.get("piece", "part")
    if piece == "findings":
        return _pieces(state, ("#findings",))
    names = ("#outline", "#state", "#part") if piece == "all" else ("#part",)
    return _pieces(state, names)


def edited_answer(
    request: HttpRequest, before: TemplateVersion, edited: EditedDraft, do: str
) -> HttpResponse:
    """What an action changed: its sections, the state, and the settings of the part to look at.

    A form of settings that was posted stays as it is, with what is being typed in it.
    """
    state = EditorState(request, edited.version, edited.key)
    sections = changed_sections(before.tree, edited.version.tree)
    pieces = ["#state"] if do in FORMS else ["#state", "#part"]
    if sections is None:
        return _pieces(state, ("#outline", *pieces))
    drawn = [
        _piece(f"#sec-{at + 1}", section_html(edited.version.tree, at, edited.key))
        for at in sections
    ]
    return _pieces(state, pieces, drawn)


def refused_answer(state: EditorState, refused: Refused | None) -> HttpResponse:
    """Why nothing was saved, with the form as it was typed."""
    status = refused.status if refused else 422
    state.problem = refused
    state.typed = state.request.POST.get("title", "") if state.posted is None else ""
    if not asks_for_part(state.request):
        return editor_page(state, status)
    pieces = ("#problem", "#part") if state.posted is not None and not refused else ("#problem",)
    response = _pieces(state, pieces)
    response.status_code = status
    return response


_TEMPLATES = {
    "#state": "checklists/_editor_state.html",
    "#part": "checklists/_editor_part.html",
    "#problem": "checklists/_editor_problem.html",
    "#findings": "checklists/_findings.html",
}


def _pieces(
    state: EditorState, names: tuple[str, ...] | list[str], drawn: list[SafeString] | None = None
) -> HttpResponse:
    tree = state.version.tree
    context = state.context()
    if "#findings" in names:
        context["findings"] = finders_of(tree, findings_of(tree))
    parts = list(drawn or ())
    for name in names:
        if name == "#outline":
            html = format_html(
                '<ol class="ol tree" id="outline">{}</ol>', outline_html(tree, state.key)
            )
        else:
            html = SafeString(render_to_string(_TEMPLATES[name], context, state.request))
        parts.append(_piece(name, html))
    return HttpResponse("\n".join(parts))


def _piece(selector: str, html: SafeString) -> SafeString:
    return format_html('<template data-into="{}">{}</template>', selector, html)
