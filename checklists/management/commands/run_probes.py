"""`manage.py run_probes --due | --release ID`: run probes here, and say what they saw."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from checklists.models import Release
from checklists.operations.probe_results import Finished
from checklists.operations.probe_runs import run_due, run_release
from checklists.state import Verdict


class Command(BaseCommand):
    """Exit 0: all that ran pass or warn; 1: one fails; 2: one could not look, or bad use."""

    help = "Run the probes that are due, or all of a release, and print what they saw."

    def add_arguments(self, parser: CommandParser) -> None:
        """The command line."""
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--due", action="store_true", help="those that are due now")
        which.add_argument("--release", type=int, metavar="ID", help="all of one release, now")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, print, and end with the code that says it."""
        pk = options["release"]
        done = run_due() if pk is None else run_release(_release(pk))
        self.stdout.write(_as_json(done) if options["json"] else _as_text(done))
        seen = {one.verdict for one in done}
        if Verdict.FAIL in seen:
            raise SystemExit(1)
        if Verdict.ERROR in seen:
            raise SystemExit(2)


def _release(pk: int) -> Release:
    release = Release.objects.filter(pk=pk).first()
    if release is None:
        raise CommandError(f"There is no release {pk}.", returncode=2)
    if release.is_over:
        ended = release.get_status_display().lower()
        raise CommandError(f"{release} is {ended}; its probes rest.", returncode=2)
    return release


def _as_json(done: list[Finished]) -> str:
    counts = Counter(str(one.verdict) for one in done)
    runs = [
        {
            "probe": one.claim.probe_id,
            "scheduled_at": one.claim.slot.isoformat(),
            "verdict": str(one.verdict),
            "code": one.result.code,
            "summary": one.result.summary,
            "duration_ms": one.result.duration_ms,
        }
        for one in sorted(done, key=lambda one: one.claim.probe_id)
    ]
    return json.dumps({"counts": dict(counts), "runs": runs}, ensure_ascii=False)


def _as_text(done: list[Finished]) -> str:
    if not done:
        return "Nothing is due."
    lines = [
        f"{one.verdict:5}  probe {one.claim.probe_id}  {one.result.summary}"
        for one in sorted(done, key=lambda one: one.claim.probe_id)
    ]
    return "\n".join(lines)
