"""Somebody who looks while others write sees no tampering: what differs was only read too early."""

from __future__ import annotations

import time

from checklists.audit.verify import verify_all, verify_release
from checklists.gate import Go
from checklists.models import Release
from checklists.operations.decisions import decide_release
from tests.processes.many_writers import go, results, writers
from tests.processes.test_many_writers import opened

SECONDS = 4


def test_the_gate_and_the_proof_stay_sure_while_a_release_is_written_to(committed_db):
    release, person = opened()
    said, findings = set(), []
    with writers(committed_db, release, person, 2, 10_000) as processes:
        go(processes)
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            decision = decide_release(release)
            said.add((decision.verdict, decision.blockers[0].code))
            fresh = Release.objects.select_related("chain").get(pk=release.pk)
            findings += verify_release(fresh).findings
            findings += verify_all().findings
        for process in processes:
            process.kill()
        results(processes)
    assert said == {(Go.NO_GO, "item_open")}
    assert findings == []
