"""The go/no-go room, and items of one release alone, as pages."""

from __future__ import annotations

import pytest

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.models import Item
from checklists.operations.deployments import abort_release
from checklists.operations.items import tick_item
from checklists.operations.one_off import add_item, remove_item
from checklists.state import Call
from tests.checklist_data import item_of

pytestmark = pytest.mark.django_db


def room(release):
    return f"/releases/{release.pk}/room/"


def call(client, release, **said):
    form = {"role": "security", "says": "go", "place": "small:security/secrets"}
    return client.post(f"{room(release)}call/", form | said)


def test_everybody_of_the_project_sees_who_has_spoken(client, release, cast):
    client.force_login(cast.sam)
    call(client, release, says="no_go", words="The <b>vault</b> is red.")
    client.force_login(cast.vic)
    page = client.get(room(release)).content.decode()
    assert "No-go" in page
    assert "The &lt;b&gt;vault&lt;/b&gt; is red." in page
    assert "Has not spoken" in page
    assert "You say" not in page


def test_conditions_show_as_items_in_the_room_and_on_the_release(client, release, cast):
    client.force_login(cast.sam)
    answer = call(client, release, says="conditions", conditions="Rotate first\r\n\r\nTell Legal")
    assert answer.status_code == 302
    for address in (room(release), f"/releases/{release.pk}/"):
        page = client.get(address).content.decode()
        assert "Rotate first" in page
        assert "Tell Legal" in page


@pytest.mark.parametrize(
    "said",
    [
        {"says": "maybe"},
        {"says": "no_go"},
        {"says": "conditions", "conditions": "x", "place": "nowhere"},
        {"says": "conditions", "conditions": "x", "place": "small:no/group"},
        {"role": "\0"},
    ],
)
def test_what_cannot_be_said_is_refused_and_leaves_nothing(client, release, cast, said):
    client.force_login(cast.sam)
    seq = current_state(release).seq
    assert call(client, release, **said).status_code in (403, 422)
    assert current_state(release).seq == seq


def test_in_a_release_that_is_over_nobody_speaks(client, release, cast):
    abort_release(release, actor=Actor.of_person(cast.marta), reason="Not this quarter.")
    client.force_login(cast.sam)
    assert "You say" not in client.get(room(release)).content.decode()
    assert call(client, release).status_code == 409


def test_the_room_needs_no_more_queries_for_more_items_and_calls(
    client, release, cast, django_assert_max_num_queries
):
    client.force_login(cast.sam)
    call(client, release, says="conditions", conditions="A\nB\nC")
    call(client, release, says="no_go", words="Not yet.")
    client.get(room(release))
    with django_assert_max_num_queries(16):
        assert client.get(room(release)).status_code == 200


def test_what_was_said_is_marked_when_items_change_afterwards(client, release, cast):
    client.force_login(cast.sam)
    call(client, release, says="conditions", conditions="Rotate first")
    assert "changed since" not in client.get(room(release)).content.decode()
    tick_item(item_of(release, "configure-dns"), actor=Actor.of_person(cast.priya))
    assert "1 item changed since" in client.get(room(release)).content.decode()


def test_an_item_is_added_where_the_link_said(client, release, cast):
    client.force_login(cast.marta)
    form = client.get(f"/releases/{release.pk}/items/new/?place=small:security/secrets")
    assert 'value="small:security/secrets" selected' in form.content.decode()
    answer = client.post(
        f"/releases/{release.pk}/items/new/",
        {"title": "Tell Legal", "place": "small:security/secrets", "requirement": "should"},
    )
    item = Item.objects.get(key="security/secrets/one-off-1")
    assert answer.url == f"/releases/{release.pk}/#item-{item.pk}"
    assert (item.called, item.requirement) == ("Tell Legal", "should")


def test_another_can_follow_at_the_same_place(client, release, cast):
    client.force_login(cast.marta)
    form = {"title": "One", "place": "small:security/secrets", "another": "1"}
    answer = client.post(f"/releases/{release.pk}/items/new/", form)
    assert answer.url.endswith("/items/new/?place=small%3Asecurity%2Fsecrets")


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"place": "x"}, {"place": ""}, {"requirement": "perhaps"}]
)
def test_a_wrong_form_comes_back_with_what_was_typed(client, release, cast, wrong):
    client.force_login(cast.marta)
    form = {"title": "Tell Legal", "place": "small:security/secrets"} | wrong
    answer = client.post(f"/releases/{release.pk}/items/new/", form)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert form["title"] in answer.content.decode()
    assert not Item.objects.exclude(added_by=None).exists()


def test_an_item_taken_out_is_gone_from_page_and_api(client, release, cast):
    client.force_login(cast.marta)
    client.post(
        f"/releases/{release.pk}/items/new/",
        {"title": "Tell Legal", "place": "small:security/secrets"},
    )
    item = Item.objects.get(key="security/secrets/one-off-1")
    client.post(f"/items/{item.pk}/remove/", {"reason": "Legal knows."})
    client.get(f"/releases/{release.pk}/")  # with the words of confirmation
    page = client.get(f"/releases/{release.pk}/").content.decode()
    assert f"item-{item.pk}" not in page
    assert "Tell Legal" not in page
    assert client.get(f"/items/{item.pk}/").status_code == 404


@pytest.mark.parametrize("step", ["tick", "untick", "not-applicable", "comment"])
def test_whoever_is_too_late_for_an_item_is_told_that_it_is_gone(client, release, cast, step):
    marta = Actor.of_person(cast.marta)
    item = add_item(
        release.checklists.get(), actor=marta, group="security/secrets", title="Tell Legal"
    )
    client.force_login(cast.priya)
    stale = client.get(f"/items/{item.pk}/")
    assert stale.status_code == 200
    remove_item(item, actor=marta, reason="Legal knows.")
    said = {"reason": "Nothing of this kind is used here.", "text": "Seen."}
    late = client.post(f"/items/{item.pk}/{step}/", said, headers={"HX-Request": "true"})
    assert late.status_code in (404, 409)
    assert f"item-{item.pk}" not in late.content.decode()


def test_the_detail_of_a_one_off_item_says_who_added_it_and_offers_to_take_it_out(
    client, release, cast
):
    client.force_login(cast.marta)
    client.post(
        f"/releases/{release.pk}/items/new/",
        {"title": "Tell Legal", "place": "small:security/secrets"},
    )
    item = Item.objects.get(key="security/secrets/one-off-1")
    detail = client.get(f"/items/{item.pk}/").content.decode()
    assert "Marta Reis added this item to this release alone." in detail
    assert f'action="/items/{item.pk}/remove/"' in detail
    assert "remove/" not in client.get(f"/items/{item.pk - 1}/").content.decode()


def test_what_is_said_is_kept_for_verifying(client, release, cast):
    client.force_login(cast.sam)
    call(client, release)
    assert [c.says for c in current_state(release).calls] == [Call.GO]
