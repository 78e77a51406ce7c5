"""API tokens: one's own, and for owners of a project all of it. A token's text is shown once."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from checklists.forms.access import TokenForm
from checklists.models import ApiToken, Role
from checklists.operations.tokens import create_token, grantable_scopes, revoke_token
from checklists.permissions import SCOPES
from checklists.views.items import actor_of, person_of
from checklists.views.projects import project_context, project_for


@require_safe
@login_required
@never_cache
def token_list(request: HttpRequest) -> HttpResponse:
    """One's own tokens in all projects."""
    tokens = ApiToken.objects.filter(person=person_of(request)).select_related("project")
    return render(request, "checklists/token_list.html", {"tokens": tokens})


@sensitive_variables("form", "text")
@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def project_tokens(request: HttpRequest, slug: str) -> HttpResponse:
    """The tokens one may see here, and a form for another. The answer to it holds its text."""
    project = project_for(request, slug)
    actor = actor_of(request)
    context = project_context(request, project, "tokens")
    form = TokenForm(request.POST or None, scopes=grantable_scopes(context["role"]))
    if request.method == "POST" and form.carry_out(
        lambda name, scopes, days: create_token(
            project,
            name,
            scopes,
            expires_at=timezone.now() + timedelta(days=days),
            actor=actor,
        )
    ):
        token, text = form.result
        return render(
            request, "checklists/token_made.html", {**context, "token": token, "text": text}
        )
    seen = project.api_tokens.select_related("person")
    if context["role"] != Role.OWNER:
        seen = seen.filter(person=person_of(request))
    return render(
        request,
        "checklists/project_tokens.html",
        {**context, "tokens": seen, "form": form, "scopes": SCOPES},
        status=422 if form.errors else 200,
    )


@require_POST
@login_required
def token_revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """End a token."""
    tokens = ApiToken.objects.select_related("project", "person")
    token = get_object_or_404(tokens, project=project_for(request, slug), pk=pk)
    revoke_token(token, actor=actor_of(request))
    messages.success(
        request,
        _("The token %(name)s is revoked. What uses it is refused now.") % {"name": token.name},
    )
    return redirect("project_tokens", slug=slug)
