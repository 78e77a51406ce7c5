"""Files that nothing names are taken away after a day; files that something names never are."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from checklists.actors import Actor
from checklists.errors import NotAllowed
from checklists.files.store import digests_kept, name_of, the_store
from checklists.operations.evidence import attach_file
from checklists.operations.stored_files import sweep_files
from readiness.stores import evidence as store_for
from tests.checklist_data import item_of
from tests.evidence_data import stored

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_store(tmp_path, settings):
    settings.STORAGES = settings.STORAGES | {"evidence": store_for(f"files://{tmp_path}/evidence")}
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path


def later(days: float):
    return time_machine.travel(timezone.now() + timedelta(days=days), tick=True)


def test_a_file_whose_row_was_refused_goes_after_a_day(release, vic):
    facts = stored("a.txt", b"refused")
    with pytest.raises(NotAllowed):
        attach_file(item_of(release, "dns"), actor=Actor.of_person(vic), file=facts)
    assert sweep_files() == 0
    with later(2):
        assert sweep_files() == 1
    assert list(digests_kept()) == []


def test_a_file_that_is_named_stays(release, priya):
    facts = stored("a.txt", b"named")
    attach_file(item_of(release, "dns"), actor=Actor.of_person(priya), file=facts)
    with later(400):
        assert sweep_files() == 0
    assert list(digests_kept()) == [facts.sha256]


def test_a_file_given_again_is_young_again():
    facts = stored("a.txt", b"again")
    path = Path(the_store().path(name_of(facts.sha256)))
    old = timezone.now().timestamp() - 3 * 86_400
    os.utime(path, (old, old))
    stored("b.txt", b"again")
    assert sweep_files() == 0
    assert list(digests_kept()) == [facts.sha256]


def test_what_a_crash_left_half_written_goes_too(tmp_path):
    stored("a.txt", b"whole")
    half = [tmp_path / "evidence" / ".arriving" / "tmpx", tmp_path / "tmpy.upload.png"]
    for draft in half:
        draft.write_bytes(b"ha")
    sweep_files()
    assert all(draft.exists() for draft in half)
    with later(2):
        sweep_files()
    assert not any(draft.exists() for draft in half)
