"""Take the strings of code and templates into locale/, for translators."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import makemessages

NOT_OURS = [".venv", "var", "tests", "docs", "docker", "requirements", "static"]


class Command(makemessages.Command):
    """Django's own, told where our strings are; it never guesses what a new one may mean."""

    msgmerge_options: list[str] = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]

    def handle(self, *args: Any, **options: Any) -> None:
        options["ignore_patterns"] = [*options["ignore_patterns"], *NOT_OURS]
        # Line numbers would change the catalogue with every edit of the code.
        options["add_location"] = "file"
        options["no_obsolete"] = True
        super().handle(*args, **options)
