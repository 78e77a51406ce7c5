"""Every seq is delivered or covered by a resync, and none twice, whatever dies."""

from __future__ import annotations

import signal

from tests.stream.chaos import Plan, run_chaos
from tests.stream.world import make_world


def test_two_hundred_clients_miss_nothing_while_the_server_is_killed(committed_db, environ):
    world = make_world(releases=4)
    outcome = run_chaos(
        world,
        Plan(kills=(signal.SIGKILL,)),
        command=committed_db.manage("serve"),
        environ=environ,
    )
    assert outcome.faults == ()
    assert outcome.behind == 0, outcome
    assert outcome.events > 50, outcome
    assert outcome.reconnects > 200, outcome
    # Each client follows one release of four, from the first event to the last.
    assert outcome.delivered + outcome.covered == outcome.events * 200 // 4, outcome
    print(outcome)
