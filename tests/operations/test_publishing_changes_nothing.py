"""Publishing changes no byte of an open release: not its state, its decision, its page, its log."""

from __future__ import annotations

import json
import re

import pytest

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.audit.verify import verify_release
from checklists.decision_json import decision_as_json
from checklists.digests import rules_digest, section_digests
from checklists.gate import decide
from checklists.models import AuditEvent, Item, Release
from checklists.operations.items import tick_item
from checklists.operations.templates import import_tree, publish_version, start_draft
from checklists.state import Stage
from tests.checklist_data import item_of, open_small_release, publish, small_tree
from tests.overlay_data import eu_tree, small_with

pytestmark = pytest.mark.django_db


def all_of(release: Release) -> dict[str, object]:
    """Everything that a release is, byte by byte."""
    release = Release.objects.select_related("project", "chain", "opened_by").get(pk=release.pk)
    state = current_state(release)
    decisions = [decide(state, stage=stage, at=state.opened_at, observed={}) for stage in Stage]
    events = AuditEvent.objects.filter(chain=release.chain)
    return {
        "state": state,
        "decisions": [json.dumps(decision_as_json(d), sort_keys=True) for d in decisions],
        "sections": section_digests(state),
        "rules": rules_digest(state.rules),
        "items": list(Item.objects.filter(release=release).order_by("pk").values()),
        "log": list(events.order_by("seq").values_list("body", "hash")),
    }


def publish_all(cast) -> None:
    """A second version of the checklist and of its overlay, and an overlay that is new."""
    marta = Actor.of_person(cast.marta)
    import_tree(small_with("dns", title="Another"), actor=marta, slug="small", publish=True)
    import_tree(eu_tree(intro="Another."), actor=marta, slug="eu", publish=True)
    import_tree(eu_tree(title="Newer"), actor=marta, slug="newer", publish=True)


@pytest.fixture
def release(cast) -> Release:
    small = publish(small_tree(), published_by=cast.marta)
    publish(eu_tree(), slug="eu", published_by=cast.marta)
    release = open_small_release(cast, template=small)
    tick_item(item_of(release, "configure-dns"), actor=Actor.of_person(cast.priya))
    return release


def test_no_byte_of_the_release_changes(cast, release):
    before = all_of(release)
    publish_all(cast)
    assert all_of(release) == before
    assert verify_release(release).is_clean


def test_a_draft_changes_nothing_either(cast, release):
    before = all_of(release)
    draft = start_draft(release.checklists.get().template_version.template, actor=Actor.of_system())
    assert all_of(release) == before
    publish_version(draft, actor=Actor.of_person(cast.marta))
    assert all_of(release) == before


def test_no_byte_of_its_pages_changes(cast, client, release):
    client.force_login(cast.vic)
    addresses = (f"/releases/{release.pk}/", f"/releases/{release.pk}/history/")
    before = [seen(client.get(address).content) for address in addresses]
    publish_all(cast)
    assert [seen(client.get(address).content) for address in addresses] == before


def seen(page: bytes) -> bytes:
    """The page without its token and the moment it was made at, which are others each time."""
    page = re.sub(rb'csrf[^>]*?"[A-Za-z0-9]{64}"', b"", page)
    return re.sub(
        rb'data-seen="\d+"|[0-9a-zA-Z]{64}(?="})|<time.*?</time>|title="Seen.*?"', b"", page
    )
