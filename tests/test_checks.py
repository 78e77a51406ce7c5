"""Each system check: found where it harms, silent where it does not."""

import uuid

import pytest
from django.core.checks import run_checks
from django.db import connection

from checklists import checks
from checklists.audit import triggers

DROP_A_TRIGGER = {
    "sqlite": "DROP TRIGGER audit_event_no_delete",
    "postgresql": f"ALTER TABLE {checks.EVENTS} DISABLE TRIGGER USER",
}
POSTGRES = "postgres://readiness_app@db/readiness"


def ids(**options) -> set[str]:
    options = {"include_deployment_checks": True, **options}
    return {
        message.id
        for message in run_checks(**options)
        if message.id and message.id.startswith("readiness.")
    }


@pytest.fixture
def production(settings):
    """What a production installation sets; no service is reached."""
    settings.DATABASE_URL = POSTGRES
    settings.REDIS_URL = "redis://redis/0"
    settings.SITE_URL = "https://readiness.example.com"
    settings.PROXY_COUNT = 1
    settings.SECRET_KEY_GIVEN = settings.EMAIL_GIVEN = True
    settings.DEBUG = False
    settings.PROBE_ALLOWED = ()
    return settings


def test_a_good_production_has_nothing_to_say(production):
    assert not ids()


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        (
            "CACHES",
            {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}},
            "readiness.E001",
        ),
        (
            "CACHES",
            {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
            "readiness.E002",
        ),
        ("PROXY_COUNT", 0, "readiness.E003"),
        ("DEBUG", True, "readiness.E004"),
        ("SECRET_KEY_GIVEN", False, "readiness.E005"),
        ("REDIS_URL", "", "readiness.W006"),
        ("EMAIL_GIVEN", False, "readiness.W007"),
        ("PROBE_ALLOWED", ("10.0.0.0/8",), "readiness.E008"),
        ("PROBE_ALLOWED", ("nonsense:80",), "readiness.E008"),
        ("PROBE_ALLOWED", ("127.0.0.1/32:5432",), "readiness.E009"),
        ("PROBE_ALLOWED", ("127.0.0.1/32:6379",), "readiness.E009"),
        ("EVIDENCE_MAX_BYTES", 100 * 1024 * 1024, "readiness.W015"),
    ],
)
def test_one_bad_combination_is_named_with_its_way_out(production, name, value, found):
    setattr(production, name, value)
    assert ids() == {found}
    said = [each for each in run_checks(include_deployment_checks=True) if each.id == found]
    assert all(message.hint for message in said)


def test_the_embedded_default_says_nothing_about_services(settings):
    settings.DATABASE_URL, settings.REDIS_URL = "sqlite:///data/x.sqlite3", ""
    settings.SITE_URL, settings.PROBE_ALLOWED = "http://127.0.0.1:8000", ()
    settings.SECRET_KEY_GIVEN = settings.EMAIL_GIVEN = False
    assert not ids()


def test_a_store_that_nothing_here_can_speak_to_is_an_error(production, monkeypatch):
    production.EVIDENCE_URL = "s3://KEY:SECRET@s3.example.com/releases"
    monkeypatch.setattr(checks, "find_spec", lambda name: None)
    assert ids() == {"readiness.E014"}
    monkeypatch.setattr(checks, "find_spec", lambda name: object())
    assert not ids()


def test_missing_triggers_are_an_error(db):
    assert "readiness.E010" not in ids(databases=["default"])
    with connection.cursor() as cursor:
        cursor.execute(DROP_A_TRIGGER[connection.vendor])
    assert "readiness.E010" in ids(databases=["default"])
    triggers.install(connection)
    assert not triggers.missing(connection)


@pytest.mark.postgres
def test_the_role_that_owns_the_log_is_named(db):
    assert {"readiness.W011", "readiness.E011"} <= ids(databases=["default"])


@pytest.mark.postgres
def test_a_role_that_owns_nothing_is_fine(db):
    role = f"readiness_check_{uuid.uuid4().hex[:8]}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {role}")
        cursor.execute(f"GRANT SELECT ON {checks.EVENTS} TO {role}")
        cursor.execute(f"SET LOCAL ROLE {role}")
        assert not checks._is_mighty("default")
        cursor.execute("RESET ROLE")
        assert checks._is_mighty("default")
