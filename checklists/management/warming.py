"""What the first reader of a new process would otherwise wait for."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.template import engines
from django.template.backends.django import DjangoTemplates
from django.urls import reverse
from django.utils import translation


def warm_up() -> None:
    """Find every address by its name, and compile every template of ours."""
    reverse(settings.LOGIN_URL)
    translation.gettext("")
    for engine in engines.all():
        if isinstance(engine, DjangoTemplates):
            for directory in map(Path, engine.dirs):
                for path in sorted(directory.rglob("*.html")):
                    engine.get_template(str(path.relative_to(directory)))
