"""A log made in bulk is like one that people made: what the bench and the long proofs rest on."""

from __future__ import annotations

import pytest

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.audit.verify import verify_all
from checklists.models import Release
from checklists.operations.items import tick_item, untick_item
from checklists.state import Answer
from tests.audit.full_release import log_rows_of_factories
from tests.bench.long_log import grow

pytestmark = pytest.mark.django_db


def test_a_log_made_in_bulk_verifies_and_can_be_gone_on_with(cast, release):
    log_rows_of_factories()
    grow(release, cast.priya, 1203)
    assert verify_all().findings == []
    fresh = Release.objects.select_related("chain").get(pk=release.pk)
    assert fresh.chain.head_seq == 1204
    for item in fresh.items.select_related("release", "checklist"):
        change = untick_item if item.answer == Answer.DONE else tick_item
        change(item, actor=Actor.of_person(cast.priya))
    assert verify_all().findings == []
    assert current_state(fresh).seq == 1209
