"""What the demo's people did, item by item: data only. Items are named by their number."""

from __future__ import annotations

from typing import Any, Final

from checklists.formats.tree import SignoffRule

RULES: Final = (
    SignoffRule(role="security", count=1, sections=("security", "compliance")),
    SignoffRule(role="release-manager", count=1),
)

DONE_BY_SAM: Final = frozenset(
    {"2.1.1", "2.1.2", "2.2.1", "2.2.2", "2.2.3", "2.2.5", "2.3.2", "2.3.3", "2.4.2", "2.4.5"}
)

NOT_DONE: Final = frozenset(
    {
        "1.1.5",
        "1.2.5",
        "1.4.3",
        "1.4.4",
        "2.1.5",
        "2.2.4",
        "2.4.3",
        "3.1.4",
        "3.3.4",
        "4.1.4",
        "4.2.4",
        "4.3.3",
        "4.4.2",
        "4.4.3",
        "5.1.3",
        "5.1.4",
        "5.1.5",
        "5.2.2",
        "6.1.2",
        "6.1.4",
        *(f"7.{group}.{item}" for group in (1, 2) for item in (1, 2, 3, 4, 5)),
        *(f"8.{group}.{item}" for group in (1, 2) for item in (2, 3, 4)),
        *(f"9.{group}.{item}" for group in (1, 2) for item in (1, 2, 4)),
        *(f"10.{group}.{item}" for group in (1, 2) for item in (1, 2, 3, 4)),
        *(f"11.{group}.{item}" for group in (1, 2) for item in (1, 2, 3, 4, 5)),
    }
)
"""Of 2.4.0. What is neither here nor below is done, by priya or by sam."""

NOT_APPLICABLE: Final = {
    "1.4.5": "The service is an API for our own back ends; it serves no static assets.",
    "2.3.4": "The API is public by design; callers are told apart by their keys.",
    "9.1.5": "No static assets, as in Networking.",
}

STARTED: Final = {"1.2.5": "sam", "5.1.3": "priya", "6.1.2": "priya", "7.1.1": "sam"}

ASSIGNED: Final = {
    "1.1.4": "priya",
    "1.2.5": "sam",
    "1.4.2": "priya",
    "1.4.3": "sam",
    "2.1.5": "sam",
    "2.2.4": "sam",
    "5.1.3": "priya",
    "5.1.4": "sam",
    "6.1.2": "priya",
    "7.1.1": "sam",
    "7.2.2": "priya",
    "10.1.2": "marta",
    "10.1.3": "priya",
}

ASSIGNED_TO_ROLE: Final = {"2.4.3": "security", "8.1.2": "security", "10.1.1": "release-manager"}

DUE_IN_HOURS: Final = {
    "1.4.2": 8,
    "2.2.4": 30,
    "5.1.3": 26,
    "5.1.4": -20,
    "7.2.2": 20,
    "10.1.2": 44,
    "10.1.3": 48,
}
"""Hours from the moment the demo is made; one is overdue already."""

LINKS: Final = {
    "1.1.4": "https://git.example.com/payments/chart/blob/41be07c/templates/deployment.yaml",
    "1.2.3": "https://runbooks.example.com/payments/backups",
    "5.1.1": "https://ci.example.com/payments/builds/8812",
    "5.1.2": "https://ci.example.com/payments/builds/8813",
}

TEXTS: Final = {
    "1.2.5": "Restored last night's dump into a scratch instance: 41 minutes, row counts equal.",
    "2.1.2": "Reviewed the role matrix with the team; three roles, deny by default.",
}

FILES: Final = {
    "1.2.5": (("restore.log", "2026-11-20 restored in 2468 s\nrows equal in 41 of 41 tables\n"),),
    "2.1.2": (
        ("access-matrix.csv", "role,read,write\nclerk,yes,no\nauditor,yes,no\nadmin,yes,yes\n"),
        ("access-matrix.csv", "role,read,write\nclerk,yes,no\nauditor,yes,no\nadmin,no,yes\n"),
    ),
}
"""Files by item: each is a newer version of the one before."""

COMMENTS: Final = (
    ("1.4.2", "priya", "The new certificate is ordered; the old one ends in a few days."),
    ("1.4.2", "sam", "Do not ship before it is in place, clients pin the chain."),
    ("2.2.4", "sam", "The scan still finds one old key in settings/legacy. It is revoked already."),
    ("5.1.3", "priya", "First run aborted by a full disk on the load generator. Running again."),
)

WAIVER_BUDGET: Final = 4
"""So many may hold at a time in the demo's project."""

WAIVED: Final = (
    (
        "2.3.5",
        "priya",
        "The edge provider filters for us until the new gateway is in place.",
        60,
        "approved",
    ),
    (
        "8.2.3",
        "sam",
        "The auditor is away this week; access was last tested in October.",
        1,
        "approved",
    ),
    (
        "1.4.4",
        "sam",
        "The provider's protection is ordered and starts at the end of the month.",
        21,
        "requested",
    ),
)
"""Item, who asked, why, days until it ends, and how far it got. One ends before go-live."""


def probes(http_port: int, tls_port: int) -> dict[str, tuple[str, dict[str, Any], list[Any], int]]:
    """Kind, parameters, conditions and seconds between runs, by the number of the item."""
    base = f"http://127.0.0.1:{http_port}"

    def status(value: int) -> dict[str, Any]:
        return {"fact": "status", "op": "eq", "value": value, "level": "fail"}

    ready = [status(200), {"fact": "body", "op": "contains", "value": '"ready"', "level": "fail"}]
    quick = [status(200), {"fact": "latency_ms", "op": "lt", "value": 150, "level": "warn"}]
    version = {"fact": "header.x-docs-version", "op": "eq", "value": "2.4.0", "level": "fail"}
    return {
        "1.1.3": ("http", {"url": f"{base}/"}, [status(200)], 30),
        "1.1.4": ("http", {"url": f"{base}/readyz"}, ready, 15),
        "1.4.2": (
            "tls",
            {"host": "127.0.0.1", "port": tls_port, "warn_days": 30, "fail_days": 14},
            [],
            30,
        ),
        "2.1.1": ("http", {"url": f"{base}/admin"}, [status(401)], 60),
        "3.2.1": ("http", {"url": f"{base}/__debug__/"}, [status(404)], 60),
        "4.1.5": ("http", {"url": f"{base}/slow"}, quick, 30),
        # Its page says no version: what a probe cannot see is no answer, neither pass nor fail.
        "6.1.1": ("http", {"url": f"{base}/docs"}, [status(200), version], 60),
        "10.2.2": ("http", {"url": f"{base}/status"}, [status(200)], 30),
        "11.1.2": ("http", {"url": f"{base}/readyz"}, ready, 30),
    }
