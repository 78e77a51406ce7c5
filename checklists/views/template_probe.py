"""The probe that a draft suggests for an item: the form that a release's own probe has, too."""

from __future__ import annotations

import json
from functools import partial
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from checklists.errors import Conflict
from checklists.formats.tree import Item
from checklists.forms.probes import FORMS
from checklists.models import Probe, TemplateVersion
from checklists.operations.template_editing import suggest_probe
from checklists.pages.template_editor import EditedPart, part_of
from checklists.permissions import require_anywhere
from checklists.probes.registry import KINDS
from checklists.views.items import actor_of
from checklists.views.posted import posted_text
from checklists.views.templates import version_for


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def template_probe(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Suggest a probe for the item with the key, or change the one suggested."""
    actor = actor_of(request)
    require_anywhere(actor, "edit_templates")
    version = version_for(slug, "")
    if version.is_published and request.method != "POST":
        return redirect("template_detail", slug=slug)
    part, item = _item_part(version, key)
    suggested = _suggested(item.probe)
    kind = (
        request.POST.get("kind")
        or request.GET.get("kind")
        or (suggested.kind if suggested else "http")
    )
    shown = suggested if suggested and suggested.kind == kind else None
    form = FORMS.get(kind, FORMS["http"])(request.POST or None, probe=shown)
    edit = partial(
        suggest_probe,
        version,
        part.key,
        kind=form.kind,
        actor=actor,
        expected_digest=posted_text(request, "digest"),
    )
    if request.method == "POST" and form.carry_out(edit):
        messages.success(request, _("The probe is suggested. Releases start with it."))
        return redirect(f"/templates/{slug}/edit/?key={quote(part.key, safe='')}#part")
    context = {
        "section": "templates",
        "template": version.template,
        "version": version,
        "part": part,
        "form": form,
        "kinds": [(name, one.title) for name, one in KINDS.items() if name in FORMS],
    }
    status = 422 if form.is_bound else 200
    return render(request, "checklists/template_probe.html", context, status=status)


def _item_part(version: TemplateVersion, key: str) -> tuple[EditedPart, Item]:
    """The item in the draft. Raises Http404 if there is none, or it is no item."""
    try:
        part = part_of(version.tree, key)
    except Conflict:
        raise Http404 from None
    if not isinstance(part.part, Item):
        raise Http404
    return part, part.part


def _suggested(text: str) -> Probe | None:
    """What an item suggests, as a probe that is kept nowhere."""
    if not text:
        return None
    data = json.loads(text)
    return Probe(**{name: data[name] for name in ("kind", "params", "conditions", "interval_s")})
