"""`run_probes`: what it runs, prints, and ends with."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from checklists.actors import Actor
from checklists.models import Probe
from checklists.operations.deployments import abort_release
from tests.checklist_data import item_of
from tests.probe_data import attach, utc_now
from tests.probes.servers import Server, answer, by_path

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings):
    routes = {"/up": answer(), "/down": answer(503)}
    with Server(by_path(routes)) as running:
        settings.PROBE_ALLOWED = (f"127.0.0.1/32:{running.port}",)
        yield running


def run(capsys, *arguments: str) -> tuple[int, str]:
    try:
        call_command("run_probes", *arguments)
    except SystemExit as end:
        return int(end.code or 0), capsys.readouterr().out
    return 0, capsys.readouterr().out


def test_nothing_due_is_good(capsys, db):
    assert run(capsys, "--due") == (0, "Nothing is due.\n")


def test_what_is_due_is_run_and_told(release, marta, server, capsys):
    probe = attach(item_of(release, "configure-dns"), marta, params={"url": f"{server.url}/up"})
    code, out = run(capsys, "--due", "--json")
    told = json.loads(out)
    assert (code, told["counts"]) == (0, {"pass": 1})
    assert told["runs"][0]["probe"] == probe.pk
    assert run(capsys, "--due")[1] == "Nothing is due.\n"


def test_a_failing_probe_ends_with_1(release, marta, server, capsys):
    attach(item_of(release, "configure-dns"), marta, params={"url": f"{server.url}/up"})
    attach(item_of(release, "configure-cdn"), marta, params={"url": f"{server.url}/down"})
    code, out = run(capsys, "--due")
    assert code == 1
    assert [line.split()[0] for line in out.splitlines()] == ["pass", "fail"]


def test_a_probe_that_could_not_look_ends_with_2(release, marta, server, settings, capsys):
    attach(item_of(release, "configure-dns"), marta, params={"url": f"{server.url}/up"})
    settings.PROBE_ALLOWED = ()
    assert run(capsys, "--due")[0] == 2


def test_all_probes_of_a_release_are_run_now(release, marta, server, capsys):
    attach(item_of(release, "configure-dns"), marta, params={"url": f"{server.url}/up"})
    run(capsys, "--due")
    assert Probe.objects.get().next_run_at > utc_now()
    code, out = run(capsys, "--release", str(release.pk), "--json")
    assert (code, json.loads(out)["counts"]) == (0, {"pass": 1})


def test_a_release_that_is_not_there_or_is_over_is_bad_use(release, marta):
    with pytest.raises(CommandError) as refused:
        call_command("run_probes", "--release", "999")
    assert refused.value.returncode == 2
    abort_release(
        release, actor=Actor.of_person(marta), reason="The vendor withdrew the component."
    )
    with pytest.raises(CommandError) as refused:
        call_command("run_probes", "--release", str(release.pk))
    assert refused.value.returncode == 2
