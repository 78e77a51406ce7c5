"""What the first readers of a new process would otherwise wait for."""

from __future__ import annotations

import logging
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connections
from django.template import engines
from django.template.backends.django import DjangoTemplates
from django.urls import reverse
from django.utils import translation

from checklists.models import Release
from checklists.pages.loading import recent_snapshot
from checklists.state import ReleaseStatus
from checklists.views.release_page import parts_of, sections_of

logger = logging.getLogger(__name__)

RELEASES = 5
"""How many of the releases that are being worked on are read and drawn beforehand."""


def warm_up() -> None:
    """Make addresses and templates ready, then the releases in which something happened last.

    Runs in a thread of its own. A database that does not answer is left to those who ask it next.
    """
    reverse(settings.LOGIN_URL)
    translation.gettext("")
    _compile_templates()
    try:
        _draw_releases()
    except DatabaseError:
        logger.warning("No release was drawn beforehand.", exc_info=True)
    finally:
        connections.close_all()


def _compile_templates() -> None:
    for engine in engines.all():
        if isinstance(engine, DjangoTemplates):
            for directory in map(Path, engine.dirs):
                for path in sorted(directory.rglob("*.html")):
                    engine.get_template(str(path.relative_to(directory)))


def _draw_releases() -> None:
    running = (ReleaseStatus.PREPARING, ReleaseStatus.DEPLOYED)
    releases = Release.objects.for_page().filter(status__in=running)
    for release in releases.order_by("-chain__head_at")[:RELEASES]:
        snapshot = recent_snapshot(release)
        parts_of(release, snapshot)
        sections_of(snapshot, None)
