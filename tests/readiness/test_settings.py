import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
BRANCHES = (ast.If, ast.IfExp, ast.Try, ast.Match, ast.While, ast.For)


def test_settings_hold_no_branch():
    tree = ast.parse((ROOT / "readiness" / "settings.py").read_text())
    found = [node.lineno for node in ast.walk(tree) if isinstance(node, BRANCHES)]
    assert not found, f"a choice belongs into env.py or schemes.py, lines {found}"


@pytest.mark.parametrize("package", ["readiness", "checklists"])
def test_nobody_but_env_reads_the_environment(package):
    readers = [
        path.name
        for path in (ROOT / package).rglob("*.py")
        if re.search(r"os\.environ(\.get|\[)|getenv", path.read_text())
    ]
    assert set(readers) <= {"env.py"}


def test_the_policy_for_content_allows_nothing_inline_and_nobody_else():
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert directives["default-src"] == ["'none'"]
    assert not [value for values in directives.values() for value in values if "unsafe" in value]


def test_one_time_codes_have_no_tolerance_and_signing_in_is_limited():
    assert settings.MFA_TOTP_TOLERANCE == 0
    assert not hasattr(settings, "ACCOUNT_RATE_LIMITS")


def test_the_web_process_does_not_load_celery():
    program = (
        "import sys, django; django.setup(); import readiness.asgi;"
        "print([name for name in ('celery', 'kombu') if name in sys.modules])"
    )
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    result = subprocess.run(
        [sys.executable, "-c", program], env=environ, cwd=ROOT, capture_output=True, text=True
    )
    assert result.stdout.strip() == "[]", result.stderr
