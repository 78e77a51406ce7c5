"""Who may open a release, beyond the policy table."""

from __future__ import annotations

import pytest

from checklists.actors import Actor
from checklists.errors import Conflict, Invalid, NotAllowed
from checklists.operations.releases import open_release
from checklists.operations.signoff_roles import retire_signoff_role
from tests.checklist_data import TARGET, open_small_release, publish, small_tree
from tests.operations.nothing import changes_nothing

pytestmark = pytest.mark.django_db


def open_with(cast, actor=None, **given):
    return open_release(
        cast.project,
        **{
            "actor": actor or Actor.of_person(cast.marta),
            "version": "3.0.0",
            "environment": "production",
            "target_at": TARGET,
            "templates": [],
            **given,
        },
    )


def test_the_system_opens_none(cast):
    template = publish(small_tree())
    with changes_nothing(NotAllowed) as refusal:
        open_with(cast, Actor.of_system(), templates=[template])
    assert refusal.value.code == "needs_person"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"version": ""}, "bad_version"),
        ({"version": "two words"}, "bad_version"),
        ({"version": "x" * 65}, "bad_version"),
        ({"environment": "<b>"}, "bad_environment"),
        ({"commit": "not hex"}, "bad_commit"),
        ({"artifact_digest": "sha256:12"}, "bad_artifact_digest"),
        ({}, "no_template"),
    ],
)
def test_what_a_release_must_say(cast, given, code):
    with changes_nothing(Invalid) as refusal:
        open_with(cast, **given)
    assert refusal.value.code == code


def test_a_version_exists_once(cast, release):
    with changes_nothing(Conflict) as refusal:
        open_small_release(
            cast, release.version, release.checklists.get().template_version.template
        )
    assert refusal.value.code == "release_exists"


def test_a_quorum_that_nobody_can_fill_is_refused_with_its_numbers(cast):
    template = publish(small_tree())
    retire_signoff_role(cast.security, actor=Actor.of_person(cast.olga))
    with changes_nothing(Conflict) as refusal:
        open_small_release(cast, template=template)
    assert refusal.value.details == {"role": "security", "required": 1, "holders": 0}


def test_templates_together_ask_for_the_most_of_each_and_not_the_sum(cast):
    first, second = publish(small_tree()), publish(small_tree(), slug="second")
    release = open_with(cast, templates=[first, second])
    assert release.items.count() == 10
    assert release.checklists.count() == 2
