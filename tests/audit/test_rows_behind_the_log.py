"""Rows that somebody adds or takes away by SQL are found in every table that the log speaks of."""

from __future__ import annotations

import pytest
from django.db import connection, models

from checklists.audit.current import tree_by_digest
from checklists.audit.verify import verify_all
from checklists.models import (
    ApiToken,
    Checklist,
    Comment,
    Disclosable,
    Evidence,
    Invitation,
    Item,
    Membership,
    Person,
    Probe,
    Project,
    Release,
    RoleHolder,
    Signoff,
    SignoffRole,
    Template,
    TemplateVersion,
    Waiver,
)
from tests.audit.full_release import full_release

pytestmark = pytest.mark.django_db

# What makes a copy differ where the table wants it to.
FRESH = {
    ApiToken: {"public_id": "b" * 12},
    Checklist: {"key": "another"},
    Invitation: {"secret_hash": "b" * 64},
    Item: {"key": "another/group/item"},
    Person: {"email": "eve@example.com", "pid": "p_eve"},
    Project: {"slug": "another"},
    Release: {"version": "6.6.6"},
    Signoff: {"seq": 999},
    SignoffRole: {"slug": "another"},
    Template: {"slug": "another"},
    TemplateVersion: {"number": 99},
}
# In one order: the processes of a run must agree on which tests there are.
PEOPLE = (Membership, RoleHolder)
TABLES = [*FRESH, Comment, Evidence, Waiver, *PEOPLE]
# Nothing hangs on their rows, so the database lets them go.
LEAVES = [ApiToken, Comment, Disclosable, Evidence, Invitation, Probe, Signoff, Waiver, *PEOPLE]


def found_in(model: type[models.Model]) -> set[object]:
    tree_by_digest.cache_clear()
    name = model._meta.model_name
    return {finding.row for finding in verify_all().findings if finding.table == name}


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_a_row_that_was_added_is_found(model, cast):
    full_release(cast)
    row = model._default_manager.order_by("-pk").first()
    row.pk = None
    for name, value in FRESH.get(model, {}).items():
        setattr(row, name, value)
    if model in PEOPLE:
        row.person = cast.root
    models.Model.save(row, force_insert=True)
    assert row.pk in found_in(model)


@pytest.mark.parametrize("model", LEAVES, ids=lambda model: model.__name__)
def test_a_row_that_was_taken_away_is_found(model, cast):
    full_release(cast)
    row = model._default_manager.order_by("-pk").first()
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE id = %s", [row.pk])  # noqa: S608
    findings = {(finding.table, finding.field) for finding in verify_all().findings}
    assert (model._meta.model_name, "row") in findings
