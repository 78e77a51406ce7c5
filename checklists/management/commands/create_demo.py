"""Load the demo: people, the Production Checklist, and a release half way through."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from checklists.errors import Refused
from checklists.management.demo import targets
from checklists.management.demo.loading import directory, load


class Command(BaseCommand):
    help = "Load the demo into this database; what is there already is left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--password", required=True, help="For everybody in the demo.")
        parser.add_argument("--json", action="store_true", help="Print JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            demo = load(options["password"], self._allow_targets())
        except Refused as refusal:
            self.stderr.write(refusal.message)
            sys.exit(2)
        if options["json"]:
            self.stdout.write(json.dumps(asdict(demo)))
        elif options["verbosity"]:
            self.stdout.write(
                f"The demo is loaded: project {demo.project}, release {demo.release}. "
                "Sign in as marta@example.com."
            )

    def _allow_targets(self) -> dict[str, int]:
        """Let probes reach the demo's own ports, here and in every later process."""
        home = directory(settings.DATA_DIR)
        ports = targets.prepare(home)
        allowed = [f"{targets.HOST}/32:{port}" for port in ports.values()]
        (home / "probe-allowed").write_text("\n".join(allowed) + "\n")
        # This process read its settings before the file was there.
        settings.PROBE_ALLOWED = (*settings.PROBE_ALLOWED, *allowed)
        return ports
