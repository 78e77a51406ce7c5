"""What every test may use: databases, an empty cache, and the cast."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import setup_databases, teardown_databases

from tests.databases import COMMITTED, CommittedDatabase

pytest_plugins = ["tests.cast", "tests.checklist_data"]

NEEDS = {"postgres": "TEST_DATABASE_URL", "redis": "TEST_REDIS_URL", "s3": "TEST_S3_URL"}
_cache_numbers = count()


def pytest_report_header() -> list[str]:
    return [
        f"{marker} tests: {'run' if os.environ.get(variable) else f'skipped, no {variable}'}"
        for marker, variable in NEEDS.items()
    ]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for marker, variable in NEEDS.items():
            if item.get_closest_marker(marker) and not os.environ.get(variable):
                item.add_marker(pytest.mark.skip(reason=f"needs {variable}"))


@pytest.fixture(autouse=True)
def _empty_cache(settings) -> None:
    """Each test sees a cache of its own, so that rate limits do not add up."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    prefix = f"tests-{os.getpid()}-{worker}-{next(_cache_numbers)}"
    settings.CACHES["default"]["KEY_PREFIX"] = prefix
    caches["default"].key_prefix = prefix


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment, django_db_modify_db_settings, django_db_blocker
) -> Iterator[None]:
    """The run's database, also when only tests with a committed copy of it are run."""
    with django_db_blocker.unblock():
        made = setup_databases(
            verbosity=0, interactive=False, aliases={"default"}, serialized_aliases=set()
        )
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture
def committed_db(django_db_setup, django_db_blocker, tmp_path: Path) -> Iterator[CommittedDatabase]:
    """A migrated database of its own whose data are committed; do not use it together with db."""
    with django_db_blocker.unblock(), COMMITTED[connection.vendor](tmp_path) as database:
        yield database
