"""The guard on PostgreSQL. ENABLE ALWAYS keeps it on for replication sessions too.

The functions run with a fixed search path; those that write run as the owner of the tables, so the
application's role needs no right to move a head by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

_EVENT = "checklists_auditevent"
_CHAIN = "checklists_auditchain"


@dataclass(frozen=True, slots=True)
class Guard:
    """Functions by name, and triggers by name as (table, SQL).

    The SQL is spelled as PostgreSQL spells it when asked what is there.
    """

    functions: dict[str, str]
    triggers: dict[str, tuple[str, str]]

    def function_of(self, trigger: str) -> str:
        """The function that a trigger runs."""
        return self.triggers[trigger][1].rsplit(" ", 1)[1].removesuffix("()")


def _on(table: str, name: str, when: str, each: str, function: str) -> tuple[str, str]:
    return table, (
        f"CREATE TRIGGER {name} {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"
    )


_FUNCTIONS = {
    "audit_refuse": """CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $guard$
BEGIN
  RAISE EXCEPTION 'audit log is append-only: % on % refused', TG_OP, TG_TABLE_NAME
    USING ERRCODE = '23001';
END $guard$""",
    "audit_event_check": f"""CREATE OR REPLACE FUNCTION audit_event_check() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $guard$
DECLARE head record; body json;
BEGIN
  SELECT key, head_seq, head_hash INTO head FROM {_CHAIN} WHERE id = NEW.chain_id FOR UPDATE;
  IF NOT FOUND OR NEW.seq <> head.head_seq + 1 OR NEW.prev_hash <> head.head_hash THEN
    RAISE EXCEPTION 'audit chain: seq or prev_hash does not extend the head'
      USING ERRCODE = '23514';
  END IF;
  IF NEW.hash IS DISTINCT FROM encode(sha256(convert_to(
      'readiness-audit-v1' || chr(10) || NEW.prev_hash || chr(10) || NEW.body, 'UTF8')), 'hex') THEN
    RAISE EXCEPTION 'audit chain: hash mismatch' USING ERRCODE = '23514';
  END IF;
  body := NEW.body::json;
  IF (body->>'seq')::bigint IS DISTINCT FROM NEW.seq THEN
    RAISE EXCEPTION 'audit chain: body does not name this seq' USING ERRCODE = '23514';
  END IF;
  IF body->>'chain' IS DISTINCT FROM head.key THEN
    RAISE EXCEPTION 'audit chain: body does not name this chain' USING ERRCODE = '23514';
  END IF;
  IF body->>'action' IS DISTINCT FROM NEW.action THEN
    RAISE EXCEPTION 'audit chain: body does not name this action' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $guard$""",
    "audit_event_head": f"""CREATE OR REPLACE FUNCTION audit_event_head() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $guard$
BEGIN
  UPDATE {_CHAIN} SET head_seq = NEW.seq, head_hash = NEW.hash, head_at = NEW.at
  WHERE id = NEW.chain_id;
  RETURN NULL;
END $guard$""",
    "audit_chain_check": f"""CREATE OR REPLACE FUNCTION audit_chain_check() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $guard$
BEGIN
  IF NEW.id <> OLD.id OR NEW.key <> OLD.key OR NEW.release_id IS DISTINCT FROM OLD.release_id
    OR NEW.head_seq <> OLD.head_seq + 1 OR NOT EXISTS (
      SELECT 1 FROM {_EVENT} e WHERE e.chain_id = NEW.id AND e.seq = NEW.head_seq
      AND e.hash = NEW.head_hash AND e.at = NEW.head_at) THEN
    RAISE EXCEPTION 'audit head may only advance by one, to an event that exists'
      USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $guard$""",
    "audit_chain_empty": """CREATE OR REPLACE FUNCTION audit_chain_empty() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $guard$
BEGIN
  IF NEW.head_seq <> 0 OR NEW.head_hash <> repeat('0', 64) OR NEW.head_at IS NOT NULL THEN
    RAISE EXCEPTION 'audit chain must start empty' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $guard$""",
}

_TRIGGERS = {
    "audit_event_no_change": _on(
        _EVENT, "audit_event_no_change", "BEFORE DELETE OR UPDATE", "ROW", "audit_refuse"
    ),
    "audit_event_no_truncate": _on(
        _EVENT, "audit_event_no_truncate", "BEFORE TRUNCATE", "STATEMENT", "audit_refuse"
    ),
    "audit_event_link": _on(
        _EVENT, "audit_event_link", "BEFORE INSERT", "ROW", "audit_event_check"
    ),
    "audit_event_advance": _on(
        _EVENT, "audit_event_advance", "AFTER INSERT", "ROW", "audit_event_head"
    ),
    "audit_chain_new": _on(_CHAIN, "audit_chain_new", "BEFORE INSERT", "ROW", "audit_chain_empty"),
    "audit_chain_advance": _on(
        _CHAIN, "audit_chain_advance", "BEFORE UPDATE", "ROW", "audit_chain_check"
    ),
    "audit_chain_no_delete": _on(
        _CHAIN, "audit_chain_no_delete", "BEFORE DELETE", "ROW", "audit_refuse"
    ),
    "audit_chain_no_truncate": _on(
        _CHAIN, "audit_chain_no_truncate", "BEFORE TRUNCATE", "STATEMENT", "audit_refuse"
    ),
}

# Whoever is not the owner may read and add. FOR UPDATE asks for the right to update some column of
# the chain; the trigger refuses what an update would do.
PRIVILEGES = f"""DO $guard$
DECLARE other text;
BEGIN
  FOR other IN SELECT DISTINCT grantee FROM information_schema.role_table_grants
    WHERE table_schema = current_schema() AND table_name = '{_EVENT}'
    AND grantee NOT IN (current_user, 'PUBLIC')
  LOOP
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON {_EVENT}, {_CHAIN} FROM %I', other);
    EXECUTE format('GRANT UPDATE (head_seq) ON {_CHAIN} TO %I', other);
  END LOOP;
END $guard$"""

POSTGRESQL = Guard(functions=_FUNCTIONS, triggers=_TRIGGERS)
