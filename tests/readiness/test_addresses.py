"""An address is one's own when the link that was sent there was opened, and never before."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse

from checklists.models import AuditEvent
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
PAGE = "/accounts/email/"


def addresses(person) -> set[tuple[str, bool]]:
    return set(EmailAddress.objects.filter(user=person).values_list("email", "verified"))


@pytest.fixture
def mallory_in(cast, client):
    """Mallory, who has just given her password twice."""
    client.post("/accounts/login/", {"login": "mallory@example.com", "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def email_of(person) -> str:
    person.refresh_from_db()
    return person.email


@pytest.mark.parametrize("wanted", ["newhire@example.com", "marta@example.com"])
def test_nobody_takes_an_address_that_they_have_not_proved(cast, mallory_in, wanted):
    mallory_in.post(PAGE, {"email": wanted, "action_add": ""})
    assert mallory_in.post(PAGE, {"email": wanted, "action_primary": ""}).status_code == 403
    assert email_of(cast.mallory) == "mallory@example.com"
    own = {"email": "mallory@example.com", "action_remove": ""}
    assert mallory_in.post(PAGE, own).status_code == 403
    assert email_of(cast.mallory) == "mallory@example.com"
    assert addresses(cast.mallory) == {("mallory@example.com", True), (wanted, False)}


def link_in(message) -> str:
    return re.search(r"http://testserver(/accounts/confirm-email/\S+/)", message.body)[1]


def test_the_new_address_counts_once_its_link_was_opened(cast, mallory_in):
    mallory_in.post(PAGE, {"email": "mal@example.com", "action_add": ""})
    assert "mal@example.com" in mallory_in.get(PAGE).text
    assert mail.outbox[-1].to == ["mal@example.com"]
    mallory_in.post(link_in(mail.outbox[-1]))
    assert email_of(cast.mallory) == "mal@example.com"
    assert addresses(cast.mallory) == {("mal@example.com", True)}
    event = AuditEvent.objects.latest("pk")
    assert event.action == "person.address_changed"
    assert "example.com" not in event.body


def test_the_address_of_somebody_else_stays_theirs_even_if_they_open_the_link(cast, mallory_in):
    mallory_in.post(PAGE, {"email": "marta@example.com", "action_add": ""})
    mallory_in.post(link_in(next(m for m in mail.outbox if m.to == ["marta@example.com"])))
    assert email_of(cast.mallory) == "mallory@example.com"
    assert email_of(cast.marta) == "marta@example.com"
    assert ("marta@example.com", False) in addresses(cast.mallory)


def test_a_change_of_address_asks_for_the_password_again(cast, client):
    client.force_login(cast.mallory)
    answer = client.post(PAGE, {"email": "mal@example.com", "action_add": ""})
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert mail.outbox == []


def test_links_in_mails_name_our_site_whatever_host_was_asked(cast, mallory_in):
    mallory_in.post(PAGE, {"email": "mal@example.com", "action_add": ""}, HTTP_HOST="localhost")
    assert "http://testserver/accounts/confirm-email/" in mail.outbox[-1].body


def test_a_change_can_be_called_off(cast, mallory_in):
    mallory_in.post(PAGE, {"email": "mal@example.com", "action_add": ""})
    mallory_in.post(PAGE, {"email": "mal@example.com", "action_remove": ""})
    assert addresses(cast.mallory) == {("mallory@example.com", True)}
    assert email_of(cast.mallory) == "mallory@example.com"
