"""What a draft extends, and where it applies."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checklists.actors import Actor
from checklists.errors import Conflict, Invalid
from checklists.models import AuditEvent
from checklists.operations.template_overlays import set_overlay
from checklists.operations.templates import import_tree, publish_version, start_draft
from tests.audit.full_release import log_rows_of_factories
from tests.checklist_data import publish, small_tree, tiny_tree
from tests.operations.nothing import changes_nothing
from tests.overlay_data import eu_tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def marta(cast):
    return Actor.of_person(cast.marta)


@pytest.fixture
def draft(cast, marta):
    publish(small_tree(), published_by=cast.marta)
    return import_tree(tiny_tree(), actor=marta, slug="eu")


def test_a_draft_is_made_an_overlay(marta, draft):
    draft = set_overlay(
        draft, actor=marta, extends="small", projects=["payments"], environments=["production"]
    )
    tree = draft.tree
    assert (tree.extends, tree.projects, tree.environments) == (
        "small",
        ("payments",),
        ("production",),
    )
    assert publish_version(draft, actor=marta).is_published


def test_the_same_again_records_nothing(marta, draft):
    draft = set_overlay(draft, actor=marta, extends="small", projects=["payments", "payments"])
    before = AuditEvent.objects.count()
    set_overlay(draft, actor=marta, extends="small", projects=["payments"])
    assert AuditEvent.objects.count() == before


def test_it_becomes_a_checklist_of_its_own_again(marta, draft):
    draft = set_overlay(draft, actor=marta, extends="small", environments=["production"])
    draft = set_overlay(draft, actor=marta, extends="", environments=["production"])
    assert draft.tree == tiny_tree()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"extends": "nowhere"}, "bad_extends"),
        ({"extends": "eu"}, "bad_extends"),
        ({"extends": "overlay"}, "bad_extends"),
        ({"extends": "small", "projects": ["nowhere"]}, "no_such_project"),
        ({"extends": "small", "projects": ["ledger"]}, "no_such_project"),
        ({"extends": "small", "environments": [""]}, "invalid_checklist"),
        ({"extends": "small", "projects": ["a\0"]}, "invalid_checklist"),
        ({"extends": "a\0"}, "invalid_checklist"),
        ({"extends": "small", "environments": ["x" * 65]}, "invalid_checklist"),
    ],
)
def test_what_is_not_there_is_not_extended(marta, draft, fields, code):
    publish(eu_tree(), slug="overlay")
    with changes_nothing(Invalid) as refused:
        set_overlay(draft, actor=marta, **fields)
    assert refused.value.code == code


def test_a_published_version_stays(cast, marta):
    template = publish(small_tree())
    with changes_nothing(Conflict):
        set_overlay(template.newest_published(), actor=marta, extends="small")


def test_what_has_overlays_becomes_none(marta, draft):
    publish(eu_tree(extends="eu"), slug="over-eu")
    with changes_nothing(Conflict) as refused:
        set_overlay(draft, actor=marta, extends="small")
    assert refused.value.code == "has_overlays"


def test_a_published_checklist_does_not_become_an_overlay(marta, draft):
    publish_version(draft, actor=marta)
    draft = start_draft(draft.template, actor=marta)
    with changes_nothing(Conflict) as refused:
        set_overlay(draft, actor=marta, extends="small")
    assert refused.value.code == "overlay_fixed"


def test_nor_an_overlay_a_checklist(marta, draft):
    draft = publish_version(set_overlay(draft, actor=marta, extends="small"), actor=marta)
    draft = start_draft(draft.template, actor=marta)
    with changes_nothing(Conflict) as refused:
        set_overlay(draft, actor=marta, extends="")
    assert refused.value.code == "overlay_fixed"


def test_an_import_is_held_to_the_same_when_it_is_published(marta, draft):
    tree = replace(tiny_tree(), extends="nowhere")
    import_tree(tree, actor=marta, slug="other")
    with changes_nothing(Invalid):
        import_tree(tree, actor=marta, slug="other", publish=True)


def test_a_file_that_extends_nothing_keeps_what_the_overlay_extends(marta, draft):
    set_overlay(draft, actor=marta, extends="small", environments=["production"])
    again = import_tree(replace(tiny_tree(), title="Renamed"), actor=marta, slug="eu")
    assert (again.tree.extends, again.tree.environments) == ("small", ("production",))


def test_the_log_holds_it(marta, draft, logged_images):
    log_rows_of_factories()
    draft = set_overlay(draft, actor=marta, extends="small")
    assert logged_images()["templateversion", draft.pk]["digest"] == draft.digest
