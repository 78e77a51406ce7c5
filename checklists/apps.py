"""The one app of the project."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ChecklistsConfig(AppConfig):
    """Registers the system checks, and keeps the log's triggers through migrations."""

    name = "checklists"
    verbose_name = "Readiness"

    def ready(self) -> None:
        # Both need the models, which exist only now.
        autodiscover_modules("checks", "migrating")
