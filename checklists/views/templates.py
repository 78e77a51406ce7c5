"""Templates: the list, one version with its outline, its rules, publishing, and export."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from checklists.actors import Actor
from checklists.errors import Conflict, Invalid, NotAllowed
from checklists.formats import FORMATS, WRITTEN, writer_named
from checklists.forms.rules import RuleForm, rule_rows, rules_of
from checklists.models import SignoffRole, Template, TemplateVersion
from checklists.operations.template_lint import findings_of
from checklists.operations.templates import (
    discard_draft,
    set_rules,
    start_draft,
)
from checklists.pages.fingerprint import short
from checklists.pages.template_diff import template_diff
from checklists.pages.template_editor import finders_of
from checklists.pages.template_overlays import loosening_card, overlay_card
from checklists.pages.template_pages import (
    outline_of,
    rule_lines,
    template_lines,
)
from checklists.pages.template_versions import releases_of, version_lines
from checklists.permissions import require_anywhere
from checklists.views.items import actor_of, person_of
from checklists.views.posted import posted_text


@require_safe
@login_required
@cache_control(private=True, no_cache=True)
def template_list(request: HttpRequest) -> HttpResponse:
    """Every template. They belong to all projects, so everybody who is signed in sees them."""
    context = {
        "section": "templates",
        "templates": template_lines(person_of(request)),
        "may_edit": may_edit(actor_of(request)),
    }
    return render(request, "checklists/template_list.html", context)


@require_safe
@login_required
@cache_control(private=True, no_cache=True)
def template_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One version of a template: the draft, or the newest, or the one asked for."""
    version = version_for(slug, request.GET.get("version", ""))
    return detail_page(request, version)


def detail_page(
    request: HttpRequest,
    version: TemplateVersion,
    rows: list[RuleForm] | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of a version; with `rows` and `error`, its rules as they could not be saved."""
    tree = version.tree
    editor = may_edit(actor_of(request))
    editable = editor and not version.is_published
    outline, hidden = outline_of(tree)
    before = version_before(version)
    releases, used = releases_of(version, person_of(request))
    context = {
        "section": "templates",
        "template": version.template,
        "version": version,
        "counts": tree.counts(),
        "outline": outline,
        "hidden": hidden,
        "related": tree.related,
        "digest_short": short(version.digest),
        "versions": version_lines(version.template, version, person_of(request)),
        "rules": rule_lines(tree),
        "rows": (rows or rule_rows(tree)) if editable else [],
        "rules_error": error,
        "roles": role_slugs(),
        "before": before,
        "diff": template_diff(before.tree, tree) if before else None,
        "findings": finders_of(tree, findings_of(tree)) if editable else None,
        "releases": releases,
        "used": used,
        "may_edit": editor,
        "editable": editable,
        "overlay": overlay_card(version, editable=editable),
        "loosening": loosening_card(version, person_of(request)),
        "formats": [(name, FORMATS[name].word) for name in WRITTEN],
    }
    return render(request, "checklists/template_detail.html", context, status=status)


@require_POST
@login_required
def template_set_rules(request: HttpRequest, slug: str) -> HttpResponse:
    """Say who signs what a draft describes."""
    require_anywhere(actor_of(request), "edit_templates")
    version = version_for(slug, posted_text(request, "version"))
    rows = rule_rows(version.tree, request.POST)
    rules = rules_of(rows)
    if rules is None:
        return detail_page(request, version, rows, status=422)
    try:
        set_rules(version, rules, actor=actor_of(request))
    except (Invalid, Conflict) as refused:
        return detail_page(request, version, rows, refused.message, refused.status)
    messages.success(request, _("The sign-off rules are saved."))
    return redirect(_address(version))


@require_POST
@login_required
def template_start_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin the next version with what the newest one holds."""
    newest = version_for(slug, "")
    start_draft(newest.template, actor=actor_of(request))
    return redirect("template_edit", slug=slug)


@require_POST
@login_required
def template_discard_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """Throw a draft away."""
    version = version_for(slug, posted_text(request, "version"))
    discard_draft(version, actor=actor_of(request))
    messages.success(request, _("%(version)s is discarded.") % {"version": version})
    left = Template.objects.filter(slug=slug).exists()
    return redirect("template_detail", slug=slug) if left else redirect("template_list")


@require_safe
@login_required
@cache_control(private=True, no_store=True)
def template_export(request: HttpRequest, slug: str) -> HttpResponse:
    """A version as a file that reads back as the same checklist."""
    version = version_for(slug, request.GET.get("version", ""))
    name = request.GET.get("format", "markdown")
    text = writer_named(name)(version.tree)
    known = FORMATS[name]
    filename = f"{slug}-v{version.number}.{known.suffix}"
    disposition = content_disposition_header(as_attachment=True, filename=filename)
    return HttpResponse(
        text,
        content_type=f"{known.media_type}; charset=utf-8",
        headers={"Content-Disposition": disposition},
    )


def may_edit(actor: Actor) -> bool:
    """Whether the person may change templates at all."""
    try:
        require_anywhere(actor, "edit_templates")
    except NotAllowed:
        return False
    return True


def role_slugs() -> list[str]:
    """Every sign-off role that a project has, for suggestions."""
    found = SignoffRole.objects.filter(retired_at=None).order_by("slug")
    return list(found.values_list("slug", flat=True).distinct())


def version_for(slug: str, number: str) -> TemplateVersion:
    """The version of that number; without one the newest, draft or not."""
    if "\0" in slug:
        raise Http404
    versions = TemplateVersion.objects.filter(template__slug=slug).select_related("template")
    if number.isascii() and number.isdigit() and len(number) < 10:
        versions = versions.filter(number=int(number))
    elif number:
        versions = versions.none()
    found = versions.order_by("-number").first()
    if found is None:
        raise Http404
    return found


def version_before(version: TemplateVersion) -> TemplateVersion | None:
    """The published version below this one."""
    return (
        TemplateVersion.objects.filter(
            template=version.template_id, number__lt=version.number, published_at__isnull=False
        )
        .order_by("-number")
        .first()
    )


def _address(version: TemplateVersion) -> str:
    return f"/templates/{version.template.slug}/?version={version.number}"
