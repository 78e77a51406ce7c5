"""Filters of a release: each condition, how they combine, the same for pages and scripts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from checklists.actors import Actor
from checklists.errors import Conflict, Invalid, NotAllowed, NotVisible
from checklists.models import SavedFilter
from checklists.operations.items import start_item, tick_item
from checklists.operations.planning import assign_item, comment_item, set_item_due
from checklists.operations.saved_filters import MOST, forget_filter, save_filter
from checklists.pages.filters import Filter
from tests.checklist_data import item_of
from tests.operations.nothing import changes_nothing, everything
from tests.probe_data import attach

pytestmark = pytest.mark.django_db


@pytest.fixture
def worked_on(cast, release):
    """DNS done by sam's role, CDN begun and overdue, secrets commented and watched by a probe."""
    priya = Actor.of_person(cast.priya)
    dns, cdn = item_of(release, "configure-dns"), item_of(release, "configure-cdn")
    assign_item(dns, actor=priya, to=cast.security)
    tick_item(dns, actor=priya)
    start_item(cdn, actor=priya)
    set_item_due(cdn, actor=priya, due=timezone.now() - timedelta(days=1))
    assign_item(cdn, actor=priya, to=cast.priya)
    comment_item(item_of(release, "rotate-secrets"), actor=priya, text="The zebra is fine.")
    attach(item_of(release, "audit-access"), cast.marta)
    return release


def shown(client, release, query: str) -> list[str]:
    answer = client.get(f"/releases/{release.pk}/filter/?{query}").json()["items"]
    keys = dict(release.items.values_list("pk", "key"))
    wanted = keys if answer is None else answer
    by_script = [keys[pk].rpartition("/")[2] for pk in wanted]
    page = client.get(f"/releases/{release.pk}/?{query}").text
    left = [key for pk, key in keys.items() if f'id="item-{pk}" data-ui-off' not in page]
    by_page = [key.rpartition("/")[2] for key in left]
    assert sorted(by_script) == sorted(by_page)
    return sorted(by_page)


ALL = ["audit-access", "configure-cdn", "configure-dns", "review-logs", "rotate-secrets"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ALL),
        ("show=mine", ["configure-cdn"]),
        ("state=done", ["configure-dns"]),
        ("state=done&state=progress", ["configure-cdn", "configure-dns"]),
        ("section=small/security", ["audit-access", "rotate-secrets"]),
        ("role=security", ["configure-dns"]),
        ("requirement=should", ["audit-access"]),
        ("stage=close", ["review-logs"]),
        ("probe=never", ["audit-access"]),
        ("only=late", ["configure-cdn"]),
        ("only=blocker", ["configure-cdn"]),
        ("only=carried", []),
        ("only=missing", []),
        ("q=zebra", ["rotate-secrets"]),
        ("q=2.1.", ["audit-access", "rotate-secrets"]),
        ("q=zebra&state=done", []),
        ("section=small/security&requirement=must&q=rotate", ["rotate-secrets"]),
        # What is not known asks for nothing.
        ("state=lost&show=%3Cx%3E&probe=1&only=x&requirement=x", ALL),
        ("q=%00", ALL),
    ],
)
def test_each_condition_shows_its_rows(client, cast, worked_on, query, expected):
    client.force_login(cast.priya)
    assert shown(client, worked_on, query) == expected


def test_an_address_says_the_same_again():
    query = "show=open&state=open&state=done&section=a%2Fb&only=late&q=two+words"
    assert Filter.of_text(query).as_query() == query
    assert Filter.of_text("show=all&state=x").as_query() == ""


def test_chips_keep_the_other_conditions(client, cast, worked_on):
    client.force_login(cast.priya)
    text = client.get(f"/releases/{worked_on.pk}/?requirement=must&show=open").text
    assert 'href="?show=mine&amp;requirement=must"' in text
    assert '<option value="must" selected>' in text


def test_a_saved_filter_is_a_chip_of_ones_own(client, cast, release):
    client.force_login(cast.priya)
    page = f"/releases/{release.pk}/"
    assert "Mine, late" not in client.get(page).text
    data = {"name": "Mine, late", "query": "only=late&show=mine&evil=1"}
    answer = client.post(f"{page}filters/", data)
    assert answer["Location"] == f"{page}?show=mine&only=late"
    assert "Mine, late" in client.get(page).text
    saved = SavedFilter.objects.get()
    client.force_login(cast.vic)
    assert "Mine, late" not in client.get(page).text
    forget = f"{page}filters/forget/"
    assert client.post(forget, {"saved": saved.pk}).status_code == 404
    client.force_login(cast.priya)
    assert client.post(forget, {"saved": saved.pk}).status_code == 302
    assert "Mine, late" not in client.get(page).text


def test_saving_is_the_same_twice_and_replaces_what_has_the_name(cast):
    priya = Actor.of_person(cast.priya)
    save_filter(actor=priya, name="Late", query="only=late")
    before = everything()
    save_filter(actor=priya, name=" Late ", query="only=late")
    assert everything() == before
    save_filter(actor=priya, name="Late", query="only=blocker")
    assert [saved.query for saved in SavedFilter.objects.all()] == ["only=blocker"]


def test_what_is_no_filter_is_not_saved(cast):
    priya = Actor.of_person(cast.priya)
    wrong = [("", "q=a"), ("x" * 61, "q=a"), ("a\nb", "q=a"), ("A", ""), ("A", "q" * 501)]
    for name, query in wrong:
        with changes_nothing(Invalid):
            save_filter(actor=priya, name=name, query=query)
    saved = save_filter(actor=Actor.of_person(cast.sam), name="A", query="q=a")
    with changes_nothing(NotVisible):
        forget_filter(saved.pk, actor=priya)
    with changes_nothing(NotAllowed):
        save_filter(actor=Actor.of_system(), name="A", query="q=a")
    for number in range(MOST):
        save_filter(actor=priya, name=f"Filter {number}", query="q=a")
    with changes_nothing(Conflict):
        save_filter(actor=priya, name="One more", query="q=a")
