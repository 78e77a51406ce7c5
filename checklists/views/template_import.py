"""Bringing a checklist in: choose it, see what was understood and what not, keep it as a draft."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from checklists.errors import Conflict, Invalid
from checklists.formats import format_named
from checklists.formats.source import clean_text
from checklists.formats.tree import ChecklistTree, ImportResult
from checklists.forms.rules import RuleForm, rule_rows, rules_of
from checklists.forms.templates import ImportForm, SizeGuard
from checklists.models import Template, TemplateVersion
from checklists.operations.template_guards import keeping_rules, newest_version
from checklists.operations.templates import import_tree
from checklists.pages.template_diff import TemplateDiff, template_diff
from checklists.pages.template_pages import OutlineSection, outline_of
from checklists.permissions import require_anywhere
from checklists.views.items import actor_of
from checklists.views.posted import posted_text
from checklists.views.templates import role_slugs


@dataclass(frozen=True, slots=True)
class Preview:
    """What was read: the outline beside the lines that were not understood."""

    source: str
    result: ImportResult
    outline: tuple[OutlineSection, ...]
    hidden: int
    twice: int
    newest: TemplateVersion | None
    diff: TemplateDiff | None

    @property
    def lines(self) -> int:
        """How many lines the source has."""
        return self.source.count("\n") + (not self.source.endswith("\n"))


@csrf_exempt
def template_import(request: HttpRequest) -> HttpResponse:
    """The form, the preview and the import.

    Reading what was posted is what the size guard watches, so it is put in place before the token
    is looked for; the view itself is protected as every other.
    """
    guard = SizeGuard(request)
    request.upload_handlers.insert(0, guard)
    request.size_guard = guard  # type: ignore[attr-defined]
    return _template_import(request)


@login_required
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def _template_import(request: HttpRequest) -> HttpResponse:
    require_anywhere(actor_of(request), "edit_templates")
    if request.method != "POST":
        return _form_page(request, ImportForm(initial={"slug": request.GET.get("template", "")}))
    guard: SizeGuard = request.size_guard  # type: ignore[attr-defined]
    form = ImportForm(request.POST, request.FILES, guard=guard)
    if not form.is_valid():
        return _form_page(request, form)
    try:
        preview = _preview(form.cleaned_data["source"], form.cleaned_data["slug"])
    except Invalid as refused:
        form.add_error("file" if request.FILES else "text", refused.message)
        return _form_page(request, form)
    if posted_text(request, "step") not in ("draft", "publish"):
        return _preview_page(request, form, preview, rule_rows(preview.result.tree))
    return _keep(request, form, preview)


def _keep(request: HttpRequest, form: ImportForm, preview: Preview) -> HttpResponse:
    """Keep the checklist with the rules beside the preview, as a draft or published at once."""
    tree = preview.result.tree
    rows = rule_rows(tree, request.POST)
    rules = rules_of(rows)
    if rules is None:
        return _preview_page(request, form, preview, rows, status=422)
    publish = posted_text(request, "step") == "publish"
    try:
        version = import_tree(
            replace(tree, rules=rules),
            actor=actor_of(request),
            name=form.cleaned_data["name"],
            slug=form.cleaned_data["slug"] or None,
            publish=publish,
        )
    except (Invalid, Conflict) as refused:
        form.refuse(refused)
        return _preview_page(request, form, preview, rows, refused.message, refused.status)
    done = "published" if version.is_published else _("kept as a draft")
    messages.success(request, _("%(version)s is %(done)s.") % {"version": version, "done": done})
    return redirect(f"/templates/{version.template.slug}/?version={version.number}")


def _preview(source: bytes | str, slug: str) -> Preview:
    """Read the source. Raises Invalid for what cannot be read."""
    text = clean_text(source)
    result = format_named("markdown").read(text)
    newest = newest_version(Template.objects.filter(slug=slug).first()) if slug else None
    result = replace(result, tree=keeping_rules(result.tree, newest))
    outline, hidden = outline_of(result.tree)
    return Preview(
        source=text,
        result=result,
        outline=outline,
        hidden=hidden,
        twice=_twice(result.tree),
        newest=newest,
        diff=template_diff(newest.tree, result.tree) if newest else None,
    )


def _twice(tree: ChecklistTree) -> int:
    """How many titles occur more than once."""
    return sum(number > 1 for number in Counter(item.title for item in tree.items()).values())


def _form_page(request: HttpRequest, form: ImportForm) -> HttpResponse:
    context = {"section": "templates", "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "checklists/template_import.html", context, status=status)


def _preview_page(
    request: HttpRequest,
    form: ImportForm,
    preview: Preview,
    rows: list[RuleForm],
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "section": "templates",
        "form": form,
        "preview": preview,
        "counts": preview.result.tree.counts(),
        "rows": rows,
        "roles": role_slugs(),
        "rules_error": error,
    }
    return render(request, "checklists/template_preview.html", context, status=status)
