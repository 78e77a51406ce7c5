"""The guard on SQLite. SHA256() is registered on every connection by Django's backend.

`INSERT OR REPLACE` deletes without firing DELETE triggers, so inserting refuses what exists.
"""

_EVENT = "checklists_auditevent"
_CHAIN = "checklists_auditchain"


def _refuse(name: str, when: str, table: str, what: str) -> str:
    return f"""CREATE TRIGGER {name} BEFORE {when} ON {table} BEGIN
  SELECT RAISE(ABORT, 'audit log is append-only: {what} refused');
END"""


SQLITE: dict[str, str] = {
    "audit_event_no_update": _refuse("audit_event_no_update", "UPDATE", _EVENT, "UPDATE"),
    "audit_event_no_delete": _refuse("audit_event_no_delete", "DELETE", _EVENT, "DELETE"),
    "audit_chain_no_delete": _refuse("audit_chain_no_delete", "DELETE", _CHAIN, "DELETE"),
    "audit_event_link": f"""CREATE TRIGGER audit_event_link BEFORE INSERT ON {_EVENT} BEGIN
  SELECT RAISE(ABORT, 'audit log is append-only: the row exists') WHERE EXISTS (
    SELECT 1 FROM {_EVENT}
    WHERE id = NEW.id OR (chain_id = NEW.chain_id AND seq = NEW.seq));
  SELECT RAISE(ABORT, 'audit chain: seq or prev_hash does not extend the head') WHERE NOT EXISTS (
    SELECT 1 FROM {_CHAIN} c
    WHERE c.id = NEW.chain_id AND NEW.seq = c.head_seq + 1 AND NEW.prev_hash = c.head_hash);
  SELECT RAISE(ABORT, 'audit chain: hash mismatch') WHERE NEW.hash IS NOT
    SHA256('readiness-audit-v1' || char(10) || NEW.prev_hash || char(10) || NEW.body);
  SELECT RAISE(ABORT, 'audit chain: body does not name this seq')
    WHERE json_extract(NEW.body, '$.seq') IS NOT NEW.seq;
  SELECT RAISE(ABORT, 'audit chain: body does not name this chain')
    WHERE json_extract(NEW.body, '$.chain') IS NOT (
      SELECT key FROM {_CHAIN} WHERE id = NEW.chain_id);
  SELECT RAISE(ABORT, 'audit chain: body does not name this action')
    WHERE json_extract(NEW.body, '$.action') IS NOT NEW.action;
END""",
    "audit_event_advance": f"""CREATE TRIGGER audit_event_advance AFTER INSERT ON {_EVENT} BEGIN
  UPDATE {_CHAIN} SET head_seq = NEW.seq, head_hash = NEW.hash, head_at = NEW.at
  WHERE id = NEW.chain_id;
END""",
    "audit_chain_new": f"""CREATE TRIGGER audit_chain_new BEFORE INSERT ON {_CHAIN} BEGIN
  SELECT RAISE(ABORT, 'audit chain exists') WHERE EXISTS (
    SELECT 1 FROM {_CHAIN} WHERE id = NEW.id OR key = NEW.key);
  SELECT RAISE(ABORT, 'audit chain must start empty')
    WHERE NEW.head_seq <> 0 OR NEW.head_hash <> printf('%064d', 0) OR NEW.head_at IS NOT NULL;
END""",
    "audit_chain_advance": f"""CREATE TRIGGER audit_chain_advance BEFORE UPDATE ON {_CHAIN} BEGIN
  SELECT RAISE(ABORT, 'audit head may only advance by one, to an event that exists')
    WHERE NEW.id <> OLD.id OR NEW.key <> OLD.key OR NEW.release_id IS NOT OLD.release_id
    OR NEW.head_seq <> OLD.head_seq + 1
    OR NOT EXISTS (SELECT 1 FROM {_EVENT} e
      WHERE e.chain_id = NEW.id AND e.seq = NEW.head_seq AND e.hash = NEW.head_hash
      AND e.at = NEW.head_at);
END""",
}
