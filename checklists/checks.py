"""System checks: combinations of settings that would do harm, each with an id and a way out.

Errors stop `check --deploy`; what is tolerable in development is a warning there. Checks of the
database run with `check --database default`, before a migration, and in /readyz.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.db import connections

from checklists.audit import triggers
from checklists.probes.policy import Allowed

EVENTS = "checklists_auditevent"
HERE = ip_address("127.0.0.1")
DEFAULT_PORTS = {"postgres": 5432, "postgresql": 5432, "redis": 6379, "rediss": 6379}


@register(deploy=True)
def cache_is_shared(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Rate limits and used one-time codes must be the same for every process."""
    backend = settings.CACHES["default"]["BACKEND"].rpartition(".")[2]
    found: list[CheckMessage] = []
    if backend == "DummyCache":
        found.append(
            Error(
                "The cache keeps nothing: one-time codes work twice and no rate limit holds.",
                hint="Set REDIS_URL, or leave it out for the shared file cache.",
                id="readiness.E001",
            )
        )
    if backend == "LocMemCache":
        found.append(
            Error(
                "Each process has a cache of its own: a used one-time code is good in the next.",
                hint="Set REDIS_URL, or leave it out for the shared file cache.",
                id="readiness.E002",
            )
        )
    return found


@register(deploy=True)
def proxies_are_counted(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not settings.SITE_URL.startswith("https:") or settings.PROXY_COUNT > 0:
        return []
    return [
        Error(
            "SITE_URL is https, so a proxy ends TLS, but PROXY_COUNT says that there is none: "
            "everybody would share the proxy's address and its rate limits.",
            hint="Set PROXY_COUNT to the number of your proxies in front of this process.",
            id="readiness.E003",
        )
    ]


@register()
def debug_is_for_development(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not settings.DEBUG or (_embedded() and settings.SITE_URL.startswith("http:")):
        return []
    return [
        Error(
            "DEBUG is on in an installation that looks like production; its error pages show "
            "settings and data to anybody.",
            hint="Remove DEBUG from the environment.",
            id="readiness.E004",
        )
    ]


@register(deploy=True)
def secret_key_is_given(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if _embedded() or settings.SECRET_KEY_GIVEN:
        return []
    return [
        Error(
            "SECRET_KEY was made up on this host, so sessions end on every other one.",
            hint="Set SECRET_KEY to the same long random text for all processes.",
            id="readiness.E005",
        )
    ]


@register(deploy=True)
def services_come_together(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A server database without Redis: broker and cache are files that one host sees."""
    if _embedded() or settings.REDIS_URL:
        return []
    return [
        Caution(
            "PostgreSQL without Redis: broker and cache are files, so all processes must run on "
            "this one host.",
            hint="Set REDIS_URL.",
            id="readiness.W006",
        )
    ]


@register(deploy=True)
def mail_is_sent(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if _embedded() or settings.EMAIL_GIVEN:
        return []
    return [
        Caution(
            "No mail is sent: password resets are printed, invitations shown to the inviter.",
            hint="Set EMAIL_URL, e.g. smtp+tls://user:password@mail.example.com.",
            id="readiness.W007",
        )
    ]


@register()
def probes_may_reach_what_is_written(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """PROBE_ALLOWED can be read, and does not open our own services to probes."""
    found: list[CheckMessage] = []
    for entry in settings.PROBE_ALLOWED:
        try:
            allowed = Allowed.parse(entry)
        except ValueError as error:
            found.append(
                Error(
                    f"PROBE_ALLOWED has an entry nobody can read: {entry!r} ({error}).",
                    hint="Write network and port, e.g. 10.20.0.0/16:8080.",
                    id="readiness.E008",
                )
            )
            continue
        if any(allowed.covers(HERE, port) for port in _own_ports()):
            found.append(
                Error(
                    f"PROBE_ALLOWED opens {entry}, a port of our own web, database or Redis.",
                    hint="Name only the ports that probes are meant to look at.",
                    id="readiness.E009",
                )
            )
    return found


@register()
def evidence_can_be_kept(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What speaks to the store is there, and a whole file fits into a request."""
    found: list[CheckMessage] = []
    if settings.EVIDENCE_URL.startswith("s3") and find_spec("storages") is None:
        found.append(
            Error(
                "EVIDENCE_URL names an S3 store, but the packages that speak to it are missing.",
                hint="Install requirements/s3.lock instead of base.lock.",
                id="readiness.E014",
            )
        )
    if settings.EVIDENCE_MAX_BYTES >= settings.MAX_BODY_BYTES:
        said = "A file of EVIDENCE_MAX_MB does not fit into a request of MAX_BODY_BYTES."
        hint = "Leave MAX_BODY_BYTES out: it follows EVIDENCE_MAX_MB."
        found.append(Caution(said, hint=hint, id="readiness.W015"))
    return found


@register(Tags.database)
def log_is_guarded(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The triggers are there. Not asked before a migration, which puts them there."""
    wrong = [name for alias in _served(databases) for name in triggers.missing(connections[alias])]
    if not wrong:
        return []
    return [
        Error(
            f"The log can be changed: triggers are missing or altered ({', '.join(wrong)}).",
            hint="Run `manage.py migrate`, which puts them back, then `manage.py verify_audit`.",
            id="readiness.E010",
        )
    ]


@register(Tags.database)
def role_cannot_remove_the_guard(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    return [
        Caution(_TOO_MIGHTY, hint=_TWO_ROLES, id="readiness.W011")
        for alias in _served(databases)
        if _is_mighty(alias)
    ]


@register(Tags.database, deploy=True)
def deployed_role_cannot_remove_the_guard(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    return [
        Error(_TOO_MIGHTY, hint=_TWO_ROLES, id="readiness.E011")
        for alias in _served(databases)
        if _is_mighty(alias)
    ]


_TOO_MIGHTY = (
    "The database role that serves owns the log or is a superuser, so it could remove the "
    "triggers: the log is tamper-evident, not tamper-resistant."
)
_TWO_ROLES = (
    "Give DATABASE_URL a role that owns nothing, MIGRATE_DATABASE_URL the one that owns the tables."
)


def _embedded() -> bool:
    return settings.DATABASE_URL.startswith("sqlite:")


def _own_ports() -> set[int]:
    urls = [urlsplit(url) for url in (settings.DATABASE_URL, settings.REDIS_URL)]
    ports = {url.port or DEFAULT_PORTS.get(url.scheme, 0) for url in urls}
    return {settings.PORT, *ports}


def _served(databases: Sequence[str] | None) -> list[str]:
    """The databases to look at, once they have a log; the owner's own process is no server."""
    if settings.ROLE == "owner":
        return []
    return [
        alias
        for alias in databases or ()
        if EVENTS in connections[alias].introspection.table_names()
    ]


def _is_mighty(alias: str) -> bool:
    connection = connections[alias]
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR pg_has_role(current_user, relowner, 'USAGE') "
            "FROM pg_roles, pg_class "
            "WHERE rolname = current_user AND pg_class.oid = to_regclass(%s)",
            [EVENTS],
        )
        row = cursor.fetchone()
    return bool(row and row[0])
