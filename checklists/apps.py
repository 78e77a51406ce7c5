"""The one app of the project."""

from django.apps import AppConfig

from . import checks  # noqa: F401  (importing registers them)


class ChecklistsConfig(AppConfig):
    """Connects nothing: what happens is called by name, not by signal."""

    name = "checklists"
    verbose_name = "Readiness"
