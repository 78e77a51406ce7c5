"""Bearer tokens: the only way in. No session and no cookie counts here, so there is no CSRF."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from checklists.actors import Actor
from checklists.errors import Unauthenticated
from checklists.models import ApiToken
from checklists.operations.tokens import authenticate_token


class ApiRequest(HttpRequest):
    """A request of this API: `auth` is the token that acts."""

    auth: Actor


class TokenAuth(HttpBearer):
    """``Authorization: Bearer rdy_…``; gives the Actor that the token is."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """Raises Unauthenticated, which says nothing of what is wrong with the token."""
        found = authenticate_token(token.strip())
        if found is None:
            raise Unauthenticated(_("The token is unknown, expired or revoked."))
        actor = Actor.of_token(found)
        return replace(actor, request_id=getattr(request, "id", actor.request_id)[:16])


def token_of(request: ApiRequest) -> ApiToken:
    """The token behind the request."""
    token = request.auth.token
    if token is None:
        raise Unauthenticated(_("Only tokens are let in here."))
    return token
