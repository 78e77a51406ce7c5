"""The page behind an invitation's link: join with the account one has, or make one."""

from __future__ import annotations

from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from checklists.forms.access import JoinForm
from checklists.models import Invitation, Person
from checklists.operations.invitations import (
    accept_invitation,
    invitation_of,
    join_by_invitation,
)
from checklists.views.items import actor_of, person_of


@sensitive_post_parameters()
@sensitive_variables("secret", "form")
@require_http_methods(["GET", "POST"])
@never_cache
def invitation_accept(request: HttpRequest, secret: str) -> HttpResponse:
    """Whoever has the link may accept; a link that is unknown is 404, one that is over says so."""
    invitation = invitation_of(secret)
    if invitation is None:
        raise Http404
    if not invitation.is_open or invitation.project.archived_at is not None:
        return _page(request, invitation, status=410)
    if request.user.is_authenticated:
        return _as_myself(request, invitation, secret)
    if Person.objects.filter(email__iexact=invitation.email).exists():
        return _page(request, invitation, sign_in=f"{reverse('account_login')}?next={request.path}")
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.carry_out(
        lambda name, password: join_by_invitation(secret, name=name, password=password)
    ):
        to = reverse("project_detail", kwargs={"slug": invitation.project.slug})
        return perform_login(request, form.result, redirect_url=to)
    return _page(request, invitation, form=form, status=422 if form.errors else 200)


def _as_myself(request: HttpRequest, invitation: Invitation, secret: str) -> HttpResponse:
    if request.method == "POST":
        project = accept_invitation(secret, actor=actor_of(request))
        messages.success(request, _("You belong to %(project)s now.") % {"project": project})
        return redirect("project_detail", slug=project.slug)
    mine = person_of(request).email.lower() == invitation.email.lower()
    return _page(request, invitation, mine=mine)


def _page(
    request: HttpRequest, invitation: Invitation, *, status: int = 200, **context: object
) -> HttpResponse:
    return render(
        request,
        "checklists/invitation_accept.html",
        {"invitation": invitation, "open": status != 410, **context},
        status=status,
    )
