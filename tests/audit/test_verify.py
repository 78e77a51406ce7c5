"""A change made behind the log's back is found: each verified column of each table."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, models, transaction
from django.utils import timezone

from checklists.actors import Actor
from checklists.audit import triggers
from checklists.audit.current import tree_by_digest
from checklists.audit.images import COLUMNS
from checklists.audit.triggers_postgresql import POSTGRESQL
from checklists.audit.triggers_sqlite import SQLITE
from checklists.audit.verify import verify_all
from checklists.models import AuditChain, AuditEvent, Disclosable, Item, Release
from tests.audit.full_release import RELEASE_COLUMNS, full_release

pytestmark = pytest.mark.django_db

COLUMNS_TO_TAMPER = [
    *((model, column) for model, columns in RELEASE_COLUMNS.items() for column in columns),
    *((model, column) for model, columns in COLUMNS.items() for column in columns),
]


@contextmanager
def guard_off():
    """What somebody who owns the database can do."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in SQLITE:
                cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute("PRAGMA defer_foreign_keys = ON")
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for name, (table, _) in POSTGRESQL.triggers.items():
                cursor.execute(f"DROP TRIGGER {name} ON {table}")
    yield
    triggers.install(connection)


def other_value(row: models.Model, column: str):
    """A value the column could hold and does not."""
    field = row._meta.get_field(column)
    value = getattr(row, column)
    if isinstance(field, models.OneToOneField):
        return None
    if isinstance(field, models.ForeignKey):
        others = field.related_model._default_manager.exclude(pk=value).order_by("-pk")
        return others.values_list("pk", flat=True).first()
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.DateTimeField):
        return (value or timezone.now()) + timedelta(hours=1)
    if isinstance(field, models.IntegerField):
        return (value or 0) + 7
    if isinstance(field, models.JSONField):
        return {"other": "value"} if isinstance(value, dict) else [*value, "other"]
    if field.choices:
        return next(str(c) for c, _ in reversed(field.choices) if str(c) != str(value))
    return ("f" if value[:1] != "f" else "e") + value[1:] if value else "x"


def test_each_verified_column_changed_by_sql_is_found_and_named(cast):
    full_release(cast)
    assert [str(finding) for finding in verify_all().findings] == []
    missed = [
        f"{model.__name__}.{column}"
        for model, column in COLUMNS_TO_TAMPER
        if not _is_found(model, column)
    ]
    assert missed == []
    assert verify_all().is_clean


def _is_found(model: type[models.Model], column: str) -> bool:
    """Whether a change of the column, undone afterwards, is named by the command with exit 1."""
    row = model._default_manager.order_by("-pk").filter(**RELEVANT.get((model, column), {})).first()
    value = other_value(row, column)
    out = StringIO()
    savepoint = transaction.savepoint()
    with guard_off():
        model._default_manager.filter(pk=row.pk).update(**{column: value})
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_audit", "--json", stdout=out)
    transaction.savepoint_rollback(savepoint)
    tree_by_digest.cache_clear()
    named = {
        (finding["table"], str(finding["row"]), field.strip())
        for finding in json.loads(out.getvalue())["findings"]
        for field in finding["field"].split(",")
    }
    return stopped.value.code == 1 and (model._meta.model_name, str(row.pk), column) in named


RELEVANT = {
    (AuditChain, "release_id"): {"release__isnull": False},
    (AuditChain, "key"): {"release__isnull": False},
    (AuditEvent, "chain_id"): {"chain__release__version": "2.4.0"},
    (Item, "answer"): {"answer": "done"},
    (Item, "answered_by_id"): {"answer": "done"},
    (Item, "answered_at"): {"answer": "done"},
    (Item, "reason_id"): {"answer": "not_applicable"},
}


def test_events_deleted_from_the_tail_are_found_though_the_head_stays(cast):
    release = full_release(cast)
    head = AuditEvent.objects.filter(chain=release.chain).latest("seq")
    with guard_off():
        head.delete()
    found = {(f.table, f.field) for f in verify_all().findings}
    assert ("auditchain", "head_seq") in found


def test_a_missing_trigger_is_found(cast):
    full_release(cast)
    name = next(iter(SQLITE)) if connection.vendor == "sqlite" else "audit_event_link"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1" if connection.vendor == "sqlite" else "SET CONSTRAINTS ALL IMMEDIATE"
        )
        on = "" if connection.vendor == "sqlite" else " ON checklists_auditevent"
        cursor.execute(f"DROP TRIGGER {name}{on}")
    assert [(f.table, f.row) for f in verify_all().findings] == [("trigger", name)]


def test_a_row_added_behind_the_log_is_found(cast):
    release = full_release(cast)
    item = release.items.first()
    item.pk = None
    item.key += "-twin"
    item.save()
    assert ("item", item.pk, "row") in {(f.table, f.row, f.field) for f in verify_all().findings}


def test_an_item_taken_out_behind_the_log_is_found(cast):
    item = full_release(cast).items.first()
    Item.objects.filter(pk=item.pk).update(removed_at=timezone.now())
    assert ("item", item.pk) in {(f.table, f.row) for f in verify_all().findings}


def test_words_that_were_changed_no_longer_open_their_commitment(cast):
    full_release(cast)
    text = Disclosable.objects.filter(kind="reason").first()
    Disclosable.objects.filter(pk=text.pk).update(value="Something else entirely.")
    assert ("disclosable", text.pk) in {(f.table, f.row) for f in verify_all().findings}


def test_verifying_one_release_reads_only_that_release(cast):
    release = full_release(cast)
    out = StringIO()
    call_command("verify_audit", release=release.pk, stdout=out)
    assert "in 1 chains: verified." in out.getvalue()
    with pytest.raises(SystemExit) as exit_code:
        call_command("verify_audit", release=10**9, stderr=StringIO())
    assert exit_code.value.code == 2


def test_the_system_is_an_actor_of_the_log():
    assert Actor.of_system().as_body() == {"kind": "system"}
    assert Release.objects.count() == 0
