"""The demo release from no-go to go and back, with its probes looking at real targets; and at each
event of that story, what the gate says of the past is what it said then."""

from __future__ import annotations

import threading
from datetime import timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from checklists.actors import Actor
from checklists.audit.current import current_state
from checklists.audit.verify import verify_all
from checklists.gate import Go
from checklists.management.demo import targets
from checklists.management.demo.loading import load
from checklists.models import Item, Person, Probe, Release, Waiver
from checklists.operations.decisions import decide_release
from checklists.operations.items import tick_item, untick_item
from checklists.operations.probe_runs import run_release
from checklists.operations.probes import attach_probe, detach_probe
from checklists.operations.signoffs import rule_digest_for, sign_release
from checklists.state import Answer, Meaning, Stage

pytestmark = pytest.mark.django_db

# By hand: what is neither ticked, nor not applicable, nor waived past go-live.
OPEN = [
    "1.1.5",
    "1.2.5",
    "1.4.3",
    "1.4.4",
    "2.1.5",
    "2.2.4",
    "2.4.3",
    "3.1.4",
    "3.3.4",
    "4.1.4",
    "4.2.4",
    "4.3.3",
    "4.4.2",
    "4.4.3",
    "5.1.3",
    "5.1.4",
    "5.1.5",
    "5.2.2",
    "6.1.2",
    "6.1.4",
    "7.1.1",
    "7.1.2",
    "7.1.3",
    "7.1.4",
    "7.1.5",
    "7.2.1",
    "7.2.2",
    "7.2.3",
    "7.2.4",
    "7.2.5",
    "8.1.2",
    "8.1.3",
    "8.1.4",
    "8.2.2",
    "8.2.4",
    "9.1.1",
    "9.1.2",
    "9.1.4",
    "9.2.1",
    "9.2.2",
    "9.2.4",
    "10.1.1",
    "10.1.2",
    "10.1.3",
    "10.1.4",
    "10.2.1",
    "10.2.2",
    "10.2.3",
    "10.2.4",
]
NEVER_LOOKED = ["1.1.3", "1.1.4", "1.4.2", "2.1.1", "3.2.1", "4.1.5", "6.1.1"]


