"""Changing one's address: the new one counts when the link that was sent there is followed.

allauth's page also lets people choose among addresses that nobody has proved, which here would be
choosing whose invitations one gets and under which address one is known.
"""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.views import EmailView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _


class AddressView(EmailView):
    """allauth's, without what would change the address at once."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            _keep_own_address(request)
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        takes_away = "action_remove" in request.POST and not _is_unproved(request)
        if "action_primary" in request.POST or takes_away:
            raise PermissionDenied(
                _("An address counts when the link that was sent there is opened.")
            )
        return super().post(request, *args, **kwargs)


def _keep_own_address(request: HttpRequest) -> None:
    """The address one signs in with was proved by the invitation that was opened there."""
    EmailAddress.objects.update_or_create(
        user=request.user,
        email=request.user.email.lower(),  # type: ignore[union-attr]
        defaults={"verified": True, "primary": True},
    )


def _is_unproved(request: HttpRequest) -> bool:
    waiting = EmailAddress.objects.filter(user=request.user, verified=False)
    return waiting.filter(email=request.POST.get("email", "").lower()).exists()
