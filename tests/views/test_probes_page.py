"""Probes on pages: the list, one probe, the form, run now, and what each may say."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from checklists.actors import Actor
from checklists.forms.conditions import typed_value
from checklists.models import Probe, ProbeSpan
from checklists.operations.deployments import abort_release
from checklists.operations.probes import detach_probe
from checklists.pages.event_words import interval_words
from checklists.pages.probe_charts import bars_of, latency_of, phases_of
from checklists.probes.facts import FactType
from tests.checklist_data import item_of, open_small_release, publish, wide_tree
from tests.factories import MembershipFactory
from tests.probe_data import SLOW, URL, attach, claim, report

pytestmark = pytest.mark.django_db


@pytest.fixture
def probe(cast, release):
    return attach(item_of(release, "configure-dns"), cast.marta)


@pytest.fixture
def manager(cast, client):
    client.force_login(cast.marta)
    return client


def plain(answer):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def row(answer):
    """The one row of the list, without markup."""
    (found,) = re.findall(r"<tr><td>.*?</tr>", answer.text, re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found)).split())


@pytest.mark.parametrize(
    ("letters", "word"), [("P", "Pass"), ("PWW", "Warn"), ("PFFF", "Fail"), ("PEEE", "No answer")]
)
def test_each_confirmed_verdict_has_its_word(letters, word, probe, manager):
    report(probe, letters, timezone.now() - timedelta(minutes=len(letters)))
    assert row(manager.get("/probes/")).startswith(f"{word} GET {URL} HTTP, every minute 1.1.1")
    assert word in plain(manager.get(f"/probes/{probe.pk}/"))


def test_a_probe_that_never_looked_says_never(probe, manager):
    assert row(manager.get("/probes/")).startswith("Never")
    page = plain(manager.get(f"/probes/{probe.pk}/"))
    assert "Answers with 2xx not looked yet Never" in page
    assert "It has not looked yet" in page


def test_an_old_verdict_is_stale_and_is_neither_pass_nor_fail(probe, manager):
    report(probe, "P", timezone.now() - timedelta(hours=2))
    assert row(manager.get("/probes/")).startswith("Stale")
    ProbeSpan.objects.update(last_at=timezone.now())
    assert row(manager.get("/probes/")).startswith("Pass")


def test_a_probe_that_somebody_runs_now_says_running(probe, manager):
    claim(probe)
    assert row(manager.get("/probes/")).startswith("Running")
    page = manager.get(f"/probes/{probe.pk}/")
    assert "It runs now" in plain(page)
    assert 'hx-trigger="every 2s"' in page.text
    assert row(manager.get("/probes/?show=running")).startswith("Running")


def test_one_bad_run_is_shown_and_not_yet_believed(probe, manager):
    report(probe, "PPF", timezone.now() - timedelta(minutes=3))
    page = plain(manager.get(f"/probes/{probe.pk}/"))
    assert "Relied on Pass" in page
    assert "1 run in a row said Fail; that is not confirmed yet." in page
    assert "Last 3 runs: 2 pass, 1 fail; the newest fail, 66.6% good." in page


def test_a_probe_shows_what_it_expected_and_what_it_saw(probe, manager):
    report(probe, "PFFF", timezone.now() - timedelta(minutes=4))
    page = plain(manager.get(f"/probes/{probe.pk}/"))
    assert "Answers with 2xx False Broken" in page
    assert "Quick warns only 20 Holds" in page
    assert "status 503" in page
    assert "Fail 2 min" in page
    assert "Pass 0 s" in page
    assert "Duration of the last 4 runs: 20 to 20 ms" in page


def test_a_run_without_an_answer_shows_why(probe, manager):
    report(probe, "EEE", timezone.now() - timedelta(minutes=3))
    assert "No answer from the resolvers." in plain(manager.get(f"/probes/{probe.pk}/"))
    assert "No answer from the resolvers." in row(manager.get("/probes/"))


def test_the_list_is_sorted_by_what_needs_somebody(cast, release, manager):
    start = timezone.now() - timedelta(minutes=4)
    for ending, letters in (("dns", "PPPP"), ("cdn", "PFFF"), ("secrets", "PEEE")):
        report(attach(item_of(release, f"-{ending}"), cast.marta), letters, start)
    page = manager.get("/probes/").text
    words = re.findall(r'<tr><td><span class="status st-\w+">.*?</svg>([\w ]+)<', page)
    assert words == ["Fail", "No answer", "Pass"]
    assert "3 probes in running releases" in plain(manager.get("/probes/"))


def test_the_list_is_filtered_by_verdict_project_and_words(cast, release, manager):
    start = timezone.now() - timedelta(minutes=4)
    report(attach(item_of(release, "configure-dns"), cast.marta), "P", start)
    report(attach(item_of(release, "configure-cdn"), cast.marta), "PFFF", start)
    assert "Configure CDN" in row(manager.get("/probes/?show=fail"))
    assert "Configure DNS" in row(manager.get("/probes/?q=1.1.1+dns"))
    assert "No probe matches" in plain(manager.get("/probes/?q=nothing"))
    MembershipFactory(project=cast.other_project, person=cast.marta, role="viewer")
    assert "Configure CDN" in row(manager.get("/probes/?project=payments&show=fail"))
    assert "2 probes" in plain(manager.get("/probes/?project=nonsense&page=99999"))


def test_nobody_sees_the_probes_of_other_projects(cast, probe, client):
    client.force_login(cast.mallory)
    assert "No probe yet" in plain(client.get("/probes/"))
    assert client.get(f"/probes/{probe.pk}/").status_code == 404
    assert client.post(f"/probes/{probe.pk}/run/").status_code == 404


def test_the_probes_of_a_release_that_is_over_are_put_apart(cast, release, probe, manager):
    report(probe, "P")
    abort_release(release, actor=Actor.of_person(cast.marta), reason="Not now.")
    assert "0 probes in running releases" in plain(manager.get("/probes/"))
    assert row(manager.get("/probes/?show=resting")).startswith("Ended, pass")
    page = manager.get(f"/probes/{probe.pk}/")
    assert "None: the release is over" in plain(page)
    assert "/run/" not in page.text


def test_run_now_makes_it_due_at_once_and_not_twice(cast, probe, client):
    Probe.objects.update(next_run_at=timezone.now() + timedelta(hours=1))
    client.force_login(cast.priya)
    answer = client.post(f"/probes/{probe.pk}/run/")
    assert (answer.status_code, answer["Location"]) == (302, f"/probes/{probe.pk}/")
    probe.refresh_from_db()
    assert probe.next_run_at <= timezone.now()
    assert "As soon as a worker is free" in plain(client.get(f"/probes/{probe.pk}/"))
    assert client.post(f"/probes/{probe.pk}/run/").status_code == 409


def test_who_may_not_run_sees_no_button(cast, probe, client):
    client.force_login(cast.vic)
    assert "/run/" not in client.get(f"/probes/{probe.pk}/").text
    assert "/run/" not in client.get("/probes/").text
    assert client.post(f"/probes/{probe.pk}/run/").status_code == 403


def test_a_detached_probe_keeps_its_page(cast, probe, manager):
    report(probe, "P")
    answer = manager.post(f"/probes/{probe.pk}/detach/")
    assert answer["Location"] == f"/releases/{probe.item.release_id}/#item-{probe.item_id}"
    assert "This probe is detached" in plain(manager.get(f"/probes/{probe.pk}/"))
    assert "No probe yet" in plain(manager.get("/probes/"))


def http(**more):
    return {"kind": "http", "url": URL, "method": "GET", "interval_s": "300", **more}


def test_an_http_probe_is_attached_with_its_conditions(release, manager):
    item = item_of(release, "configure-dns")
    assert 'name="url"' in manager.get(f"/items/{item.pk}/probe/").text
    answer = manager.post(
        f"/items/{item.pk}/probe/",
        http(
            headers="Accept: application/json\nX-Check: yes",
            **{"c0-fact": "status", "c0-op": "in", "c0-value": "200, 204", "c0-level": "fail"},
            **{"c1-fact": "", "c1-op": "eq", "c1-value": ""},
            **{"c2-fact": "header.server", "c2-op": "glob", "c2-value": "nginx*"},
            **{"c2-level": "warn", "c2-label": "Our server"},
        ),
    )
    probe = item.probes.get()
    assert answer["Location"] == f"/probes/{probe.pk}/"
    assert probe.interval_s == 300
    assert probe.params["headers"] == {"Accept": "application/json", "X-Check": "yes"}
    assert [(c["fact"], c["op"], c["value"], c["level"]) for c in probe.conditions] == [
        ("status", "in", [200, 204], "fail"),
        ("header.server", "glob", "nginx*", "warn"),
    ]
    form = manager.get(f"/items/{item.pk}/probe/").text
    assert 'value="200, 204"' in form
    assert 'value="Our server"' in form
    assert "X-Check: yes" in form


def test_a_tls_probe_is_attached_and_changed(release, manager):
    item = item_of(release, "configure-dns")
    assert 'name="host"' in manager.get(f"/items/{item.pk}/probe/?kind=tls").text
    tls = {"kind": "tls", "host": "www.example.org", "port": "443", "interval_s": "3600"}
    days = {"warn_days": "30", "fail_days": "10"}
    assert manager.post(f"/items/{item.pk}/probe/", tls | days).status_code == 302
    probe = item.probes.get()
    before = probe.spec_digest
    assert (probe.kind, probe.params["warn_days"]) == ("tls", 30)
    assert (
        manager.post(f"/items/{item.pk}/probe/", tls | days | {"port": "8443"}).status_code == 302
    )
    probe.refresh_from_db()
    assert probe.params["port"] == 8443
    assert probe.spec_digest != before
    assert item.probes.count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"url": ""}, "This field is required."),
        ({"url": "http://127.0.0.1:8000/"}, "url"),
        ({"url": "http://169.254.169.254/latest/"}, "url"),
        ({"url": "file:///etc/passwd"}, "url"),
        ({"headers": "no colon here"}, "“no colon here” is no header"),
        ({"headers": "Authorization: Bearer x"}, "would show its credential"),
        ({"interval_s": "7"}, "Select a valid choice."),
        ({"c0-fact": "staus", "c0-value": "200"}, "does not report 'staus'"),
        ({"c0-fact": "status", "c0-op": "contains", "c0-value": "2"}, "not 'contains'"),
        ({"c0-fact": "status", "c0-value": "two hundred"}, "is not a number"),
    ],
)
def test_what_is_wrong_with_a_probe_stands_beside_its_field(wrong, sentence, release, manager):
    item = item_of(release, "configure-dns")
    answer = manager.post(f"/items/{item.pk}/probe/", http() | wrong)
    assert answer.status_code == 422
    assert sentence in html.unescape(answer.text)
    assert '<span class="err"' in answer.text
    assert not item.probes.exists()


def test_a_condition_that_is_refused_is_marked_in_its_own_row(release, manager):
    item = item_of(release, "configure-dns")
    rows = {"c0-fact": "", "c0-value": "", "c1-fact": "latency_ms", "c1-op": "lt", "c1-value": "x"}
    answer = manager.post(f"/items/{item.pk}/probe/", http(**rows))
    second = answer.text[answer.text.index("Condition 2</legend>") :]
    assert "is not a number" in html.unescape(second[: second.index("</fieldset>")])


def test_only_who_may_save_a_probe_sees_the_form(cast, release, client):
    item = item_of(release, "configure-dns")
    for name, status in (("priya", 403), ("vic", 403), ("mallory", 404), ("olga", 200)):
        client.force_login(getattr(cast, name))
        assert client.get(f"/items/{item.pk}/probe/").status_code == status


def test_the_item_shows_its_probe(cast, release, probe, manager):
    report(probe, "PFFF", timezone.now() - timedelta(minutes=4))
    said = plain(manager.get(f"/items/{probe.item_id}/"))
    assert "Probe Fail" in said
    assert "Answers with 2xx False Broken" in said
    detach_probe(probe, actor=Actor.of_person(cast.marta))
    assert "No machine checks this item." in plain(manager.get(f"/items/{probe.item_id}/"))


def test_the_list_takes_the_same_queries_for_any_number_of_probes_and_runs(cast, manager):
    release = open_small_release(cast, "4.0.0", publish(wide_tree(8), "wide"))
    numbers = []
    for at in range(1, 7):
        item = item_of(release, f"item-{at}")
        report(attach(item, cast.marta), "P" * at, timezone.now() - timedelta(minutes=10))
        with CaptureQueriesContext(connection) as queries:
            manager.get("/probes/")
        numbers.append(len(queries))
    assert set(numbers) == {numbers[0]}
    assert numbers[0] <= 9


def test_only_the_last_runs_are_drawn(cast, probe, manager):
    report(probe, "F" * 3 + "P" * 37, timezone.now() - timedelta(minutes=40))
    page = manager.get("/probes/").text
    assert "Last 36 runs: 36 pass" in page
    (bars,) = re.findall(r'<path class="st-done" d="([^"]+)"', page)
    assert bars.count("M") == 36


def test_bars_and_lines_are_numbers_in_attributes():
    bars = bars_of(["pass", "fail", "error", "warn"])
    assert bars.paths == (
        ("st-done", "M128 2h3v20h-3z"),
        ("st-failed", "M132 10h3v12h-3z"),
        ("st-unknown", "M136 16h3v6h-3z"),
        ("st-stale", "M140 7h3v15h-3z"),
    )
    assert bars.rate == "50%"
    assert bars_of([]).label == "No run yet"
    assert latency_of([(5, "pass")]) is None
    line = latency_of([(90, "pass"), (410, "fail"), (130, "pass")])
    assert [tick.label for tick in line.ticks] == ["0 ms", "500 ms", "1,000 ms"]
    assert len(line.dots) == 1
    assert "90 to 410 ms, half of them within 130 ms" in line.label
    shares = [phase.width for phase in phases_of({"resolve": 1.0, "tls": 3.0})]
    assert shares == ["25.00%", "75.00%"]
    assert phases_of({}) == ()


@pytest.mark.parametrize(
    ("text", "op", "kind", "value"),
    [
        ("200", "eq", FactType.NUMBER, 200),
        ("0.5", "lt", FactType.NUMBER, 0.5),
        ("x", "lt", FactType.NUMBER, "x"),
        ("yes", "eq", FactType.BOOL, True),
        ("No", "eq", FactType.BOOL, False),
        ("200", "eq", FactType.TEXT, "200"),
        ("a, b,", "in", FactType.TEXT, ["a", "b"]),
        ("", "exists", FactType.TEXT, True),
        ("no", "exists", FactType.TEXT, False),
        ("3600", "age_lt", FactType.TIME, 3600),
        ("200", "eq", None, "200"),
    ],
)
def test_what_is_typed_becomes_what_the_fact_is_made_of(text, op, kind, value):
    typed = typed_value(text, op, kind)
    assert (typed, type(typed)) == (value, type(value))


def test_intervals_are_said_in_the_largest_unit():
    said = [interval_words(seconds) for seconds in (10, 60, 300, 3600, 21_600, 86_400, 604_800)]
    assert said == [
        "every 10 s",
        "every minute",
        "every 5 min",
        "hourly",
        "every 6 h",
        "daily",
        "every 7 days",
    ]


def test_pages_hold_no_style(probe, manager):
    report(probe, "PF", timezone.now() - timedelta(minutes=2))
    for path in ("/probes/", f"/probes/{probe.pk}/", f"/items/{probe.item_id}/probe/"):
        assert "style=" not in manager.get(path).text
    assert SLOW["label"] in manager.get(f"/items/{probe.item_id}/probe/").text
