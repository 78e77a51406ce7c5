"""The gate: may this release go? Pure, so that page, API, command and jobs agree."""

from checklists.gate.decide import decide
from checklists.gate.types import Decision, Go, Level, Reason

__all__ = ["Decision", "Go", "Level", "Reason", "decide"]
