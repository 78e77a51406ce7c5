"""No event holds what somebody typed or is called: every action is carried out, every body read."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from checklists.actors import Actor
from checklists.models import (
    ApiToken,
    AuditEvent,
    Disclosable,
    Invitation,
    Item,
    Person,
    Probe,
    Project,
    SignoffRole,
    Template,
)
from tests.operations import test_access_twice as access
from tests.operations import test_templates_twice as templates
from tests.views.test_history_page import (
    everything_after_the_deployment,
    everything_before_the_deployment,
)

pytestmark = pytest.mark.django_db

WORDS = (
    (Disclosable, "value"),
    (Person, "name"),
    (Person, "email"),
    (Project, "name"),
    (SignoffRole, "name"),
    (ApiToken, "name"),
    (Invitation, "email"),
    (Template, "name"),
    (Item, "title"),
)


def words() -> Iterator[str]:
    """Everything in the database that a person typed."""
    for model, column in WORDS:
        yield from model._default_manager.values_list(column, flat=True)
    for params, conditions in Probe.objects.values_list("params", "conditions"):
        yield params.get("url", params.get("host"))
        yield from (condition["label"] for condition in conditions)


def assert_no_words() -> None:
    typed = {word for word in words() if word}
    for body in AuditEvent.objects.values_list("body", flat=True):
        said = json.dumps(json.loads(body), ensure_ascii=False)
        assert [word for word in typed if word in said] == [], body


def test_no_action_on_a_release_leaves_words_in_the_log(cast, release):
    everything_before_the_deployment(cast, release)
    everything_after_the_deployment(cast)
    assert_no_words()


@pytest.mark.parametrize("name", access.CASES)
def test_no_action_on_people_and_access_does(name, cast):
    case = access.CASES[name]
    actor = case.allowed(cast)
    case.call(cast, case.prepare(cast), Actor.of_person(actor) if actor else None)
    assert_no_words()


@pytest.mark.parametrize("name", templates.CASES)
def test_no_action_on_templates_does(name, cast):
    case = templates.CASES[name]
    case.call(templates.prepared(case), Actor.of_person(cast.marta))
    assert_no_words()
