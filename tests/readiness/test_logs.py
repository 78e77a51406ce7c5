import io
import json
import logging
import logging.config

import pytest
import structlog

from readiness import logs


@pytest.fixture
def lines():
    """The JSON lines written during the test."""
    stream = io.StringIO()
    configuration = logs.configuration("json", level="INFO")
    formatter = configuration["formatters"]["line"]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=formatter["processors"], foreign_pre_chain=formatter["foreign_pre_chain"]
        )
    )
    logger = logging.getLogger("readiness.tests")
    logger.addHandler(handler)
    logger.setLevel("INFO")
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)


@pytest.mark.parametrize(
    ("said", "secret"),
    [
        ("GET /accounts/password/reset/key/3-abc123def/", "3-abc123def"),
        ("GET /accounts/confirm-email/MQ:1vN:abc_-9/", "MQ:1vN:abc_-9"),
        ("Authorization: Bearer rdy_abc-DEF_123", "rdy_abc-DEF_123"),
        ("token rdy_abc is no longer good", "rdy_abc"),
        ("POST /api/v1/ping/4f1c9a/fail", "4f1c9a"),
        ("postgres://app:hunter2@db/readiness", "hunter2"),
        ("/x?token=s3cret&next=/", "s3cret"),
        ("/invitations/Ab3dEf6hIj9lMn/", "Ab3dEf6hIj9lMn"),
        ("GET /calendar/feed/Zk3-x_9.ics", "Zk3-x_9"),
    ],
)
def test_a_secret_never_reaches_the_log(lines, said, secret):
    logging.getLogger("readiness.tests").info("seen: %s", said)
    structlog.get_logger("readiness.tests").info("seen", what=said)
    written = lines()
    assert len(written) == 2
    assert secret not in json.dumps(written)
    assert "[redacted]" in json.dumps(written)


def test_a_secret_in_a_traceback_is_redacted_too(lines):
    try:
        raise ValueError("cannot use rdy_abc123")
    except ValueError:
        logging.getLogger("readiness.tests").exception("failed")
    assert "ValueError" in lines()[0]["exception"]
    assert "rdy_abc123" not in json.dumps(lines())


def test_each_line_says_when_where_and_how_bad(lines):
    logging.getLogger("readiness.tests").warning("late")
    assert {"timestamp", "logger", "level", "event"} <= lines()[0].keys()


@pytest.mark.parametrize("said", ["/a\n2026-11-23 [info] all is well", "/a\x1b[2J", "/a\u2028b"])
def test_nobody_forges_a_line_or_speaks_to_a_terminal(lines, said):
    logging.getLogger("readiness.tests").info("seen: %s", said)
    structlog.get_logger("readiness.tests").info("seen", path=said)
    assert len(lines()) == 2
    for line in lines():
        assert all(text.isprintable() for text in line.values() if isinstance(text, str))
