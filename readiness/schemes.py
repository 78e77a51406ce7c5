"""What the scheme of a URL means: which database, cache, broker, mail and transport.

Pure functions from a URL to values for settings.py, each a look-up in a table; an unknown scheme
is refused with the known ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;"
    # An acknowledged tick survives a power cut.
    "PRAGMA synchronous=FULL;"
    "PRAGMA foreign_keys=ON;"
    "PRAGMA journal_size_limit=67108864"
)


def entry_for(url: str, table: Mapping[str, Callable[..., Any]]) -> tuple[Callable, SplitResult]:
    """The table's entry for the URL's scheme, and the URL's parts. Refuses an unknown scheme."""
    parts = urlsplit(url)
    if parts.scheme not in table:
        known = ", ".join(f"{scheme}:" for scheme in table)
        # The URL itself may hold a password, so only its scheme is repeated.
        raise ImproperlyConfigured(f"Unknown scheme {parts.scheme!r} in a URL; known are {known}")
    return table[parts.scheme], parts


def database(url: str, *, role: str) -> dict[str, Any]:
    """One entry of DATABASES for a process of that role (web, worker, owner, command)."""
    build, parts = entry_for(url, DATABASES)
    settings: dict[str, Any] = build(parts, role)
    return settings


def _sqlite(url: SplitResult, role: str) -> dict[str, Any]:
    return {
        "ENGINE": "readiness.sqlite",
        "TEST": {"NAME": ":memory:"},
        "NAME": unquote(url.path),
        "OPTIONS": {
            # Without IMMEDIATE a read that turns into a write fails with "database is locked".
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": SQLITE_PRAGMAS,
        },
        "CONN_MAX_AGE": None,
    }


def _postgres(url: SplitResult, role: str) -> dict[str, Any]:
    options: dict[str, Any] = dict(parse_qsl(url.query))
    pool_size = int(options.pop("pool_size", "6"))
    # Celery closes a pool around every task, so only the web process has one.
    pools = {"web": {"pool": {"min_size": 1, "max_size": pool_size, "timeout": 10}}}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": str(url.port or ""),
        "OPTIONS": {**options, **pools.get(role, {})},
        "CONN_MAX_AGE": 0,
    }


DATABASES: dict[str, Callable[[SplitResult, str], dict[str, Any]]] = {
    "sqlite": _sqlite,
    "postgres": _postgres,
    "postgresql": _postgres,
}


def cache(url: str) -> dict[str, Any]:
    """One entry of CACHES: always shared by every process, for rate limits and used codes."""
    build, parts = entry_for(url, CACHES)
    settings: dict[str, Any] = build(parts)
    return settings


def _file_cache(url: SplitResult) -> dict[str, Any]:
    return {
        "BACKEND": "readiness.cache.SharedFileCache",
        "LOCATION": unquote(url.path) + "/cache",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    }


def _redis_cache(url: SplitResult) -> dict[str, Any]:
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": url.geturl(),
        "KEY_PREFIX": "readiness",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }


CACHES: dict[str, Callable[[SplitResult], dict[str, Any]]] = {
    "files": _file_cache,
    "redis": _redis_cache,
    "rediss": _redis_cache,
}


@dataclass(frozen=True)
class Broker:
    """How Celery reaches its broker, which is only a hint: the database holds what is due."""

    url: str
    transport_options: dict[str, Any]
    prefetch: int


def broker(url: str) -> Broker:
    build, parts = entry_for(url, BROKERS)
    chosen: Broker = build(parts)
    return chosen


def _file_broker(url: SplitResult) -> Broker:
    options = {"folder": unquote(url.path) + "/broker", "polling_interval": 0.1}
    # The transport sleeps one polling interval whenever the prefetch window is full.
    return Broker(url="files://local", transport_options=options, prefetch=4)


def _redis_broker(url: SplitResult) -> Broker:
    options = {
        "visibility_timeout": 3600,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_timeout": 30,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
        "health_check_interval": 25,
        "global_keyprefix": "readiness:",
    }
    return Broker(url=url.geturl(), transport_options=options, prefetch=1)


BROKERS: dict[str, Callable[[SplitResult], Broker]] = {
    "files": _file_broker,
    "redis": _redis_broker,
    "rediss": _redis_broker,
}


@dataclass(frozen=True)
class Mail:
    """Where mail goes. `console:` prints it: links are shown to the inviter as well."""

    backend: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    use_tls: bool = False
    use_ssl: bool = False


def mail(url: str) -> Mail:
    build, parts = entry_for(url, MAILS)
    chosen: Mail = build(parts)
    return chosen


def _smtp(url: SplitResult) -> Mail:
    return Mail(
        backend="django.core.mail.backends.smtp.EmailBackend",
        host=url.hostname or "localhost",
        port=url.port or {"smtps": 465, "smtp+tls": 587}.get(url.scheme, 25),
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
        use_tls=url.scheme == "smtp+tls",
        use_ssl=url.scheme == "smtps",
    )


MAILS: dict[str, Callable[[SplitResult], Mail]] = {
    "console": lambda url: Mail("django.core.mail.backends.console.EmailBackend"),
    "memory": lambda url: Mail("django.core.mail.backends.locmem.EmailBackend"),
    "smtp": _smtp,
    "smtp+tls": _smtp,
    "smtps": _smtp,
}


@dataclass(frozen=True)
class Transport:
    """What the scheme of SITE_URL means for cookies: `__Host-` names exist under https only."""

    host: str
    secure: bool
    cookie_prefix: str
    hsts_seconds: int


def transport(url: str) -> Transport:
    build, parts = entry_for(url, TRANSPORTS)
    chosen: Transport = build(parts)
    return chosen


TRANSPORTS: dict[str, Callable[[SplitResult], Transport]] = {
    "http": lambda url: Transport(url.hostname or "", False, "", 0),
    "https": lambda url: Transport(url.hostname or "", True, "__Host-", 31536000),
}
