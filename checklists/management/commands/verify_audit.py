"""Prove the log: every link, every head, and every verified column against it."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from checklists.audit.verify import Report, verify_all, verify_release
from checklists.models import Release


class Command(BaseCommand):
    help = "Verify the audit log. Exit 0: clean, 1: findings, 2: no such release."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--release", type=int, help="Only the release with this id.")
        parser.add_argument("--json", action="store_true", help="Print JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        report = self._verify(options["release"])
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(report), indent=2))
        else:
            for finding in report.findings:
                self.stdout.write(str(finding))
            self.stdout.write(
                f"{report.events} events in {report.chains} chains: "
                + ("verified." if report.is_clean else f"{len(report.findings)} findings.")
            )
        if not report.is_clean:
            sys.exit(1)

    def _verify(self, pk: int | None) -> Report:
        if pk is None:
            return verify_all()
        release = Release.objects.select_related("chain").filter(pk=pk).first()
        if release is None:
            self.stderr.write(f"There is no release {pk}.")
            sys.exit(2)
        return verify_release(release)


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "clean": report.is_clean,
        "chains": report.chains,
        "events": report.events,
        "findings": [
            {
                "table": finding.table,
                "row": finding.row,
                "field": finding.field,
                "logged": finding.logged,
                "found": finding.found,
            }
            for finding in report.findings
        ],
    }
