"""Write a template's checklist to standard output."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from checklists.formats import WRITTEN, writer_named
from checklists.models import Template
from checklists.operations.template_guards import newest_version


class Command(BaseCommand):
    help = (
        "Print the newest published version of a template, or its draft if none is published."
        " Exit 0: printed, 2: no such template."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="The template's slug.")
        parser.add_argument("--format", choices=WRITTEN, default="markdown")
        parser.add_argument("--json", action="store_true", help="Print JSON that holds the text.")

    def handle(self, *args: Any, **options: Any) -> None:
        template = Template.objects.filter(slug=options["slug"]).first()
        version = template and (template.newest_published() or newest_version(template))
        if not version:
            self.stderr.write(f"There is no template {options['slug']}.")
            sys.exit(2)
        text = writer_named(options["format"])(version.tree)
        if options["json"]:
            facts = {
                "slug": options["slug"],
                "version": version.number,
                "digest": version.digest,
                "format": options["format"],
                "text": text,
            }
            text = json.dumps(facts, indent=2, ensure_ascii=False) + "\n"
        self.stdout.write(text, ending="")
