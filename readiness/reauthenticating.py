"""Proving again who one is: the session gets a new id, and the one before is worth nothing."""

from __future__ import annotations

from typing import Any

from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import ReauthenticateView as CodeView
from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse


class _FocusedForm:
    """The page asks one thing, so that has the focus."""

    def get_form(self, *args: Any) -> Any:
        form = super().get_form(*args)  # type: ignore[misc]
        for bound in form.visible_fields()[:1]:
            bound.field.widget.attrs["autofocus"] = True
        return form


class ByPasswordView(_FocusedForm, ReauthenticateView):
    """allauth's, with a new session id."""

    def form_valid(self, form: Any) -> HttpResponse:
        _renew_session(self.request)
        return super().form_valid(form)


class ByCodeView(_FocusedForm, CodeView):
    """allauth's, with a new session id."""

    def form_valid(self, form: Any) -> HttpResponse:
        _renew_session(self.request)
        return super().form_valid(form)


def _renew_session(request: HttpRequest) -> None:
    """The list of one's sessions knows them by their ids, so it is told."""
    before = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)
