"""Ask the gate from a shell or a pipeline."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from datetime import datetime
from typing import Any, NoReturn

from django.core.management.base import BaseCommand
from django.utils import timezone

from checklists.decision_json import decision_as_json
from checklists.errors import Refused
from checklists.gate import Decision, Go
from checklists.models import Release
from checklists.operations.decisions import decide_release
from checklists.state import Stage

EXIT = {Go.GO: 0, Go.GO_WITH_EXCEPTIONS: 0, Go.NO_GO: 1, Go.UNKNOWN: 2}


class Command(BaseCommand):
    help = "May this release go? Exit 0: go, 1: no-go, 2: unknown, or no such release."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project", help="The project's slug.")
        parser.add_argument("version", help="The release's version.")
        parser.add_argument("--stage", choices=[str(s) for s in Stage], default=str(Stage.DEPLOY))
        parser.add_argument("--as-of", help="A past moment, ISO 8601 with an offset.")
        parser.add_argument("--json", action="store_true", help="Print JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        release = self._release(options["project"], options["version"])
        try:
            decision = decide_release(
                release, stage=Stage(options["stage"]), as_of=self._moment(options["as_of"])
            )
        except Refused as refusal:
            self._fail(refusal.message)
        if options["json"]:
            self.stdout.write(json.dumps(decision_as_json(decision), indent=2))
        else:
            self._print(release, decision)
        sys.exit(EXIT[decision.verdict])

    def _release(self, project: str, version: str) -> Release:
        try:
            return Release.objects.get(project__slug=project, version=version)
        except Release.DoesNotExist:
            self._fail(f"There is no release {version} of {project}.")

    def _moment(self, text: str | None) -> datetime | None:
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self._fail(f"“{text}” is no time; write it like 2026-11-23T14:00:00Z.")
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)

    def _print(self, release: Release, decision: Decision) -> None:
        counts = decision.counts
        self.stdout.write(
            f"{release}, stage {decision.stage}: {decision.verdict.replace('_', ' ')}. "
            f"{counts['settled']} of {counts['items']} items settled, "
            f"{counts['signoffs_met']} of {counts['signoffs_required']} signatures."
        )
        for reason in (*decision.reasons, *decision.notes):
            self.stdout.write(f"  {reason.level:<9} {reason.message}")
        self.stdout.write(f"digest {decision.digest}")

    def _fail(self, message: str) -> NoReturn:
        self.stderr.write(message)
        sys.exit(2)