class Targets:
    """The demo's targets in this process, with answers that a test may change."""

    def __init__(self, directory: Path) -> None:
        self.ports = targets.prepare(directory)
        self.answers = dict(targets.ANSWERS)
        answers = self.answers

        class Handler(targets.Target):
            def do_GET(self) -> None:  # noqa: N802 (its name in the standard library)
                status, body = answers.get(self.path, (404, b""))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                if "/mended" in answers:
                    self.send_header("X-Docs-Version", "2.4.0")
                self.end_headers()
                self.wfile.write(body)

        self.server = ThreadingHTTPServer((targets.HOST, self.ports["http"]), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def mend(self) -> None:
        """Everything answers as it should."""
        self.answers |= {"/status": (200, b"all fine\n"), "/mended": (200, b"")}


@pytest.fixture
def demo_targets(tmp_path: Path, settings):
    found = Targets(tmp_path / "demo")
    settings.PROBE_ALLOWED = tuple(f"{targets.HOST}/32:{port}" for port in found.ports.values())
    yield found
    found.server.shutdown()
    found.server.server_close()


def person(name: str) -> Actor:
    return Actor.of_person(Person.objects.get(email=f"{name}@example.com"))


def sign_both(release: Release) -> None:
    for name, role in (("sam", "security"), ("marta", "release-manager")):
        sign_release(
            release,
            actor=person(name),
            role=role,
            meaning=Meaning.APPROVE,
            digest=rule_digest_for(current_state(release), role),
            authenticated_at=timezone.now(),
        )


def said(decision) -> set[tuple[str, str | None, str | None]]:
    return {(reason.code, reason.item, reason.role) for reason in decision.reasons}


def test_the_demo_goes_from_no_go_to_go_and_back(demo_targets):
    release = Release.objects.get(pk=load("a long enough sentence", demo_targets.ports).release)
    items = {item.number: item for item in Item.objects.filter(release=release)}
    then = []

    def ask():
        decision = decide_release(release)
        then.append((timezone.now(), decision))
        return decision

    key = {number: item.key for number, item in items.items()}
    assert said(ask()) == {
        *(("item_open", key[number], None) for number in OPEN),
        *(("probe_never", key[number], None) for number in NEVER_LOOKED),
        ("waiver_expired", key["8.2.3"], None),
        ("item_waived", key["2.3.5"], None),
        ("signoff_stale", None, "security"),
        ("signoff_missing", None, "release-manager"),
    }
    assert then[0][1].verdict == Go.NO_GO
    assert [note.item for note in then[0][1].notes] == [key[n] for n in ("1.4.5", "2.3.4", "9.1.5")]

    run_release(release)
    looked = said(ask())
    # Nothing answers on the TLS port, and the status page answers 503.
    assert ("item_failed", key["1.4.2"], None) in looked
    assert ("item_failed", key["10.2.2"], None) in looked
    assert ("probe_error", key["6.1.1"], None) in looked
    assert Item.objects.get(pk=items["1.4.2"].pk).answer == Answer.OPEN

    demo_targets.mend()
    tls = Probe.objects.get(item=items["1.4.2"])
    look_elsewhere(tls, f"http://127.0.0.1:{demo_targets.ports['http']}/")
    for _ in range(2):
        run_release(release)
    for item in Item.objects.filter(
        release=release, stage=Stage.DEPLOY, answer=Answer.OPEN
    ).select_related("release", "checklist"):
        tick_item(item, actor=person("priya"))
    ask()
    sign_both(release)
    last = ask()
    assert said(last) == set()
    assert last.verdict == Go.GO

    rotate = Item.objects.select_related("release").get(pk=items["2.2.3"].pk)
    untick_item(rotate, actor=person("sam"))
    ask()
    tick_item(rotate, actor=person("sam"))
    stale = ask()
    assert stale.verdict == Go.NO_GO
    assert said(stale) == {
        ("signoff_stale", None, "security"),
        ("signoff_stale", None, "release-manager"),
    }

    for moment, decision in then:
        past = decide_release(release, as_of=moment)
        assert (past.verdict, said(past), past.digest) == (
            decision.verdict,
            said(decision),
            decision.digest,
        )
    assert verify_all().is_clean
    assert Waiver.objects.filter(item__release=release).count() == 3


def look_elsewhere(probe: Probe, url: str) -> None:
    """Let marta replace the probe by one that looks at something that is well."""
    item = Item.objects.select_related("release").get(pk=probe.item_id)
    detach_probe(probe, actor=person("marta"))
    attach_probe(item, actor=person("marta"), kind="http", params={"url": url})


# By hand: what of 2.3.2 is still believed in 2.3.3, and why.
CARRIED = {
    "Review the threat model": "validity",
    "Restore a backup and compare it": "evidence",
    "Agree on the error budget": "validity",
    "Assess data protection": "validity",
}


def test_the_second_release_opens_with_what_still_holds_of_the_first(demo_targets):
    load("a long enough sentence", demo_targets.ports)
    first, second = (Release.objects.get(version=version) for version in ("2.3.2", "2.3.3"))
    carried = Item.objects.filter(release=second, carried_from=first)
    assert {item.title: item.carried_reason for item in carried} == CARRIED
    decision = decide_release(second)
    assert {r.item_id for r in decision.reasons if r.code == "item_carried"} == {
        item.pk for item in carried
    }
    assert [r.code for r in decision.blockers] == ["signoff_missing"]
    sign_both(second)
    assert decide_release(second).verdict == Go.GO_WITH_EXCEPTIONS
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        lapsed = {r.item_id for r in decide_release(second).reasons if r.code == "answer_lapsed"}
        assert {item.title for item in carried if item.pk in lapsed} == {
            "Agree on the error budget"
        }
    assert verify_all().is_clean
