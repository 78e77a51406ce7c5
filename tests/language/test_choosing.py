"""Choosing a language and a zone: by operation, page, cookie, header; and what mails are in."""

from __future__ import annotations

import pytest
from django.core import mail

from checklists.actors import Actor
from checklists.errors import Invalid, NotAllowed
from checklists.models import AuditEvent, Role
from checklists.operations.invitations import invite_person
from checklists.operations.preferences import set_own_language_and_zone
from checklists.operations.tokens import create_token
from checklists.views.outgoing import send_invitation
from tests.operations.nothing import changes_nothing, everything

pytestmark = pytest.mark.django_db


def choose(person, language="de", zone="Europe/Berlin"):
    return set_own_language_and_zone(language, zone, actor=Actor.of_person(person))


def test_a_choice_is_kept_and_is_no_history(cast):
    events = AuditEvent.objects.count()
    choose(cast.priya)
    cast.priya.refresh_from_db()
    assert (cast.priya.language, cast.priya.time_zone) == ("de", "Europe/Berlin")
    assert AuditEvent.objects.count() == events
    before = everything()
    choose(cast.priya)
    assert everything() == before
    choose(cast.priya, "", "")
    cast.priya.refresh_from_db()
    assert (cast.priya.language, cast.priya.time_zone) == ("", "")


@pytest.mark.parametrize(
    ("language", "zone", "code"),
    [
        ("xx", "", "no_language"),
        ("de_DE", "", "no_language"),
        ("de", "Mars/Olympus", "no_zone"),
        ("", "../../etc/passwd", "no_zone"),
        ("", "europe/berlin", "no_zone"),
    ],
)
def test_what_is_not_known_is_refused_and_changes_nothing(cast, language, zone, code):
    with changes_nothing(Invalid) as refused:
        choose(cast.priya, language, zone)
    assert refused.value.code == code


def test_only_people_choose_and_only_themselves(cast):
    token, _ = create_token(cast.project, "ci", ["read"], actor=Actor.of_person(cast.priya))
    for actor in (Actor.of_token(token), Actor.of_system()):
        with changes_nothing(NotAllowed):
            set_own_language_and_zone("de", "", actor=actor)


@pytest.mark.parametrize(
    ("chosen", "cookie", "header", "spoken"),
    [
        ("", "", "", "en"),
        ("", "", "de-AT,de;q=0.9", "de"),
        ("", "", "fr, de;q=0.5", "de"),
        ("", "", "fr", "en"),
        ("", "en", "de", "en"),
        ("de", "en", "en", "de"),
        ("", "xx", "de", "de"),
        ("xx", "", "de", "de"),
    ],
)
def test_the_choice_comes_first_then_the_cookie_then_the_browser(
    cast, client, chosen, cookie, header, spoken
):
    cast.priya.language = chosen
    cast.priya.save()
    client.force_login(cast.priya)
    if cookie:
        client.cookies["language"] = cookie
    page = client.get("/people/me/", headers={"Accept-Language": header} if header else {})
    assert page["Content-Language"] == spoken
    assert f'<html lang="{spoken}"' in page.text
    assert "Accept-Language" in page["Vary"]


def test_the_page_keeps_the_choice_and_answers_in_it(cast, client):
    client.force_login(cast.priya)
    values = {"language": "de", "time_zone": "Asia/Tokyo"}
    page = client.post("/people/me/language/", values, follow=True)
    assert "Ihre Sprache und Zeitzone sind gespeichert." in page.text
    assert client.cookies["language"].value == "de"
    refused = client.post("/people/me/language/", {"language": "xx", "time_zone": ""})
    assert refused.status_code == 422
    cast.priya.refresh_from_db()
    assert (cast.priya.language, cast.priya.time_zone) == ("de", "Asia/Tokyo")


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/accounts/password/reset/", "/accounts/password/reset/"),
        ("https://evil.example/", "/accounts/login/"),
        ("//evil.example/", "/accounts/login/"),
        ("", "/accounts/login/"),
    ],
)
def test_before_signing_in_the_choice_is_a_cookie_and_leads_nowhere_else(client, asked, led):
    answer = client.post("/language/", {"language": "de", "next": asked})
    assert (answer.status_code, answer["Location"]) == (302, led)
    assert client.cookies["language"]["httponly"]
    assert 'lang="de"' in client.get("/accounts/login/").text
    client.post("/language/", {"language": "xx"})
    assert 'lang="en"' in client.get("/accounts/login/").text


def test_the_api_speaks_english_unless_it_is_asked(client):
    def refused(**headers):
        return client.get("/api/v1/releases/1", headers=headers).json()

    english, german = refused(), refused(**{"Accept-Language": "de"})
    assert english["code"] == german["code"]
    assert "token" in english["message"]
    assert english["message"] != german["message"]
    assert "Token" in german["message"]


def test_a_refusal_is_in_the_language_of_who_is_refused(cast, release, client):
    client.force_login(cast.vic)
    choose(cast.vic)
    item = release.items.first()
    answer = client.post(f"/items/{item.pk}/tick/", headers={"HX-Request": "true"})
    assert answer.status_code == 403
    assert "Punkte ändern" in answer.text


def test_a_mail_is_in_the_language_of_whom_it_is_for(cast):
    choose(cast.mallory)
    invitation, _ = invite_person(
        cast.project, cast.mallory.email, Role.VIEWER, actor=Actor.of_person(cast.olga)
    )
    send_invitation(invitation, "https://example.com/x")
    assert "eingeladen" in mail.outbox[-1].subject
    assert "lädt Sie auf Readiness" in mail.outbox[-1].body
    stranger, _ = invite_person(
        cast.project, "nia@example.com", Role.VIEWER, actor=Actor.of_person(cast.olga)
    )
    send_invitation(stranger, "https://example.com/y")
    assert "invites you to the project" in mail.outbox[-1].body
    assert "as viewer." in mail.outbox[-1].body
