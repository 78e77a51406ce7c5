"""create_owner and create_token, as they are typed."""

from __future__ import annotations

import json
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command

from checklists.models import Person
from checklists.operations.tokens import authenticate_token
from tests.operations.nothing import everything

pytestmark = pytest.mark.django_db


def run(*arguments):
    out, err = StringIO(), StringIO()
    status = 0
    try:
        call_command(*arguments, stdout=out, stderr=err)
    except SystemExit as ended:
        status = ended.code
    return status, out.getvalue(), err.getvalue()


def test_the_first_owner_sets_a_password_through_the_printed_link(client):
    status, out, _ = run("create_owner", "--email", "root@example.com", "--json")
    link = urlsplit(json.loads(out)["link"])
    assert (status, link.netloc) == (0, "testserver")
    form = client.get(link.path, follow=True)
    assert form.status_code == 200
    password = "a long enough sentence"
    client.post(form.request["PATH_INFO"], {"password1": password, "password2": password})
    assert authenticate(email="root@example.com", password=password) == Person.objects.get()
    answer = client.post("/accounts/login/", {"login": "root@example.com", "password": password})
    assert answer.headers["Location"] == "/"
    assert client.get(link.path, follow=True).context.get("token_fail")


def test_create_owner_repeats_and_refuses(cast):
    assert run("create_owner", "--email", "root@example.com")[0] == 0
    before = everything()
    status, out, err = run("create_owner", "--email", "dana@example.com")
    assert (status, out) == (2, "")
    assert "deactivated" in err
    assert run("create_owner", "--email", "nobody")[0] == 2
    assert everything() == before


def test_create_token_prints_the_token_and_nothing_else(cast):
    status, out, _ = run(
        "create_token",
        "--user",
        "PRIYA@example.com",
        "--project",
        "payments",
        "--scope",
        "read,items",
    )
    assert status == 0
    assert authenticate_token(out.strip()).scopes == "items,read"
    status, out, _ = run(
        "create_token",
        "--user",
        "priya@example.com",
        "--project",
        "payments",
        "--scope",
        "read",
        "--json",
    )
    assert authenticate_token(json.loads(out)["token"]).person == cast.priya


@pytest.mark.parametrize(
    ("user", "project", "scope", "days", "status"),
    [
        ("nobody@example.com", "payments", "read", "90", 2),
        ("priya@example.com", "nowhere", "read", "90", 2),
        ("priya@example.com", "payments", "everything", "90", 2),
        ("priya@example.com", "payments", ",", "90", 2),
        ("priya@example.com", "payments", "read", "400", 2),
        ("priya@example.com", "payments", "read", "99999999999", 2),
        ("priya@example.com", "payments", "deploy", "90", 1),
        ("mallory@example.com", "payments", "read", "90", 1),
        ("dana@example.com", "payments", "read", "90", 1),
    ],
)
def test_create_token_refuses_with_its_reason(user, project, scope, days, status, cast):
    before = everything()
    found, out, err = run(
        "create_token", "--user", user, "--project", project, "--scope", scope, "--days", days
    )
    assert (found, out) == (status, "")
    assert err
    assert everything() == before
