"""Templates beyond one version: a new one, two compared, and the page before publishing."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from checklists.forms.template_items import DuplicateForm, NewTemplateForm
from checklists.models import TemplateVersion
from checklists.operations.template_lint import findings_of
from checklists.operations.template_new import create_template, duplicate_template
from checklists.operations.templates import publish_version
from checklists.pages.fingerprint import short
from checklists.pages.template_diff import template_diff
from checklists.pages.template_editor import finders_of
from checklists.pages.template_overlays import loosening_card
from checklists.pages.template_pages import rule_lines
from checklists.permissions import require_anywhere
from checklists.views.items import actor_of, person_of
from checklists.views.posted import posted_text
from checklists.views.templates import may_edit, version_before, version_for

MOST_COMPARED = 2_000
"""Lines of a comparison that are shown."""


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def template_new(request: HttpRequest) -> HttpResponse:
    """A new checklist; with `?like=` and a template's short name, a copy of its newest version."""
    actor = actor_of(request)
    require_anywhere(actor, "edit_templates")
    like = request.GET.get("like", "")
    source = version_for(like, "") if like else None
    form = (DuplicateForm if source else NewTemplateForm)(request.POST or None)
    operation = partial(duplicate_template, source) if source else create_template
    if request.method == "POST" and form.carry_out(partial(operation, actor=actor)):
        made: TemplateVersion = form.result
        messages.success(request, _("%(version)s is there, as a draft.") % {"version": made})
        return redirect("template_edit", slug=made.template.slug)
    context = {"section": "templates", "form": form, "source": source}
    status = 422 if form.is_bound else 200
    return render(request, "checklists/template_new.html", context, status=status)


@require_safe
@login_required
@cache_control(private=True, no_cache=True)
def template_compare(request: HttpRequest, slug: str) -> HttpResponse:
    """Two versions side by side; without numbers, the newest and the published one before it."""
    new = version_for(slug, request.GET.get("to", ""))
    asked = request.GET.get("from", "")
    old = version_for(slug, asked) if asked else (version_before(new) or new)
    versions = new.template.versions.order_by("-number")
    context = {
        "section": "templates",
        "template": new.template,
        "old": old,
        "new": new,
        "versions": versions,
        "diff": template_diff(old.tree, new.tree, most=MOST_COMPARED),
        "may_edit": may_edit(actor_of(request)),
    }
    return render(request, "checklists/template_compare.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def template_publish(request: HttpRequest, slug: str) -> HttpResponse:
    """What the linter finds and what changes; then make the draft what new releases get."""
    actor = actor_of(request)
    require_anywhere(actor, "edit_templates")
    if request.method == "POST":
        version = version_for(slug, posted_text(request, "version"))
        publish_version(version, actor=actor, expected_digest=posted_text(request, "digest"))
        said = _("%(version)s is published. New releases get it.") % {"version": version}
        messages.success(request, said)
        return redirect(f"/templates/{slug}/?version={version.number}")
    version = version_for(slug, "")
    if version.is_published:
        return redirect("template_detail", slug=slug)
    before = version_before(version)
    findings = finders_of(version.tree, findings_of(version.tree))
    loosening = loosening_card(version, person_of(request))
    context = {
        "section": "templates",
        "template": version.template,
        "version": version,
        "counts": version.tree.counts(),
        "digest_short": short(version.digest),
        "findings": findings,
        "blocked": any(finding.severity == "block" for finding in findings.shown),
        "rules": rule_lines(version.tree),
        "before": before,
        "diff": template_diff(before.tree, version.tree) if before else None,
        "links": True,
        "loosening": loosening,
        "awaited": loosening is not None and not all(need.met for need in loosening.needs),
    }
    return render(request, "checklists/template_publish.html", context)
