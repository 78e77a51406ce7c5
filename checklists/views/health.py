"""What a load balancer and an operator ask: does the process answer, and can it do its work?"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from checklists.audit import triggers
from checklists.models import Probe
from checklists.optional import redis
from checklists.state import RUNNING

logger = structlog.get_logger("readiness.health")
BROKER_TIMEOUT = 2


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Touches nothing else, so a slow database gets nobody restarted."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether everything the product stands on is there; 503 if not. Names parts, no addresses."""
    checks = {name: _answer(check) for name, check in CHECKS.items()}
    ready = all(answer["ok"] for answer in checks.values())
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)


def _answer(check: Callable[[], dict[str, object]]) -> dict[str, object]:
    try:
        return {"ok": True, **check()}
    except Exception as error:
        logger.warning("not ready", check=check.__name__, exc_info=True)
        return {"ok": False, "error": type(error).__name__}


def _database() -> dict[str, object]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return {}


def _triggers() -> dict[str, object]:
    missing = list(triggers.missing(connection))
    return {"ok": not missing, "missing": missing}


def _cache() -> dict[str, object]:
    mark = timezone.now().isoformat()
    cache.set("readyz", mark, 60)
    return {"ok": cache.get("readyz") is not None}


def _broker() -> dict[str, object]:
    """Where messages for the worker go: Redis, or a directory beside the data."""
    if settings.REDIS_URL:
        with redis.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=BROKER_TIMEOUT,
            socket_connect_timeout=BROKER_TIMEOUT,
        ) as broker:
            return {"ok": bool(broker.ping())}
    folder = Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["folder"])
    return {"ok": os.access(folder if folder.exists() else folder.parent, os.W_OK)}


def _scheduler() -> dict[str, object]:
    """How long the most overdue probe waits. No probe due is no lag."""
    now = timezone.now()
    running = Probe.objects.attached().filter(item__release__status__in=RUNNING)
    oldest = running.overdue_since(now)
    lag = (now - oldest).total_seconds() if oldest else 0.0
    limit = settings.SCHEDULER_LAG_LIMIT
    return {"ok": lag <= limit, "lag_seconds": round(lag, 1), "limit_seconds": limit}


CHECKS: dict[str, Callable[[], dict[str, object]]] = {
    "database": _database,
    "triggers": _triggers,
    "cache": _cache,
    "broker": _broker,
    "scheduler": _scheduler,
}
