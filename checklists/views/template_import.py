"""Bringing a checklist in: choose it, see what was understood and what not, keep it as a draft."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from checklists.errors import Conflict, Invalid
from checklists.formats import format_named
from checklists.formats.content import digest
from checklists.formats.source import clean_text
from checklists.formats.tree import NOTHING_SAID, ChecklistTree, ImportResult, Said
from checklists.forms.rules import RuleForm, rule_rows, rules_of
from checklists.forms.said import CHOICES, carried, said_before, said_in
from checklists.forms.templates import ImportForm
from checklists.models import Template, TemplateVersion
from checklists.operations.template_guards import NAME_LIMIT, keeping_rules, newest_version
from checklists.operations.templates import import_tree
from checklists.pages.fingerprint import short
from checklists.pages.import_preview import line_page
from checklists.pages.template_diff import TemplateDiff, template_diff
from checklists.permissions import require_anywhere
from checklists.views.items import actor_of
from checklists.views.posted import posted_number, posted_text
from checklists.views.templates import role_slugs
from checklists.views.uploads import guard_of, takes_files


@dataclass(frozen=True, slots=True)
class Preview:
    """What was read: the lines of the source, and what keeping it would change."""

    source: str
    format: str
    said: Said
    result: ImportResult
    digest: str
    twice: int
    newest: TemplateVersion | None
    diff: TemplateDiff | None

    @property
    def carried(self) -> str:
        """What a person said of the lines, as the form carries it."""
        return carried(self.said)

    @property
    def ticked(self) -> int:
        """How many items the source answers."""
        return sum(bool(answer.answer) for answer in self.result.answers)

    @property
    def worded(self) -> int:
        """How many items the source has words for, but no answer."""
        return len(self.result.answers) - self.ticked


@takes_files
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def template_import(request: HttpRequest) -> HttpResponse:
    """The form, the preview and the import."""
    require_anywhere(actor_of(request), "edit_templates")
    if request.method != "POST":
        return _form_page(request, ImportForm(initial={"slug": request.GET.get("template", "")}))
    form = ImportForm(request.POST, request.FILES, guard=guard_of(request))
    if not form.is_valid():
        return _form_page(request, form)
    try:
        preview = _preview(form.cleaned_data, said_in(request.POST))
    except Invalid as refused:
        return _refused(request, form, refused)
    if posted_text(request, "step") not in ("draft", "publish"):
        return _preview_page(request, form, preview, _rows(request, preview))
    return _keep(request, form, preview)


def _refused(request: HttpRequest, form: ImportForm, refused: Invalid) -> HttpResponse:
    """The preview as it was before somebody said what cannot be; otherwise the form."""
    before = said_before(request.POST)
    if said_in(request.POST) == before:
        form.add_error("file" if request.FILES else "text", refused.message)
        return _form_page(request, form)
    try:
        preview = _preview(form.cleaned_data, before)
    except Invalid:
        preview = _preview(form.cleaned_data, NOTHING_SAID)
    form.add_error(None, refused.message)
    return _preview_page(request, form, preview, _rows(request, preview), status=422)


def _rows(request: HttpRequest, preview: Preview) -> list[RuleForm]:
    """The rules as they were filled in; those of the checklist if it was not for this template."""
    same = "rules_for" in request.POST and (
        posted_text(request, "rules_for") == posted_text(request, "slug")
    )
    return rule_rows(preview.result.tree, request.POST if same else None)


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
    done = _("published") if version.is_published else _("kept as a draft")
    messages.success(request, _("%(version)s is %(done)s.") % {"version": version, "done": done})
    if preview.ticked:
        messages.info(
            request,
            _(
                "Its answers are not part of it. Open a release of it, and choose “Fill in from a"
                " file” there with the same file."
            ),
        )
    return redirect(f"/templates/{version.template.slug}/?version={version.number}")


def _preview(cleaned: dict[str, Any], said: Said) -> Preview:
    """Read the source. Raises Invalid for what cannot be read."""
    text = clean_text(cleaned["source"])
    slug = cleaned["slug"]
    result = format_named(cleaned["format"]).read(text, said)
    newest = newest_version(Template.objects.filter(slug=slug).first()) if slug else None
    result = replace(result, tree=keeping_rules(result.tree, newest))
    return Preview(
        source=text,
        format=cleaned["format"],
        said=said,
        result=result,
        digest=digest(result.tree),
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
    _show_what_was_told(request, form, preview)
    lines = line_page(
        preview.result,
        preview.said,
        posted_text(request, "show") or "all",
        posted_number(request, "page") or 1,
    )
    context = {
        "section": "templates",
        "form": form,
        "preview": preview,
        "lines": lines,
        "kinds": CHOICES,
        "pages": range(1, lines.pages + 1),
        "counts": preview.result.tree.counts(),
        "digest_short": short(preview.digest),
        "rows": rows,
        "roles": role_slugs(),
        "rules_error": error,
    }
    return render(request, "checklists/template_preview.html", context, status=status)


def _show_what_was_told(request: HttpRequest, form: ImportForm, preview: Preview) -> None:
    """Let the form say the format that was found, and the file's name where there is no title.

    The file itself does not come along to the next step.
    """
    shown = request.POST.copy()
    shown["format"] = preview.format
    file = request.FILES.get("file")
    if isinstance(file, UploadedFile) and not preview.result.tree.title and not shown.get("name"):
        shown["name"] = PurePath(file.name or "").stem[:NAME_LIMIT]
    form.data = shown
