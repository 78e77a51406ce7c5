"""Invitations, people, names: through the pages."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.urls import reverse

from checklists.actors import Actor
from checklists.models import Invitation, Membership, Person, Role
from checklists.operations.invitations import invite_person, join_by_invitation
from checklists.operations.people import deactivate_person
from checklists.operations.projects import archive_project
from tests.factories import PASSWORD
from tests.operations.nothing import everything

pytestmark = pytest.mark.django_db


def invite(cast, email="nia@example.com", role=Role.CONTRIBUTOR):
    _, secret = invite_person(cast.project, email, role, actor=Actor.of_person(cast.olga))
    return f"/invitations/{secret}/"


def sign_in(client, email, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": email, "password": password})


def test_without_a_mail_server_the_inviter_is_shown_the_link_once(cast, client):
    client.force_login(cast.olga)
    answer = client.post(
        "/projects/payments/members/", {"email": "nia@example.com", "role": "viewer"}
    )
    link = re.search(r"http://testserver(/invitations/[\w-]+/)", answer.text)[1]
    assert answer.headers["Cache-Control"].count("no-store") == 1
    assert "nia@example.com" in client.get("/projects/payments/members/").text
    assert link not in client.get("/projects/payments/members/").text
    client.logout()
    assert client.get(link).status_code == 200


def test_with_a_mail_server_the_link_goes_to_the_address_alone(cast, client, settings):
    settings.EMAIL_GIVEN = True
    client.force_login(cast.olga)
    answer = client.post(
        "/projects/payments/members/", {"email": "nia@example.com", "role": "viewer"}
    )
    assert "/invitations/" not in answer.text
    assert [message.to for message in mail.outbox] == [["nia@example.com"]]
    assert "http://testserver/invitations/" in mail.outbox[0].body


def test_a_mail_server_that_is_away_costs_no_invitation(cast, client, settings):
    settings.EMAIL_GIVEN = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    client.force_login(cast.olga)
    answer = client.post(
        "/projects/payments/members/", {"email": "nia@example.com", "role": "viewer"}
    )
    assert answer.status_code == 200
    assert "/invitations/" in answer.text
    assert Invitation.objects.count() == 1


def test_the_name_of_a_host_that_a_request_brings_is_in_no_link(cast, client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    client.force_login(cast.olga)
    answer = client.post(
        "/projects/payments/members/",
        {"email": "nia@example.com", "role": "viewer"},
        headers={"host": "evil.example"},
    )
    assert "evil.example/invitations" not in answer.text
    client.logout()
    client.post(
        reverse("account_reset_password"),
        {"email": "priya@example.com"},
        headers={"host": "evil.example"},
    )
    assert "http://testserver/accounts/password/reset/key/" in mail.outbox[-1].body
    assert "evil.example/" not in mail.outbox[-1].body


def test_a_wrong_invitation_stays_on_the_page_with_its_reason(cast, client):
    client.force_login(cast.olga)
    before = everything()
    for email, said in (
        ("priya@example.com", "is contributor here already"),
        ("nobody", "valid email"),
    ):
        answer = client.post("/projects/payments/members/", {"email": email, "role": "viewer"})
        assert answer.status_code == 422
        assert said in answer.text
    assert everything() == before


def test_a_stranger_makes_an_account_and_is_signed_in(cast, client):
    link = invite(cast)
    assert "Create account and join" in client.get(link).text
    answer = client.post(link, {"name": "Nia Osei", "password": PASSWORD, "again": PASSWORD})
    assert answer.headers["Location"] == "/projects/payments/"
    page = client.get("/projects/payments/")
    assert page.status_code == 200
    assert page.context["request"].user.email == "nia@example.com"
    client.logout()
    assert client.get(link).status_code == 410
    assert sign_in(client, "NIA@example.com").status_code == 302


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "Nia", "password": "short", "again": "short"}, "too short"),
        ({"name": "Nia", "password": PASSWORD, "again": "another sentence"}, "differ"),
        ({"name": "", "password": PASSWORD, "again": PASSWORD}, "required"),
        ({"name": "a\x00b", "password": PASSWORD, "again": PASSWORD}, "null characters"),
    ],
)
def test_what_is_wrong_with_a_new_account_stands_beside_its_field(typed, said, cast, client):
    link = invite(cast)
    answer = client.post(link, typed)
    assert answer.status_code == 422
    assert said in answer.text.lower()
    assert PASSWORD not in answer.text
    assert not Person.objects.filter(email="nia@example.com").exists()


def test_somebody_with_an_account_signs_in_and_comes_back(cast, client):
    link = invite(cast, "mallory@example.com")
    page = client.get(link)
    assert f"/accounts/login/?next={link}" in page.text
    answer = client.post(
        reverse("account_login"),
        {"login": "mallory@example.com", "password": PASSWORD, "next": link},
    )
    assert answer.headers["Location"] == link
    assert "Join as Mallory Voss" in client.get(link).text
    assert client.post(link).headers["Location"] == "/projects/payments/"
    assert Membership.objects.filter(project=cast.project, person=cast.mallory).exists()


def test_an_invitation_for_another_address_is_not_taken(cast, client):
    link = invite(cast)
    client.force_login(cast.mallory)
    assert "You are signed in as mallory@example.com" in client.get(link).text
    assert client.post(link).status_code == 403
    assert not Membership.objects.filter(project=cast.project, person=cast.mallory).exists()


def test_links_that_are_unknown_or_over(cast, client):
    assert client.get("/invitations/guess/").status_code == 404
    link = invite(cast)
    archive_project(cast.project, actor=Actor.of_person(cast.olga))
    assert client.get(link).status_code == 410
    assert client.post(link, {"name": "Nia", "password": PASSWORD}).status_code == 410


def test_owners_of_the_installation_see_everybody_and_nobody_else_does(cast, client):
    client.force_login(cast.root)
    assert "vic@example.com" in client.get("/people/").text
    client.force_login(cast.olga)
    assert client.get("/people/").status_code == 403
    assert client.post(f"/people/{cast.vic.pk}/deactivate/").status_code == 403
    assert client.post("/people/999999/deactivate/").status_code == 403


def test_a_deactivated_person_is_out_at_once(cast, client):
    client.force_login(cast.priya)
    assert client.get("/projects/payments/").status_code == 200
    deactivate_person(cast.priya, actor=Actor.of_person(cast.root))
    answer = client.get("/projects/payments/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")
    client.cookies.clear()
    sign_in(client, "priya@example.com")
    assert "_auth_user_id" not in client.session
    client.post(reverse("account_reset_password"), {"email": "priya@example.com"})
    assert not any("/reset/key/" in message.body for message in mail.outbox)


def test_deactivating_and_reactivating_through_the_page(cast, client):
    client.force_login(cast.root)
    answer = client.post(f"/people/{cast.sam.pk}/deactivate/", follow=True)
    assert "cannot sign in any more" in answer.text
    cast.sam.refresh_from_db()
    assert not cast.sam.is_active
    client.post(f"/people/{cast.sam.pk}/reactivate/")
    cast.sam.refresh_from_db()
    assert cast.sam.is_active


def test_an_owner_of_the_installation_invites_into_a_project(cast, client):
    client.force_login(cast.root)
    answer = client.post(
        "/people/", {"email": "nia@example.com", "role": "owner", "project": "payments"}
    )
    assert "nia@example.com is invited" in answer.text
    assert Invitation.objects.get().project == cast.project


def test_everybody_changes_their_own_name(cast, client):
    client.force_login(cast.vic)
    assert "Your name is saved" in client.post("/people/me/", {"name": "Victor"}, follow=True).text
    cast.vic.refresh_from_db()
    assert cast.vic.name == "Victor"


def test_signing_up_without_an_invitation_is_closed(db, client):
    answer = client.post(
        reverse("account_signup"),
        {"email": "eve@example.com", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert not Person.objects.exists()
    assert answer.status_code in (200, 302)


def test_the_account_of_an_invited_person_has_all_account_pages(cast, client):
    _, secret = invite_person(
        cast.project, "nia@example.com", Role.VIEWER, actor=Actor.of_person(cast.olga)
    )
    join_by_invitation(secret, name="Nia", password=PASSWORD)
    sign_in(client, "nia@example.com")
    for name in ("account_email", "account_change_password", "mfa_index"):
        assert client.get(reverse(name)).status_code == 200, name
