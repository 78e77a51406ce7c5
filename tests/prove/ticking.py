"""Somebody who ticks over HTTP whatever happens, and remembers what was answered."""

from __future__ import annotations

import json
import subprocess
import threading
import time
import urllib.error
import urllib.request
from typing import Any

from tests.stream.installation import MANAGE, ROOT

SHELL = """
import json
from collections import Counter
from django.utils import timezone
from checklists.audit.verify import verify_all
from checklists.models import AuditEvent, Probe, ProbeRun
events = AuditEvent.objects.filter(item_id__isnull=False)
print(json.dumps(dict(
    events=Counter(events.values_list("item_id", flat=True)),
    findings=[str(f) for f in verify_all().findings],
    runs={p.pk: p.runs.latest("scheduled_at").started_at.isoformat()
        for p in Probe.objects.attached() if p.runs.exists()},
    probes=Probe.objects.attached().count(),
    now=timezone.now().isoformat(),
)))
"""


class Ticking:
    """One thread that ticks and unticks the items of the demo's release, one after the other."""

    def __init__(self, environ: dict[str, str], port: int) -> None:
        self.environ = environ
        self.base = f"http://127.0.0.1:{port}/api/v1"
        self.acknowledged: dict[int, int] = {}
        self.answered = 0
        self.unanswered = 0
        self.refused: list[int] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def wait_until_up(self, seconds: float = 90.0) -> None:
        """Wait for the first answer; raises if there is none."""
        self.token = self._manage(
            "create_token",
            *("--user", "priya@example.com", "--project", "payments", "--scope", "read,items"),
        ).split()[-1]
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            status, body = self._call("GET", "/projects/payments/releases")
            if status == 200:
                release = next(r["id"] for r in body["items"] if r["version"] == "2.4.0")
                _, page = self._call("GET", f"/releases/{release}/items?limit=200")
                # Probes take answers back; those items are not asked.
                self.items = [i["id"] for i in page["items"] if i["verdict"] is None][:60]
                return
            time.sleep(0.2)
        raise RuntimeError("The product did not come up.")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the tick that is under way."""
        self._stop.set()
        self._thread.join(30)

    def probes_back_within(self, seconds: float) -> bool:
        """Whether every probe ran again from now on."""
        now = self._look()["now"]
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            seen = self._look()
            if sum(at > now for at in seen["runs"].values()) == seen["probes"]:
                return True
            time.sleep(2)
        return False

    def report(self, *, during: int | None, back: bool) -> bool:
        """Print what was found; whether the promise was kept."""
        seen = self._look()
        written = {int(item): count for item, count in seen["events"].items()}
        lost = [i for i, version in self.acknowledged.items() if written.get(i, 0) + 1 < version]
        kept = not lost and back and not seen["findings"] and during != 0
        print(
            f"  {self.answered} ticks answered, {self.unanswered} not, {len(lost)} answered ones "
            f"lost; every probe ran again: {back}; findings of verify_audit: "
            f"{len(seen['findings'])}"
        )
        if during is not None:
            print(f"  {during} ticks answered while Redis was away")
        if set(self.refused) - {409, 503}:
            print(f"  refused with {sorted(set(self.refused))}")
        print(f"  {'kept' if kept else 'BROKEN'}", flush=True)
        return kept

    def _run(self) -> None:
        turn = 0
        while not self._stop.is_set():
            item = self.items[turn % len(self.items)]
            verb = ("tick", "untick")[turn // len(self.items) % 2]
            turn += 1
            status, body = self._call("POST", f"/items/{item}/{verb}", {})
            if status == 200:
                self.acknowledged[item] = max(self.acknowledged.get(item, 0), body["version"])
                self.answered += 1
            elif status == 0:
                self.unanswered += 1
                time.sleep(0.1)
            else:
                self.refused.append(status)

    def _call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and JSON; 0 if there was no answer."""
        request = urllib.request.Request(
            self.base + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refusal:
            return refusal.code, None
        except (OSError, ValueError):
            return 0, None

    def _look(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._manage("shell", "-v", "0", "-c", SHELL))
        return found

    def _manage(self, *arguments: str) -> str:
        return subprocess.run(
            [*MANAGE, *arguments],
            env=self.environ,
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
