"""The choice of a language: kept for who is signed in, in a cookie for who is not."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from checklists.forms.preferences import LanguageForm
from checklists.operations.preferences import is_language, set_own_language_and_zone
from checklists.views.items import actor_of
from checklists.views.people import own_page
from checklists.views.posted import posted_text

YEAR = 365 * 24 * 3600


@require_POST
@login_required
def own_language(request: HttpRequest) -> HttpResponse:
    """Choose one's language and time zone."""
    actor = actor_of(request)
    form = LanguageForm(request.POST)

    def choose(language: str, time_zone: str) -> object:
        return set_own_language_and_zone(language, time_zone, actor=actor)

    if not form.carry_out(choose):
        return own_page(request, language_form=form)
    language = form.cleaned_data["language"]
    with translation.override(language or translation.get_language()):
        messages.success(request, _("Your language and time zone are saved."))
    response = redirect("own_name")
    return _remembered(response, language)


@require_POST
def language_choose(request: HttpRequest) -> HttpResponse:
    """Choose the language of the pages before one has signed in, and come back to the page."""
    back = posted_text(request, "next")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = settings.LOGIN_URL
    language = posted_text(request, "language")
    return _remembered(redirect(back), language if is_language(language) else "")


def _remembered(response: HttpResponse, language: str) -> HttpResponse:
    name = settings.LANGUAGE_COOKIE_NAME
    if language:
        response.set_cookie(
            name,
            language,
            YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(name, samesite="Lax")
    return response
