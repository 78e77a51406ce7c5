"""Probes: the list over all releases, one probe, and the form that attaches or changes one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from checklists.actors import Actor
from checklists.forms.probes import FORMS, ProbeForm
from checklists.models import Item, Probe
from checklists.operations.probes import (
    attach_probe,
    change_probe,
    detach_probe,
    run_probe_now,
)
from checklists.operations.suggested_probes import suggested_probe
from checklists.pages.probe_detail import probe_detail_of
from checklists.pages.probe_faces import with_observations
from checklists.pages.probe_list import probe_list_of
from checklists.permissions import may, require
from checklists.probes.registry import KINDS
from checklists.views.items import actor_of, item_for, person_of
from checklists.views.posted import is_number


@require_safe
@login_required
@cache_control(private=True, no_cache=True)
def probe_list(request: HttpRequest) -> HttpResponse:
    """Every probe of the releases the person may see, the worst first."""
    page = request.GET.get("page", "1")
    show, project = request.GET.get("show", "all"), request.GET.get("project", "")
    q = request.GET.get("q", "")[:200]
    found = probe_list_of(
        person_of(request),
        timezone.now(),
        show=show,
        project=project,
        q=q,
        page=int(page) if is_number(page) and 0 < int(page) < 10_000 else 1,
    )
    query = request.GET.copy()
    query["page"] = str(found.next)
    context = {
        "section": "probes",
        "probes": found,
        "show": show if show in {chip.name for chip in found.chips} else "all",
        "project": project if project in found.projects else "",
        "q": q,
        "next_query": query.urlencode(),
    }
    return render(request, "checklists/probe_list.html", context)


@require_safe
@login_required
@cache_control(private=True, no_cache=True)
def probe_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What one probe expects, saw and said."""
    probe = _probe_for(request, pk)
    release = probe.item.release
    actor = actor_of(request)
    is_open = not release.is_over and probe.detached_at is None
    context = {
        "section": "probes",
        "probe": probe,
        "detail": probe_detail_of(probe),
        "may_run": is_open and may(actor, "run_probe", release.project),
        "may_save": is_open and may(actor, "save_probe", release.project),
    }
    return render(request, "checklists/probe_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def item_probe(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach a probe to an item, or change the one it has."""
    item = item_for(request, pk)
    actor = actor_of(request)
    require(actor, "save_probe", item.release.project)
    probe = item.probes.attached().first()
    suggested = None if probe else suggested_probe(item)
    asked = request.POST.get("kind") or request.GET.get("kind")
    kind = probe.kind if probe else asked or (suggested.kind if suggested else "http")
    if suggested is not None and suggested.kind != kind:
        suggested = None
    form_class = FORMS.get(kind, FORMS["http"])
    form = form_class(request.POST or None, probe=probe or suggested)
    if request.method == "POST" and form.carry_out(_operation(item, probe, form, actor)):
        messages.success(
            request, _("The probe is changed.") if probe else _("The probe is attached.")
        )
        return redirect(f"/probes/{form.result.pk}/")
    return _form_page(request, item, probe, form)


def _operation(
    item: Item, probe: Probe | None, form: ProbeForm, actor: Actor
) -> Callable[..., Probe]:
    """What the form carries out: a change of the item's probe, or attaching its first."""
    if probe is not None:
        return partial(change_probe, probe, actor=actor)
    return partial(attach_probe, item, actor=actor, kind=form.kind)


def _form_page(
    request: HttpRequest, item: Item, probe: Probe | None, form: ProbeForm
) -> HttpResponse:
    context = {
        "section": "releases",
        "item": item,
        "release": item.release,
        "probe": probe,
        "form": form,
        "kinds": [(name, kind.title) for name, kind in KINDS.items() if name in FORMS],
    }
    status = 422 if form.is_bound else 200
    return render(request, "checklists/item_probe.html", context, status=status)


@require_POST
@login_required
def probe_run_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a run at once."""
    probe = _probe_for(request, pk)
    run_probe_now(probe, actor=actor_of(request))
    messages.success(request, _("The probe runs now. Its answer appears here."))
    return redirect(f"/probes/{probe.pk}/")


@require_POST
@login_required
def probe_detach(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the probe off its item."""
    probe = _probe_for(request, pk)
    detach_probe(probe, actor=actor_of(request))
    messages.success(request, _("The probe is detached. What it saw stays."))
    return redirect(f"/releases/{probe.item.release_id}/#item-{probe.item_id}")


def _probe_for(request: HttpRequest, pk: int) -> Probe:
    """The probe, if the person may see its release; otherwise 404."""
    return get_object_or_404(with_observations(Probe.objects.visible_to(request.user)), pk=pk)
