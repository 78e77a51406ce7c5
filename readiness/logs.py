"""Logs: one line an event, plain for people or JSON for machines, never with a secret in it."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

# Tokens, the keys in links (reset, invitation, calendar), and what a query or a URL calls a secret.
SECRETS = re.compile(
    r"rdy_[A-Za-z0-9_-]+"
    r"|(?<=/ping/)[^/?\s]+"
    r"|(?<=/key/)[^/?\s]+"
    r"|(?<=/confirm-email/)[^/?\s]+"
    r"|(?<=/calendar/feed/)(?!close/)[^/?\s]+"
    r"|(?<=/invitations/)[A-Za-z0-9_:-]{12,}"
    r"|(?i:(?<=token=)|(?<=key=)|(?<=password=)|(?<=secret=)|(?<=code=))[^&\s]+"
    r"|(?<=://)[^/@\s]+(?=@)"
    r"|(?i:(?<=bearer ))\S+"
)


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Any:
    """Replace secrets in every text of the event, the traceback included."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = SECRETS.sub("[redacted]", value)
    return event


MULTILINE = {"exception", "stack"}
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def one_line(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Any:
    """Spell out control characters: nobody forges a line, or speaks to a reader's terminal."""
    for name, value in event.items():
        if isinstance(value, str) and name not in MULTILINE:
            event[name] = _CONTROL.sub(lambda found: ascii(found[0])[1:-1], value)
    return event


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
    redact,
    one_line,
]

RENDERERS: dict[str, Any] = {
    "plain": structlog.dev.ConsoleRenderer(colors=False),
    "json": structlog.processors.JSONRenderer(),
}


def configuration(form: str, *, level: str) -> dict[str, Any]:
    """`LOGGING` in one of the forms of RENDERERS; also sets structlog up to feed it."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": SHARED,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            RENDERERS[form],
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # RequestLog already writes one line a request, with its id.
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": [], "propagate": True},
            "django": {"handlers": [], "propagate": True},
        },
    }
