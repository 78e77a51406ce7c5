"""Answers of a release in files: a filled form is shown, then brought in, and taken out again."""

from __future__ import annotations

import html
import re
from urllib.parse import quote

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile

from checklists.actors import Actor
from checklists.formats import WRITTEN, format_named
from checklists.formats.tree import DONE, NOT_APPLICABLE
from checklists.operations.items import mark_not_applicable, tick_item
from checklists.operations.one_off import add_item
from checklists.state import Answer
from tests.checklist_data import item_of, open_small_release, publish, tiny_tree
from tests.operations.nothing import everything

pytestmark = pytest.mark.django_db
WHY = "This service is not reached from outside."
FORM = "Check,Status,Comment\nConfigure DNS,done,dig says so\nConfigure CDN,n/a,no\nElse,done,\n"


def plain(answer) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def fill(client, release, **form):
    return client.post(f"/releases/{release.pk}/fill/", form)


def said(answer) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def test_a_form_is_shown_before_anything_is_answered(release, cast, client):
    client.force_login(cast.priya)
    before = everything()
    shown = plain(fill(client, release, step="preview", text=FORM))
    assert "1 item would be done" in shown
    assert "dig says so" in shown
    assert "Configure CDN Write at least 20 characters on why it does not apply" in shown
    assert "4 Else This release has no such item." in shown
    assert everything() == before


def test_what_was_shown_is_what_is_answered(release, cast, client):
    client.force_login(cast.priya)
    shown = fill(client, release, step="preview", file=SimpleUploadedFile("f.csv", FORM.encode()))
    carried = re.search(r'<textarea name="text" hidden>\n(.*?)</textarea>', shown.text, re.DOTALL)
    answer = fill(client, release, step="fill", format="csv", text=html.unescape(carried[1]))
    assert answer["Location"] == f"/releases/{release.pk}/"
    assert said(answer).startswith("1 item is answered. 2 answers were left: Configure CDN: Write")
    dns = item_of(release, "configure-dns")
    assert (dns.answer, dns.answered_by, dns.reason.value) == (DONE, cast.priya, "dig says so")


@pytest.mark.parametrize(
    ("form", "status", "sentence"),
    [
        ({}, 422, "Choose a file, or paste the text below."),
        ({"text": "- [ ] Configure DNS\n"}, 422, "Nothing here is answered"),
        ({"text": "# Title only\n"}, 422, "no checklist item"),
        ({"text": "x", "format": "word"}, 422, "Select a valid choice"),
    ],
)
def test_what_answers_nothing_is_refused_in_words(form, status, sentence, release, cast, client):
    client.force_login(cast.priya)
    answer = fill(client, release, step="preview", **form)
    assert answer.status_code == status
    assert sentence in plain(answer)


def test_the_release_page_offers_it_to_those_who_may(release, cast, client):
    offered = {}
    for person in (cast.vic, cast.priya, cast.marta, cast.ada):
        client.force_login(person)
        page = client.get(f"/releases/{release.pk}/").text
        offered[str(person).split()[0]] = (
            f"/releases/{release.pk}/fill/" in page,
            f"/releases/{release.pk}/checklist/" in page,
        )
    assert list(offered.values()) == [(False, False), (True, False), (True, True), (False, True)]


@pytest.mark.parametrize("name", WRITTEN)
def test_what_goes_out_fills_the_same_answers_in_again(name, release, cast, client):
    priya, marta = Actor.of_person(cast.priya), Actor.of_person(cast.marta)
    dns = item_of(release, "configure-dns")
    own = add_item(dns.checklist, actor=marta, group=dns.group, title="Ask *Ada* first")
    for item in (dns, own):
        tick_item(item, actor=priya, reason="dig says so")
    mark_not_applicable(item_of(release, "configure-cdn"), actor=priya, reason=WHY)
    client.force_login(cast.ada)
    file = client.get(f"/releases/{release.pk}/checklist/?format={name}")
    assert file["Content-Disposition"].startswith("attachment; filename=")
    result = format_named(name).read(file.content)
    told = {found.key: (found.answer, found.words) for found in result.answers}
    assert told == {
        dns.key: (DONE, "dig says so"),
        own.key: (DONE, "dig says so"),
        item_of(release, "configure-cdn").key: (NOT_APPLICABLE, WHY),
    }
    template = release.checklists.get().template_version.template
    again = open_small_release(cast, "9.9", template)
    client.force_login(cast.priya)
    upload = SimpleUploadedFile(f"form.{name}", file.content)
    fill(client, again, step="fill", format=name, file=upload)
    answered = again.items.exclude(answer=Answer.OPEN)
    assert {(item.key, item.answer) for item in answered} == {
        (dns.key, DONE),
        (item_of(release, "configure-cdn").key, NOT_APPLICABLE),
    }


def test_each_checklist_of_a_release_is_a_file_of_its_own(cast, client):
    publish(tiny_tree(), "tiny")
    release = open_small_release(cast)
    client.force_login(cast.ada)
    slug = release.checklists.get().key
    assert (
        client.get(f"/releases/{release.pk}/checklist/?checklist={quote(slug)}").status_code == 200
    )
    assert client.get(f"/releases/{release.pk}/checklist/?checklist=nope").status_code == 404
    assert client.get(f"/releases/{release.pk}/checklist/?format=word").status_code == 422
