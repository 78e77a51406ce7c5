"""People of the installation, for its owners; and one's own name."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from checklists.forms.access import InviteToProjectForm, NameForm
from checklists.forms.preferences import LanguageForm
from checklists.models import Invitation, Person, Project
from checklists.operations.invitations import invite_person
from checklists.operations.people import change_own_name, deactivate_person, reactivate_person
from checklists.permissions import require_owner
from checklists.views.items import actor_of, person_of
from checklists.views.members import invitation_made, warn_of


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def people_list(request: HttpRequest) -> HttpResponse:
    """Everybody who can sign in, and a form to invite others."""
    actor = actor_of(request)
    require_owner(actor)
    projects = Project.objects.filter(archived_at=None)
    form = InviteToProjectForm(
        request.POST or None, projects=[(project.slug, project.name) for project in projects]
    )

    def invite(email: str, role: str, project: str) -> tuple[Invitation, str]:
        return invite_person(projects.get(slug=project), email, role, actor=actor)

    if request.method == "POST" and form.carry_out(invite):
        return invitation_made(request, *form.result, back="people_list")
    return render(
        request,
        "checklists/people_list.html",
        {
            "people": Person.objects.order_by("-is_active", "name", "email"),
            "projects": projects,
            "form": form,
        },
        status=422 if form.errors else 200,
    )


@require_POST
@login_required
def person_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Shut somebody out."""
    person = _person_for(request, pk)
    short = deactivate_person(person, actor=actor_of(request))
    messages.success(
        request,
        _("%(person)s cannot sign in any more; their tokens are revoked.") % {"person": person},
    )
    warn_of(request, short)
    return redirect("people_list")


@require_POST
@login_required
def person_reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody in again."""
    person = reactivate_person(_person_for(request, pk), actor=actor_of(request))
    messages.success(
        request, _("%(person)s can sign in again. Give sign-off roles anew.") % {"person": person}
    )
    return redirect("people_list")


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def own_name(request: HttpRequest) -> HttpResponse:
    """Change what one is called."""
    actor = actor_of(request)
    form = NameForm(request.POST or None, initial={"name": person_of(request).name})
    if request.method == "POST" and form.carry_out(lambda name: change_own_name(name, actor=actor)):
        messages.success(request, _("Your name is saved."))
        return redirect("own_name")
    return own_page(request, form)


def own_page(
    request: HttpRequest,
    name_form: NameForm | None = None,
    language_form: LanguageForm | None = None,
) -> HttpResponse:
    """The page with what one sets for oneself, with the forms as they were sent."""
    me = person_of(request)
    known = {"language": me.language, "time_zone": me.time_zone}
    forms = {
        "form": name_form or NameForm(initial={"name": me.name}),
        "language_form": language_form or LanguageForm(initial=known),
    }
    refused = any(form.errors for form in forms.values())
    return render(request, "checklists/own_name.html", forms, status=422 if refused else 200)


def _person_for(request: HttpRequest, pk: int) -> Person:
    """The person, for owners of the installation; it decides before it says who exists."""
    require_owner(actor_of(request))
    return get_object_or_404(Person, pk=pk)
