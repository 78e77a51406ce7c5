"""Reading what a release page shows: one look at the release, as the gate has it."""

from __future__ import annotations

from checklists.models import Release
from checklists.operations.decisions import look_at
from checklists.pages.snapshot import Snapshot
from checklists.state import Stage


def snapshot_of(release: Release) -> Snapshot:
    """The release as of now, judged for the stage it is in.

    `release` was read just now with its chain and opener, as `Release.objects.for_page()` does.
    """
    look = look_at(release)
    return Snapshot(look.state, look.observed, look.decide(stage_of(release)))


def stage_of(release: Release) -> Stage:
    """What counts now: the checks before the deployment, and after it those that follow."""
    return Stage.DEPLOY if release.deployed_at is None else Stage.CLOSE
