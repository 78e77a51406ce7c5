"""Rows of the installation as its chain holds them: the verified columns, as JSON values.

An event that changes people, projects, roles, tokens or templates carries an image of each row it
wrote. The newest image of a row is what its table must hold. Names, addresses and other words are
not among the columns.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models

from checklists.audit.format import write_time
from checklists.models import (
    ApiToken,
    FreezeWindow,
    Invitation,
    Membership,
    Person,
    Project,
    RoleHolder,
    RuleApproval,
    SignoffRole,
    Template,
    TemplateVersion,
)

COLUMNS: dict[type[models.Model], tuple[str, ...]] = {
    Person: ("pid", "is_active", "is_owner", "joined_at"),
    Project: ("slug", "created_at", "archived_at", "waiver_budget"),
    Membership: ("project_id", "person_id", "role"),
    SignoffRole: ("project_id", "slug", "retired_at"),
    RoleHolder: ("role_id", "person_id"),
    Invitation: (
        "project_id",
        "role",
        "secret_hash",
        "invited_by_id",
        "invited_at",
        "expires_at",
        "accepted_by_id",
        "accepted_at",
        "revoked_at",
    ),
    ApiToken: (
        "public_id",
        "secret_hash",
        "person_id",
        "project_id",
        "scopes",
        "created_at",
        "expires_at",
        "revoked_at",
    ),
    FreezeWindow: ("project_id", "starts_at", "ends_at", "set_by_id", "removed_at"),
    Template: ("slug", "created_at"),
    TemplateVersion: (
        "template_id",
        "number",
        "digest",
        "created_at",
        "published_at",
        "published_by_id",
    ),
    RuleApproval: ("version_id", "role", "person_id", "digest", "approved_at"),
}


def of_row(row: models.Model) -> dict[str, Any]:
    """The verified columns of a row, as JSON values."""
    return {column: _value(getattr(row, column)) for column in COLUMNS[type(row)]}


def of_rows(rows: Iterable[models.Model], gone: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
    """The images that one event carries; a row that is gone has none of its columns."""
    written: list[dict[str, Any]] = [
        {"table": row._meta.model_name, "id": row.pk, "is": of_row(row)} for row in rows
    ]
    written += [{"table": table, "id": pk, "is": None} for table, pk in gone]
    return written


def _value(value: Any) -> Any:
    return write_time(value) if isinstance(value, datetime) else value
