"""The store of evidence: the same on a folder and, with TEST_S3_URL, on S3."""

from __future__ import annotations

import hashlib
import os
import uuid
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from checklists.errors import Invalid
from checklists.files import keep, kept, look_at
from checklists.files.store import Changed, digests_kept, name_of, the_store
from readiness.stores import evidence as store_for
from tests.evidence_data import PNG, arrived, stored


def folder(tmp_path: Path) -> str:
    return f"files://{tmp_path}/evidence"


def bucket(tmp_path: Path) -> str:
    """A place of its own in the bucket."""
    address, _, query = os.environ["TEST_S3_URL"].partition("?")
    return f"{address}/{uuid.uuid4().hex}?{query}"


@pytest.fixture(params=[folder, pytest.param(bucket, marks=pytest.mark.s3)])
def store(request, tmp_path, settings):
    settings.STORAGES = settings.STORAGES | {"evidence": store_for(request.param(tmp_path))}
    return the_store()


def test_a_file_lies_under_its_digest_and_comes_back(store):
    facts = stored("shot.png", PNG)
    assert facts.sha256 == hashlib.sha256(PNG).hexdigest()
    assert (facts.name, facts.size, facts.media_type) == ("shot.png", len(PNG), "image/png")
    assert store.exists(f"{facts.sha256[:2]}/{facts.sha256}")
    with kept(facts.sha256) as file:
        assert file.read() == PNG
    assert look_at(facts.sha256) == facts.sha256


def test_the_same_bytes_are_stored_once(store):
    first, second = stored("a.png", PNG), stored("b.png", PNG)
    assert first.sha256 == second.sha256
    assert list(digests_kept()) == [first.sha256]


def test_what_is_refused_leaves_nothing(store):
    with arrived("a.png", b"<html>") as file, pytest.raises(Invalid):
        keep(file)
    assert list(digests_kept()) == []


def test_a_missing_file_and_a_changed_one_are_told_apart(store):
    facts = stored("a.txt", b"one")
    store.delete(name_of(facts.sha256))
    with pytest.raises(FileNotFoundError):
        kept(facts.sha256)
    assert look_at(facts.sha256) == ""
    store.save(name_of(facts.sha256), ContentFile(b"two"))
    with pytest.raises(Changed):
        kept(facts.sha256)
    assert look_at(facts.sha256) == hashlib.sha256(b"two").hexdigest()


def test_bytes_that_were_cut_short_are_put_right_by_the_same_file(store):
    facts = stored("a.txt", b"whole")
    store.save(name_of(facts.sha256), ContentFile(b"who"))
    stored("a.txt", b"whole")
    assert look_at(facts.sha256) == facts.sha256


def test_a_folder_is_its_owners_alone(tmp_path, settings):
    settings.STORAGES = settings.STORAGES | {"evidence": store_for(folder(tmp_path))}
    facts = stored("a.txt", b"one")
    path = Path(the_store().path(name_of(facts.sha256)))
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.parent.parent.stat().st_mode & 0o777 == 0o700


def test_a_crash_while_writing_leaves_no_half_file_under_its_name(tmp_path, settings, monkeypatch):
    settings.STORAGES = settings.STORAGES | {"evidence": store_for(folder(tmp_path))}

    def dies(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", dies)
    with arrived("a.txt", b"one") as file, pytest.raises(KeyboardInterrupt):
        keep(file)
    assert list(digests_kept()) == []
    assert list(the_store().drafts()) == []


def test_s3_is_configured_by_its_url():
    options = store_for("s3://KEY:S%2FT@s3.example.com:9000/releases/eu?region=eu-west-1")[
        "OPTIONS"
    ]
    assert options["endpoint_url"] == "https://s3.example.com:9000"
    assert (options["bucket_name"], options["location"]) == ("releases", "eu")
    assert (options["access_key"], options["secret_key"]) == ("KEY", "S/T")
    assert options["region_name"] == "eu-west-1"
