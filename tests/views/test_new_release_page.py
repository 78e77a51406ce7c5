"""Opening a release from the page: what is refused stands beside its field."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from checklists.models import Release, TemplateVersion
from tests.checklist_data import open_small_release, publish, small_tree, tiny_tree

pytestmark = pytest.mark.django_db
PATH = "/projects/payments/releases/new/"


@pytest.fixture
def small(cast):
    return publish(small_tree())


def form(**more):
    return {
        "version": "2.5.0",
        "environment": "production",
        "target_at": "2031-01-15T12:00",
        "templates": ["small"],
        **more,
    }


def test_a_release_manager_opens_a_release_and_is_led_to_it(cast, small, client):
    client.force_login(cast.marta)
    assert "Small checklist" in client.get(PATH).text
    answer = client.post(PATH, form(commit="41be07c2"))
    release = Release.objects.get(version="2.5.0")
    assert (answer.status_code, answer["Location"]) == (302, f"/releases/{release.pk}/")
    assert release.target_at == datetime(2031, 1, 15, 12, tzinfo=UTC)
    assert (release.commit, release.opened_by) == ("41be07c2", cast.marta)
    assert "Payments 2.5.0 is open." in client.get(answer["Location"]).text


def test_several_templates_are_pinned_in_the_order_of_the_list(cast, small, client):
    publish(tiny_tree(), slug="tiny")
    client.force_login(cast.olga)
    client.post(PATH, form(templates=["tiny", "small"]))
    release = Release.objects.get(version="2.5.0")
    assert [c.key for c in release.checklists.all()] == ["small", "tiny"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"version": "2.5 beta"}, "is no version"),
        ({"version": ""}, "This field is required."),
        ({"environment": "<b>"}, "is no environment"),
        ({"target_at": "soon"}, "Enter a valid date/time."),
        ({"templates": []}, "Choose at least one template."),
        ({"templates": ["nothing"]}, "Select a valid choice."),
        ({"commit": "not hex"}, "is no commit"),
        ({"artifact_digest": "9f2c"}, "is no artifact digest"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(wrong, sentence, cast, small, client):
    client.force_login(cast.marta)
    answer = client.post(PATH, form(commit="41be07c2") | wrong)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "41be07c2" in answer.text or "commit" in wrong
    assert not Release.objects.exists()


def test_a_version_that_exists_is_refused_at_the_version(cast, small, client):
    open_small_release(cast, "2.5.0", small)
    client.force_login(cast.marta)
    answer = client.post(PATH, form())
    assert answer.status_code == 422
    assert 'id="id_version_error"' in answer.text
    assert "exists already" in answer.text


def test_a_rule_nobody_can_fulfil_is_refused_at_the_templates(cast, small, client):
    cast.security.holders.all().delete()
    client.force_login(cast.marta)
    answer = client.post(PATH, form())
    assert answer.status_code == 422
    assert "0 people hold it" in answer.text
    assert not Release.objects.exists()


def test_templates_without_a_published_version_are_not_offered(cast, small, client):
    TemplateVersion.objects.update(published_at=None)
    client.force_login(cast.marta)
    assert "No template is published yet" in client.get(PATH).text


def test_an_archived_project_says_so(cast, small, client):
    cast.project.archived_at = cast.project.created_at
    cast.project.save()
    client.force_login(cast.olga)
    assert "This project is archived" in client.get(PATH).text
    assert client.post(PATH, form()).status_code == 422


@pytest.mark.parametrize(("who", "status"), [("vic", 403), ("priya", 403), ("mallory", 404)])
def test_others_may_not(who, status, cast, small, client):
    client.force_login(getattr(cast, who))
    assert client.get(PATH).status_code == status
    assert client.post(PATH, form()).status_code == status
    assert not Release.objects.exists()
