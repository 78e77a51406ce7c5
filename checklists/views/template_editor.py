"""The editor of a draft: its page, the settings of one part, and every action as a form post.

With the editor's script an action is answered with the pieces of the page that changed; without, by
leading back to the part that it was about. A refusal keeps what was typed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from checklists.errors import Conflict, Invalid
from checklists.forms.template_items import FORMS, PartForm, part_form
from checklists.models import TemplateVersion
from checklists.operations import template_editing as editing
from checklists.operations import template_moving as moving
from checklists.operations.draft_edits import EditedDraft
from checklists.pages.markdown import render_markdown
from checklists.pages.template_editor import part_of
from checklists.permissions import require_anywhere
from checklists.views.editor_answers import (
    EditorState,
    edited_answer,
    editor_page,
    refused_answer,
    whole_answer,
)
from checklists.views.htmx import asks_for_part
from checklists.views.items import actor_of
from checklists.views.posted import posted_text
from checklists.views.templates import version_for

Post = Callable[[str], str]
Edit = Callable[..., EditedDraft]
MOST_PREVIEWED = 20_000


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def template_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The editor of the template's draft; without one, the page where it can be started."""
    require_anywhere(actor_of(request), "edit_templates")
    version = version_for(slug, "")
    if version.is_published and request.method != "POST":
        return redirect("template_detail", slug=slug)
    response = _edited(request, version) if request.method == "POST" else _shown(request, version)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_POST
@login_required
@never_cache
def template_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """Guidance as releases show it, while it is typed."""
    require_anywhere(actor_of(request), "edit_templates")
    version_for(slug, "")
    return HttpResponse(render_markdown(posted_text(request, "text")[:MOST_PREVIEWED]))


def _shown(request: HttpRequest, version: TemplateVersion) -> HttpResponse:
    key = request.GET.get("key", "")
    state = EditorState(request, version, key)
    return whole_answer(state) if asks_for_part(request) else editor_page(state)


def _edited(request: HttpRequest, version: TemplateVersion) -> HttpResponse:
    """Carry out the action that `do` names, on the draft with the posted digest."""
    post = partial(posted_text, request)
    do, key = post("do"), post("key")
    how: dict[str, Any] = {"actor": actor_of(request), "expected_digest": post("digest")}
    form = None
    try:
        if do in FORMS:
            form = _bound(request, version, key)
            edited = _by_form(version, key, form, how)
            if edited is None:
                return refused_answer(EditorState(request, version, key, form), None)
        else:
            edited = _action(do)(version, post, how)
    except (Invalid, Conflict) as refused:
        return refused_answer(EditorState(request, version, key, form), refused)
    if asks_for_part(request):
        return edited_answer(request, version, edited, do)
    messages.success(request, _("Saved."))
    key = quote(edited.key, safe="")
    return redirect(f"/templates/{version.template.slug}/edit/?key={key}#part")


def _bound(request: HttpRequest, version: TemplateVersion, key: str) -> PartForm:
    return part_form(part_of(version.tree, key).part, request.POST)


def _by_form(
    version: TemplateVersion, key: str, form: PartForm, how: dict[str, Any]
) -> EditedDraft | None:
    """What the form of a part carries out; None if it must be shown again."""
    operations: dict[str, Edit] = {
        "item": lambda **values: editing.change_item(version, key, values, **how),
        "heading": lambda **values: editing.change_heading(version, key, **values, **how),
        "checklist": lambda **values: editing.change_checklist(version, **values, **how),
    }
    if not form.is_valid():
        return None
    try:
        return operations[form.do](**form.cleaned_data)
    except Invalid as refused:
        form.refuse(refused)
        return None


def _action(do: str) -> Edit:
    """The action of that name. Raises Invalid (unknown_action)."""
    if do not in ACTIONS:
        raise Invalid(_("There is no such action."), code="unknown_action", field="do")
    return ACTIONS[do]


def _on_key(operation: Edit) -> Edit:
    return lambda version, post, how: operation(version, post("key"), **how)


def _titled(operation: Edit) -> Edit:
    return lambda version, post, how: operation(version, post("key"), post("title"), **how)


def _move(version: TemplateVersion, post: Post, how: dict[str, Any]) -> EditedDraft:
    after = post("after") == "1"
    return moving.move_beside(version, post("key"), post("near"), after=after, **how)


ACTIONS: dict[str, Edit] = {
    "add_section": _titled(editing.add_section),
    "add_group": _titled(editing.add_group),
    "add_item": _titled(editing.add_item),
    "rename": _titled(editing.rename_part),
    "split": lambda version, post, how: editing.split_item(
        version, post("key"), post("title"), post("rest"), **how
    ),
    "up": _on_key(moving.move_up),
    "down": _on_key(moving.move_down),
    "indent": _on_key(moving.indent_item),
    "outdent": _on_key(moving.outdent_item),
    "move": _move,
    "delete": _on_key(editing.delete_part),
    "drop_probe": _on_key(editing.drop_probe),
    "undo": lambda version, post, how: editing.undo_edit(version, **how),
}
"""Every button and key of the outline, by what it posts as `do`."""
