"""Links that people are given, and the mails that carry them."""

from __future__ import annotations

import structlog
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from checklists.models import Invitation, Person
from checklists.views.language import speaking_to

logger = structlog.get_logger("readiness.mail")


def site_address(name: str, **parts: object) -> str:
    """The full address of a page. Its host is configured, never taken from a request."""
    return f"{settings.SITE_URL}{reverse(name, kwargs=parts)}"


def invitation_address(secret: str) -> str:
    """Where an invitation is accepted."""
    return site_address("invitation_accept", secret=secret)


def password_address(person: Person) -> str:
    """Where somebody sets a new password; good once, for three days."""
    return site_address(
        "account_reset_password_from_key",
        uidb36=user_pk_to_url_str(person),
        key=default_token_generator.make_token(person),
    )


def send_invitation(invitation: Invitation, link: str) -> bool:
    """Mail the link to the invited address. False: it must be handed over by other means.

    Without a mail server the mail goes to the console, so the inviter is shown the link, too.
    """
    context = {"invitation": invitation, "link": link}
    with speaking_to(Person.objects.filter(email__iexact=invitation.email).first()):
        subject = _("You are invited to %(project)s on Readiness") % {"project": invitation.project}
        message = render_to_string("checklists/mail/invitation.txt", context)
    try:
        send_mail(subject, message, from_email=None, recipient_list=[invitation.email])
    except OSError:
        # The address and the link stay out of the log; the inviter sees that it was not sent.
        logger.warning("invitation not mailed", invitation=invitation.pk, exc_info=True)
        return False
    return settings.EMAIL_GIVEN
