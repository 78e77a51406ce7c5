"""Two people of two languages in one release: each reads theirs, in the page and in the stream."""

from __future__ import annotations

import re

import brotli
import pytest
from django.utils import translation

from checklists.actors import Actor
from checklists.operations.items import tick_item
from checklists.operations.preferences import set_own_language_and_zone
from checklists.pages import loading
from checklists.pages.loading import recent_snapshot
from checklists.pages.render import row_html, section_html
from checklists.stream import frames
from checklists.stream.channel import Mark
from checklists.stream.database import DatabaseSource
from checklists.stream.source import Audience
from tests.checklist_data import item_of

pytestmark = pytest.mark.django_db

WORDS = {
    "en": ("Not ready", "Sign-offs", "Unassigned"),
    "de": ("Nicht bereit", "Freigaben", "Nicht zugewiesen"),
}


def speak(person, language="de", zone=""):
    set_own_language_and_zone(language, zone, actor=Actor.of_person(person))


def page(client, person, release):
    client.force_login(person)
    answer = client.get(f"/releases/{release.pk}/", headers={"Accept-Encoding": "br"})
    return answer, brotli.decompress(answer.content).decode()


def seen(html, language):
    """The words of a language, all of them; and none of any other."""
    for each, words in WORDS.items():
        for word in words:
            assert (word in html) == (each == language), word


def test_each_reads_the_page_in_their_own_language(cast, release, client):
    speak(cast.priya)
    # In turns, so that whatever one of them leaves behind would reach the other.
    for _ in range(2):
        for person, language in ((cast.priya, "de"), (cast.marta, "en")):
            answer, html = page(client, person, release)
            assert answer["Content-Language"] == language
            assert f'<html lang="{language}"' in html
            seen(html, language)


def test_the_answer_to_a_tick_is_in_the_language_of_who_ticked(cast, release, client):
    speak(cast.priya)
    item = item_of(release, "configure-dns")
    page(client, cast.marta, release)
    client.force_login(cast.priya)
    german = client.post(
        f"/items/{item.pk}/tick/",
        {"expected_version": item.version},
        headers={"HX-Request": "true"},
    ).text
    assert "Abgehakt" in german
    assert "Erledigt" in german
    client.force_login(cast.marta)
    english = client.post(f"/items/{item.pk}/untick/", headers={"HX-Request": "true"}).text
    assert "Unticked" in english
    assert "Haken" not in english


def test_a_page_is_not_the_same_page_in_another_language(cast, release, client):
    before, _ = page(client, cast.priya, release)
    speak(cast.priya)
    headers = {"If-None-Match": before["ETag"], "Accept-Encoding": "br"}
    after = client.get(f"/releases/{release.pk}/", headers=headers)
    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]
    assert "Accept-Language" in after["Vary"]
    speak(cast.priya, "de", "Asia/Tokyo")
    headers["If-None-Match"] = after["ETag"]
    assert client.get(f"/releases/{release.pk}/", headers=headers).status_code == 200


def test_the_stream_tells_each_audience_in_its_language(cast, release):
    source = DatabaseSource()
    marks = {}
    for language in ("en", "de"):
        audience = Audience(release.pk, language)
        marks[audience] = Mark(*frames.prime(source, audience))
    tick_item(item_of(release, "configure-dns"), actor=Actor.of_person(cast.priya))
    growths, _ = frames.grown(source, marks)
    told = {
        g.audience.language: b"".join([*(f.body for f in g.frames), g.said]).decode()
        for g in growths
    }
    assert set(told) == {"en", "de"}
    assert "Done" in told["en"]
    assert "Erledigt" not in told["en"]
    assert "Priya Raman</strong> ticked" in told["en"]
    assert "Erledigt" in told["de"]
    assert ">Done<" not in told["de"]
    assert "Priya Raman</strong> hat abgehakt" in told["de"]
    ids = {language: re.findall(r"^id: (\d+)$", text, re.M) for language, text in told.items()}
    assert ids["en"] == ids["de"] == ["2"]


def test_another_language_costs_words_and_no_queries(cast, release, django_assert_num_queries):
    loading.forget_all()
    from_log = release.__class__.objects.for_page().get(pk=release.pk)
    english = recent_snapshot(from_log)
    assert english.rows
    assert english.counters
    with translation.override("de"), django_assert_num_queries(0):
        german = recent_snapshot(from_log)
        assert german.counters.verdict.title.startswith("Nicht bereit")
    assert recent_snapshot(from_log) is english


def test_rows_that_stayed_the_same_are_kept_in_every_language(cast, release):
    fresh = lambda: release.__class__.objects.for_page().get(pk=release.pk)  # noqa: E731
    loading.forget_all()
    recent_snapshot(fresh())
    with translation.override("de"):
        before = recent_snapshot(fresh()).rows
    item = item_of(release, "configure-dns")
    tick_item(item, actor=Actor.of_person(cast.priya))
    recent_snapshot(fresh())
    with translation.override("de"):
        after = recent_snapshot(fresh()).rows
    assert {pk for pk in after if after[pk] is not before[pk]} == {item.pk}
    assert after[item.pk].word == "Erledigt"


def test_one_language_is_drawn_once(cast, release):
    snapshot = recent_snapshot(release.__class__.objects.for_page().get(pk=release.pk))
    row = next(iter(snapshot.rows.values()))
    row_html.cache_clear()
    section_html.cache_clear()
    first = row_html(row)
    assert row_html(row) is first
    assert row_html.cache_info().misses == 1
    with translation.override("de"):
        assert row_html(row) is not first
    assert row_html(row) is first
