"""Pages that are kept: the same bytes for the same reader, and new ones after every event."""

from __future__ import annotations

import gzip
import re

import brotli
import pytest
from django.test import Client

from checklists.actors import Actor
from checklists.models import Membership
from checklists.operations.items import tick_item
from checklists.operations.members import remove_member
from tests.checklist_data import item_of

pytestmark = pytest.mark.django_db


def look(client, release):
    answer = client.get(f"/releases/{release.pk}/", headers={"Accept-Encoding": "br"})
    assert answer["Content-Encoding"] == "br"
    return brotli.decompress(answer.content).decode()


def without_tokens(html):
    return re.sub(r'(name="csrfmiddlewaretoken" value|data-seen)="\w+"', "", html)


def test_what_travels_compressed_is_the_same_page(cast, release, client):
    client.force_login(cast.priya)
    plain = client.get(f"/releases/{release.pk}/")
    assert "Content-Encoding" not in plain
    assert "Accept-Encoding" in plain["Vary"]
    for encoding, unzip in (("gzip", gzip.decompress), ("br", brotli.decompress)):
        for _ in range(2):
            small = client.get(f"/releases/{release.pk}/", headers={"Accept-Encoding": encoding})
            assert small["Content-Encoding"] == encoding
            for name in ("Vary", "ETag", "Cache-Control", "Content-Type"):
                assert small[name] == plain[name]
            assert without_tokens(unzip(small.content).decode()) == without_tokens(plain.text)


def test_a_client_that_refuses_compression_gets_none(cast, release, client):
    client.force_login(cast.priya)
    for accepted in ("br;q=0", "br; q=0.0, zstd", "identity", ""):
        headers = {"Accept-Encoding": accepted}
        answer = client.get(f"/releases/{release.pk}/", headers=headers)
        assert answer.get("Content-Encoding") is None


def test_a_kept_page_is_given_to_its_reader_alone(cast, release, client):
    pages = {}
    for person in (cast.priya, cast.vic, cast.marta):
        client.force_login(person)
        pages[person.pid] = look(client, release)
        assert look(client, release) == pages[person.pid]
        assert f'data-me="{person.pid}"' in pages[person.pid]
    assert len(set(pages.values())) == 3


def test_a_kept_page_ends_with_the_next_event(cast, release, client):
    client.force_login(cast.priya)
    item = item_of(release, "rotate-secrets")
    assert f'formaction="/items/{item.pk}/tick/"' in look(client, release)
    tick_item(item, actor=Actor.of_person(cast.priya))
    assert f'formaction="/items/{item.pk}/untick/"' in look(client, release)


def test_the_token_in_a_kept_page_is_good(cast, release):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.priya)
    item = item_of(release, "rotate-secrets")
    assert look(browser, release) == look(browser, release)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', look(browser, release))[1]
    sent = {"csrfmiddlewaretoken": token}
    assert browser.post(f"/items/{item.pk}/tick/", sent).status_code == 302
    del browser.cookies["readiness_csrf"]
    assert browser.post(f"/items/{item.pk}/untick/", sent).status_code == 403
    # Without its cookie the page would be of no use: a new one comes, with a new cookie.
    assert token not in look(browser, release)
    assert "readiness_csrf" in browser.cookies


def test_whoever_looked_before_they_left_is_asked_for_their_right_again(cast, release, client):
    client.force_login(cast.vic)
    etag = client.get(f"/releases/{release.pk}/")["ETag"]
    remove_member(
        Membership.objects.get(project=cast.project, person=cast.vic),
        actor=Actor.of_person(cast.olga),
    )
    assert client.get(f"/releases/{release.pk}/").status_code == 404
    again = client.get(f"/releases/{release.pk}/", headers={"If-None-Match": etag})
    assert again.status_code == 404


def test_a_page_and_a_tick_take_the_same_few_queries_every_time(
    cast, release, client, django_assert_max_num_queries
):
    client.force_login(cast.priya)
    look(client, release)
    with django_assert_max_num_queries(3):
        look(client, release)
    item = item_of(release, "rotate-secrets")
    path = f"/items/{item.pk}/tick/"
    # Nine, a savepoint and its end, and the event read back: nothing is committed in a test.
    with django_assert_max_num_queries(12):
        assert client.post(path, headers={"HX-Request": "true"}).status_code == 200
