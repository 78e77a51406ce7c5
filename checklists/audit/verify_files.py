"""Stored files against the digests that the log has of them."""

from __future__ import annotations

from collections.abc import Iterator

from checklists.audit.differences import Difference
from checklists.files import look_at
from checklists.models import AuditChain, Evidence


def file_findings(chain: AuditChain) -> Iterator[Difference]:
    """A release's evidence whose file is missing or holds other bytes.

    Each is read once, in pieces. That the rows name the digests of the log is found elsewhere.
    """
    rows = Evidence.objects.filter(item__release__chain=chain).exclude(sha256="").order_by("pk")
    seen: dict[str, str] = {}
    for pk, sha256 in rows.values_list("pk", "sha256"):
        if sha256 not in seen:
            seen[sha256] = look_at(sha256)
        if not seen[sha256]:
            yield Difference("evidence", pk, "file", sha256, "it is missing")
        elif seen[sha256] != sha256:
            yield Difference("evidence", pk, "file", sha256, f"other bytes, {seen[sha256]}")
