"""When a probe is due: on a grid of its own, so that runs neither drift nor come in herds."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta


def next_slot(probe_id: int, interval_s: int, after: datetime) -> datetime:
    """The probe's first moment on its grid that is later than `after`.

    The grid starts at the probe's phase, which its id gives. Moments missed meanwhile are left
    out: after an outage each probe runs once, not once for every run that it lost.
    """
    phase = zlib.crc32(str(probe_id).encode()) % interval_s
    passed = int(after.timestamp()) - phase
    return datetime.fromtimestamp(phase + (passed // interval_s + 1) * interval_s, UTC)


def sooner(planned: datetime, after: datetime, seconds: int) -> datetime:
    """The planned moment, or `seconds` from `after` if that comes first."""
    return min(planned, after + timedelta(seconds=seconds))
