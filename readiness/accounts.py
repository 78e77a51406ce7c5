"""How allauth treats accounts here: nobody signs up, people are invited.

Whoever is deactivated cannot sign in, and their open sessions end: allauth's backend asks
`is_active` at sign-in and at every request.
"""

from __future__ import annotations

from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from checklists.actors import Actor
from checklists.errors import Refused
from checklists.operations.people import change_own_address
from checklists.views.language import speaking_to

logger = structlog.get_logger("readiness.mail")


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is closed; links in mails lead to the configured site, whatever a request says."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Only a path leads on after signing in; another host, though it may be ours, does not."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def format_email_subject(self, subject: str) -> str:
        return _("Readiness: %(subject)s") % {"subject": subject}

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, _, secret = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": secret})
        return f"{settings.SITE_URL}{path}"

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        path = reverse("account_confirm_email", args=[emailconfirmation.key])
        return f"{settings.SITE_URL}{path}"

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """An address that somebody else signs in with stays theirs, whoever opened the link."""
        try:
            change_own_address(email_address.email, actor=Actor.of_person(email_address.user))
        except Refused as refused:
            messages.error(request, refused.message)
            return False
        return super().confirm_email(request, email_address)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is away must neither fail the page nor tell who has an account."""
        try:
            with speaking_to(context.get("user")):
                super().send_mail(template_prefix, email, context)
        except OSError:
            logger.exception("mail not sent", template=template_prefix)
