import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from readiness import env


@pytest.fixture
def given(monkeypatch):
    def give(value: str) -> str:
        monkeypatch.setenv("A_VARIABLE", value)
        return "A_VARIABLE"

    return give


@pytest.mark.parametrize(
    ("written", "read"),
    [("1", True), ("true", True), ("Yes", True), ("0", False), ("off", False), ("", True)],
)
def test_a_flag_is_read_and_an_empty_one_is_its_default(given, written, read):
    assert env.flag(given(written), default=True) is read


def test_a_flag_that_says_neither_yes_nor_no_stops_the_start(given):
    with pytest.raises(ImproperlyConfigured, match="A_VARIABLE must be 1 or 0, not 'maybe'"):
        env.flag(given("maybe"))


def test_a_number_that_is_none_stops_the_start(given):
    with pytest.raises(ImproperlyConfigured, match="A_VARIABLE must be a whole number"):
        env.integer(given("8000x"), 1)


@pytest.mark.parametrize("written", ["a,b", "a b", " a , b ", "a,,b"])
def test_words_are_separated_by_commas_or_blanks(given, written):
    assert env.words(given(written)) == ("a", "b")


def test_absent_variables_are_their_defaults():
    assert env.words("NOT_THERE", ("x",)) == ("x",)
    assert env.integers("NOT_THERE", frozenset({80})) == {80}
    assert env.integer("NOT_THERE", 7) == 7


def test_integers_refuse_what_is_no_port(given):
    with pytest.raises(ImproperlyConfigured, match="A_VARIABLE"):
        env.integers(given("80,http"), frozenset())


def test_a_secret_is_made_once_and_for_its_owner_alone(tmp_path):
    path = tmp_path / "secret-key"
    first = env.secret("NOT_THERE", kept_in=path)
    assert len(first) > 50
    assert env.secret("NOT_THERE", kept_in=path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["secret-key"]


def test_a_given_secret_is_not_written_down(given, tmp_path):
    assert env.secret(given("from outside"), kept_in=tmp_path / "secret-key") == "from outside"
    assert not list(tmp_path.iterdir())


def test_processes_that_start_together_share_one_secret(tmp_path):
    program = (
        "import sys; from pathlib import Path; from readiness import env;"
        "print(env.secret('NOT_THERE', kept_in=Path(sys.argv[1])))"
    )
    path = str(tmp_path / "secret-key")
    racers = [
        subprocess.Popen([sys.executable, "-c", program, path], stdout=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    assert len({racer.communicate()[0] for racer in racers}) == 1


def test_a_new_directory_is_private(given, tmp_path):
    path = env.directory(given(str(tmp_path / "a" / "b")), Path("unused"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("role", "app", "owner", "chosen"),
    [
        ("web", "", "", "sqlite:///data/x.sqlite3"),
        ("owner", "", "", "sqlite:///data/x.sqlite3"),
        ("web", "postgres://app@db/x", "postgres://owner@db/x", "postgres://app@db/x"),
        ("owner", "postgres://app@db/x", "postgres://owner@db/x", "postgres://owner@db/x"),
        ("owner", "postgres://app@db/x", "", "postgres://app@db/x"),
    ],
)
def test_only_the_owner_role_gets_the_url_that_may_change_tables(
    monkeypatch, role, app, owner, chosen
):
    monkeypatch.setenv("DATABASE_URL", app)
    monkeypatch.setenv("MIGRATE_DATABASE_URL", owner)
    assert env.database_url("DATABASE_URL", default=Path("/data/x.sqlite3"), role=role) == chosen
