"""What a process keeps of a release: it goes with what is committed, and with nothing else."""

from __future__ import annotations

import json

import pytest
from django.db import transaction

from checklists import audit
from checklists.actors import Actor
from checklists.audit import current
from checklists.audit.current import current_state
from checklists.audit.replay import replay
from checklists.models import AuditChain, AuditEvent, Release
from checklists.operations.items import tick_item, untick_item
from checklists.state import Answer
from tests.cast import make_cast
from tests.checklist_data import item_of, open_small_release


@pytest.fixture
def world(committed_db):
    cast = make_cast()
    return cast, open_small_release(cast)


def from_the_log(release: Release):
    bodies = current.events_of(release).values_list("body", flat=True)
    return replay(map(json.loads, bodies), current.tree_by_digest)


def give_up(release, actor):
    with transaction.atomic():
        locked = audit.locked(release)
        audit.append(locked, "release.aborted", actor=actor, subject=locked)
        raise OSError("the disk is full")


def test_an_event_of_this_process_is_followed_without_reading_it(world, django_assert_num_queries):
    cast, release = world
    actor = Actor.of_person(cast.priya)
    current_state(release)
    tick_item(item_of(release, "rotate-secrets"), actor=actor)
    chain = AuditChain.objects.get(release=release)
    with django_assert_num_queries(0):
        state = current.state_at_head(chain)
    assert state == from_the_log(release)
    assert [item.answer for item in state.items].count(Answer.DONE) == 1


def test_an_event_that_was_rolled_back_is_not_followed(world):
    cast, release = world
    before = current_state(release)
    with pytest.raises(OSError, match="the disk is full"):
        give_up(release, Actor.of_person(cast.marta))
    assert current_state(release) == before == from_the_log(release)


def test_an_event_that_is_not_the_next_is_left_to_be_read(world):
    cast, release = world
    item, actor = item_of(release, "rotate-secrets"), Actor.of_person(cast.priya)
    current_state(release)
    key = release.chain.key
    kept = current._followed[key]
    tick_item(item, actor=actor)
    untick_item(item, actor=actor)
    first, second = AuditEvent.objects.filter(chain__key=key).order_by("-seq")[:2][::-1]
    current._forget(key)
    current_state(release)
    # As another thread would report it, late and twice.
    current.committed(second)
    current.committed(first)
    current.committed(second)
    assert current._followed[key] is not kept
    assert current_state(release) == from_the_log(release)
