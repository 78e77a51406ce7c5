"""What the database itself refuses, whoever asks."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from checklists.audit import triggers
from checklists.audit.format import event_hash
from checklists.models import AuditChain, AuditEvent

pytestmark = pytest.mark.django_db


def sql(statement: str, *values) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def forged(chain: AuditChain, **fields) -> AuditEvent:
    """An event that extends the chain rightly, but for the fields given."""
    body = fields.pop("body", None) or (
        f'{{"action":"item.ticked","chain":"{chain.key}","seq":{chain.head_seq + 1}}}'
    )
    event = AuditEvent(
        chain=chain,
        seq=chain.head_seq + 1,
        body=body,
        prev_hash=chain.head_hash,
        hash=event_hash(chain.head_hash, body),
        at="2026-11-23T10:00:00Z",
        action="item.ticked",
    )
    for name, value in fields.items():
        setattr(event, name, value)
    return event


@pytest.fixture
def chain(release) -> AuditChain:
    return AuditChain.objects.get(release=release)


CHANGES = {
    "an update": "UPDATE checklists_auditevent SET body = '{}' WHERE chain_id = %s",
    "a delete": "DELETE FROM checklists_auditevent WHERE chain_id = %s",
    "a head moved back": "UPDATE checklists_auditchain SET head_seq = 0 WHERE id = %s",
    "a head moved on": "UPDATE checklists_auditchain SET head_seq = head_seq + 1 WHERE id = %s",
    "a chain renamed": "UPDATE checklists_auditchain SET key = 'release:0' WHERE id = %s",
    "a chain given away": "UPDATE checklists_auditchain SET release_id = NULL WHERE id = %s",
    "a chain deleted": "DELETE FROM checklists_auditchain WHERE id = %s",
}


@pytest.mark.parametrize("statement", CHANGES.values(), ids=CHANGES)
def test_events_and_heads_cannot_be_changed(chain, statement):
    with pytest.raises(IntegrityError):
        sql(statement, chain.pk)


@pytest.mark.parametrize("how", ["update", "delete", "bulk_update", "raw_delete", "upsert"])
def test_nor_through_the_orm(chain, how):
    events = AuditEvent.objects.filter(chain=chain)
    event = events.get()
    event.body = "{}"
    change = {
        "update": lambda: events.update(body="{}"),
        "delete": events.delete,
        "bulk_update": lambda: events.bulk_update([event], ["body"]),
        "raw_delete": lambda: events._raw_delete(events.db),
        "upsert": lambda: AuditEvent.objects.bulk_create(
            [event], update_conflicts=True, update_fields=["body"], unique_fields=["id"]
        ),
    }[how]
    with pytest.raises(IntegrityError), transaction.atomic():
        change()
    assert events.get().body != "{}"


FORGERIES = {
    "a gap": {"seq": 7},
    "another prev_hash": {"prev_hash": "f" * 64},
    "another hash": {"hash": "f" * 64},
    "a body that names another seq": {"body": '{"action":"item.ticked","chain":"x","seq":9}'},
    "a body that names another chain": {"body": '{"action":"item.ticked","chain":"x","seq":2}'},
    "an action the body does not name": {"action": "item.unticked"},
}


@pytest.mark.parametrize("fields", FORGERIES.values(), ids=FORGERIES)
def test_an_event_that_does_not_extend_its_chain_is_refused(chain, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        forged(chain, **fields).save(force_insert=True)
    assert AuditEvent.objects.filter(chain=chain).count() == 1


def test_an_event_that_does_is_taken_and_moves_the_head(chain):
    event = forged(chain)
    event.save()
    chain.refresh_from_db()
    assert (chain.head_seq, chain.head_hash) == (2, event.hash)


def test_replacing_a_row_does_not_go_round_the_guard(chain):
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite knows INSERT OR REPLACE")
    with pytest.raises(IntegrityError):
        sql(
            "INSERT OR REPLACE INTO checklists_auditevent "
            "SELECT id, seq, '{}', prev_hash, hash, at, action, item_id, chain_id "
            "FROM checklists_auditevent WHERE chain_id = %s",
            chain.pk,
        )


def test_a_new_chain_starts_empty(release):
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditChain.objects.create(key="release:0", head_seq=4)


@pytest.mark.postgres
def test_whoever_does_not_own_the_tables_may_only_read_and_add(chain):
    if connection.vendor != "postgresql":
        pytest.skip("roles are PostgreSQL's")
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("CREATE ROLE readiness_test_app")
    sql("GRANT ALL ON ALL TABLES IN SCHEMA public TO readiness_test_app")
    triggers.install(connection)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t, p, has_table_privilege('readiness_test_app', t, p) "
            "FROM unnest(ARRAY['checklists_auditevent', 'checklists_auditchain']) t, "
            "unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) p"
        )
        may = {(table, what) for table, what, granted in cursor.fetchall() if granted}
        cursor.execute(
            "SELECT has_column_privilege('readiness_test_app', 'checklists_auditchain', "
            "'head_seq', 'UPDATE')"
        )
        locks = cursor.fetchone()[0]
    tables = ("checklists_auditevent", "checklists_auditchain")
    assert may == {(table, what) for table in tables for what in ("SELECT", "INSERT")}
    assert locks
