"""Opening a release with overlays: which apply, and what they make of the items and owners."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from checklists.actors import Actor
from checklists.audit.current import current_state, tree_of
from checklists.audit.verify import verify_release
from checklists.errors import Conflict, Invalid
from checklists.formats.tree import SignoffRule
from checklists.models import ApiToken, ChecklistOverlay, Probe
from checklists.operations.overlays import overlays_for
from checklists.operations.quorums import shortages
from checklists.operations.releases import open_release
from tests.checklist_data import TARGET, item_of, open_small_release, publish, small_tree
from tests.operations.nothing import changes_nothing
from tests.overlay_data import add_version, eu_tree, small_with

pytestmark = pytest.mark.django_db

PROBE = json.dumps(
    {
        "kind": "http",
        "params": {"url": "https://www.example.com/"},
        "conditions": [],
        "interval_s": 60,
    }
)


@pytest.fixture
def small(cast):
    return publish(small_tree(), published_by=cast.marta)


def test_an_overlay_is_merged_in_by_itself(cast, small):
    overlay = publish(eu_tree(), slug="eu").newest_published()
    release = open_small_release(cast, template=small)
    (checklist,) = current_state(release).checklists
    assert checklist.overlays == (overlay.digest,)
    assert ChecklistOverlay.objects.get().template_version == overlay
    assert item_of(release, "audit-access").requirement == "must"
    assert item_of(release, "ask-the-officer").number == "2.1.3"
    assert {i.key for i in tree_of(checklist).items()} == {i.key for i in release.items.all()}
    assert verify_release(release).is_clean


def test_an_overlay_of_another_template_place_or_project_is_not(cast, small):
    publish(eu_tree(extends="other"), slug="a")
    publish(eu_tree(projects=("ledger",)), slug="b")
    publish(eu_tree(environments=("staging",)), slug="c")
    publish(eu_tree(projects=("payments",), environments=("production",)), slug="d")
    assert [
        v.template.slug for v in overlays_for([small], cast.project, "production")["small"]
    ] == ["d"]


def test_only_the_newest_published_version_counts(cast, small):
    overlay = publish(eu_tree(), slug="eu")
    add_version(overlay, eu_tree(projects=("ledger",)))
    assert overlays_for([small], cast.project, "production") == {"small": []}


def test_overlays_of_products_come_before_those_of_environments(cast, small):
    publish(eu_tree(environments=("production",)), slug="a")
    publish(eu_tree(projects=("payments",)), slug="c")
    publish(eu_tree(), slug="b")
    found = overlays_for([small], cast.project, "production")["small"]
    assert [version.template.slug for version in found] == ["b", "c", "a"]


def test_an_overlay_alone_is_no_checklist(cast, small):
    overlay = publish(eu_tree(), slug="eu")
    with changes_nothing(Invalid) as refused:
        open_small_release(cast, template=overlay)
    assert refused.value.code == "overlay_alone"


def test_the_rules_of_overlays_need_their_holders_too(cast, small):
    publish(eu_tree(rules=(SignoffRule("security", 2),)), slug="eu")
    with changes_nothing(Conflict) as refused:
        open_small_release(cast, template=small)
    assert refused.value.code == "impossible_quorum"


def test_a_shortage_in_an_overlay_is_raised(cast, small):
    publish(eu_tree(rules=(SignoffRule("security", 1),)), slug="eu")
    open_small_release(cast, template=publish(replace(small_tree(), rules=()), slug="plain"))
    open_small_release(cast, "2.5.0", small)
    cast.security.holders.all().delete()
    assert {(s.role, s.required, s.holders) for s in shortages(cast.project)} == {
        ("security", 1, 0)
    }


def test_publishing_an_overlay_changes_nothing_of_a_release(cast, small):
    overlay = publish(eu_tree(), slug="eu")
    release = open_small_release(cast, template=small)
    before = current_state(release)
    add_version(overlay, eu_tree(rules=(SignoffRule("sre", 3),)))
    assert current_state(release) == before
    assert verify_release(release).is_clean


def test_items_start_with_the_role_that_owns_them(cast):
    release = open_small_release(
        cast, template=publish(small_with("configure-dns", owner_role="security"), slug="small")
    )
    item = item_of(release, "configure-dns")
    assert item.assignee_role == cast.security
    state = current_state(release)
    assert next(i for i in state.items if i.id == item.pk).assignee_role == "security"
    assert verify_release(release).is_clean


@pytest.mark.parametrize("role", ["sre", "retired"])
def test_a_role_that_the_project_does_not_have_gets_nothing(cast, role):
    if role == "retired":
        cast.project.signoff_roles.create(slug="retired", name="R", retired_at=TARGET)
    tree = small_with("configure-dns", owner_role=role)
    release = open_small_release(cast, template=publish(tree))
    assert item_of(release, "configure-dns").assignee_role is None


def test_a_suggested_probe_is_attached(cast):
    release = open_small_release(cast, template=publish(small_with("configure-dns", probe=PROBE)))
    probe = Probe.objects.get()
    assert (probe.item, probe.kind) == (item_of(release, "configure-dns"), "http")
    assert probe.next_run_at is not None
    assert verify_release(release).is_clean


@pytest.mark.parametrize(
    "change",
    [
        {"params": {}},
        {"params": {"url": "http://127.0.0.1/"}},
        {"params": {"url": "http://169.254.169.254/latest"}},
        {"kind": "dns"},
        {"interval_s": 1},
        {"conditions": ["nonsense"]},
    ],
)
def test_a_suggestion_that_cannot_run_stops_no_release(cast, change):
    probe = json.dumps(json.loads(PROBE) | change)
    release = open_small_release(cast, template=publish(small_with("configure-dns", probe=probe)))
    assert not Probe.objects.exists()
    assert verify_release(release).is_clean


def test_a_token_that_may_not_save_probes_attaches_none(cast):
    token = ApiToken(public_id="x", person=cast.marta, project=cast.project, scopes="releases")
    open_release(
        cast.project,
        actor=Actor.of_token(token),
        version="1.0.0",
        environment="production",
        target_at=TARGET,
        templates=[publish(small_with("configure-dns", probe=PROBE))],
    )
    assert not Probe.objects.exists()
