"""Search: what is found, in which scripts, by whom, and that nothing typed is an error."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from checklists import search
from checklists.actors import Actor
from checklists.formats.tree import ChecklistTree, Group, Item, Section
from checklists.models import Disclosable, Evidence, Release, SearchText
from checklists.operations.items import reopen_item, tick_item
from checklists.operations.planning import comment_item
from checklists.operations.undo import undo_item_change
from checklists.search import find
from checklists.search.find import passage_of
from checklists.search.tokens import terms_of, tokens, words_of
from tests.checklist_data import item_of, open_small_release, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def priya(cast) -> Actor:
    return Actor.of_person(cast.priya)


@pytest.fixture
def dns(release):
    return item_of(release, "configure-dns")


def found(query: str) -> list[str]:
    items = search.items_found(search.terms_of(query), Release.objects.all())
    return sorted(item.key.rpartition("/")[2] for item in items)


def rows() -> set[tuple]:
    return set(SearchText.objects.values_list("item_id", "text_id", "plain", "words"))


def test_titles_are_found_by_the_beginnings_of_their_words_in_any_order_and_case(release):
    assert found("CONF") == ["configure-cdn", "configure-dns"]
    assert found("dns configure") == ["configure-dns"]
    assert found("figure") == []
    assert found("configure nothing") == []


def test_quotes_mean_the_words_as_they_stand(release):
    assert found('"secret access"') == ["audit-access"]
    assert found('"access secret"') == []
    assert found('"secret acc"') == []
    assert found('"secret access') == ["audit-access"]


def test_guidance_is_found(cast):
    item = Item("a/b/c", "Look", guidance="Ask *whoever* runs the load-balancer first.")
    section = Section("a", "A", groups=(Group("a/b", "B", items=(item,)),))
    open_small_release(cast, "3.0.0", publish(ChecklistTree("G", sections=(section,)), "g"))
    assert found("whoever load-balancer") == ["c"]


def test_comments_evidence_and_reasons_are_found_and_terms_may_stand_apart(dns, priya):
    comment_item(dns, actor=priya, text="The zebra is fine.")
    tick_item(dns, actor=priya, reason="Checked by hand.")
    assert found("zebra") == found("hand") == found("zebra hand dns") == ["configure-dns"]


def test_evidence_is_found(dns, priya):
    evidence = Disclosable(kind="evidence", value="https://example.com/runs/4711?ok=yes")
    search.note_event("evidence.attached", dns, {})
    evidence.save()
    search.note_event("evidence.attached", dns, {"content": evidence})
    assert found("4711") == found("example.com") == ["configure-dns"]
    assert Evidence.objects.count() == 0


@pytest.mark.parametrize(
    ("said", "looked_for"),
    [
        ("部署前请检查数据库备份。", "数据库"),
        ("部署前请检查数据库备份。", "备份"),
        ("デプロイ前にバックアップを確認", "バックアップ"),
        ("ตรวจสอบการสำรองข้อมูล", "สำรอง"),
        ("백업을 확인하세요", "백업"),
        ("تحقق من النسخ الاحتياطي", "النسخ"),
        ("בדקו את הגיבוי", "הגיבוי"),
        ("हिन्दी में जाँच करें", "हिन्दी"),
        ("Überprüfe die GRÖSSE der Straße", "grösse strasse"),
        ("ﬁle ①", "file 1"),
    ],
)
def test_every_script_is_found(dns, priya, said, looked_for):
    comment_item(dns, actor=priya, text=said)
    assert found(looked_for) == ["configure-dns"]


@pytest.mark.parametrize(
    "query",
    ["", " ", '"', '"""', "*", "AND", "a OR", "NEAR(a b)", "words:dns", "^dns", "-dns", "(", "'",
     "a' | 'b", "\\", "dns:*", "<->", "!", "&&", "%", "_", "\ud7ff", "\u202e", "x" * 5000,
     " ".join(f"w{n}" for n in range(99)), "'; DROP TABLE checklists_item; --"],
)  # fmt: skip
def test_nothing_typed_is_an_error(release, query):
    found(query)
    assert release.items.count() == 5


@given(st.text(max_size=80))
def test_whatever_is_typed_means_words_or_nothing(text):
    for term in terms_of(text):
        for word in term.words:
            assert word
            assert not set(word) & set("'\"\\ *:")
    assert words_of(words_of(text)).split() == words_of(text).split()


def test_what_the_index_holds_is_what_making_it_anew_gives(dns, priya, release):
    comment_item(dns, actor=priya, text="The zebra is fine.")
    tick_item(dns, actor=priya, reason="Checked by hand.")
    reopen_item(dns, actor=priya, reason="Not yet.")
    undo_item_change(dns, actor=priya, seq=4, expected_version=4)
    before = rows()
    assert len(before) == 5 + 3
    call_command("rebuild_search")
    assert rows() == before
    assert found("zebra") == ["configure-dns"]


def test_erased_words_are_no_longer_found_and_the_others_are(dns, priya):
    comment_item(dns, actor=priya, text="The zebra is fine.")
    comment_item(dns, actor=priya, text="The lion is not.")
    SearchText.objects.filter(text__value__contains="zebra").get().text.delete()
    assert found("zebra") == []
    assert found("lion") == ["configure-dns"]


def test_passages_show_where_the_terms_stand():
    text = f"{'x ' * 99}the Zebra crossed, zebras are {'y ' * 99}"
    passage = passage_of("comment", text, terms_of("zebra"))
    assert passage is not None
    assert [part for part, marked in passage.parts() if marked] == ["Zebra", "zebras"]
    assert "".join(part for part, _ in passage.parts()) == passage.text
    assert passage.text.startswith("… x")
    assert passage_of("comment", text, terms_of("lion")) is None


def test_of_a_text_no_more_is_read_than_is_shown(monkeypatch):
    seen = []

    def counted(text):
        for token in tokens(text):
            seen.append(token)
            yield token

    monkeypatch.setattr(find, "tokens", counted)
    assert passage_of("comment", "zebra " * 3000, terms_of('"zebra zebra" zebra')) is not None
    assert len(seen) < 50


def test_of_many_comments_a_few_are_read(dns, priya, monkeypatch):
    for number in range(9):
        comment_item(dns, actor=priya, text=f"A zebra crossed for the {number}th time.")
    assert len(search.passages_of([dns], terms_of("zebra"))[dns.pk]) <= find.MOST_PASSAGES + 1


def test_passages_name_whose_words_they_are(dns, priya):
    comment_item(dns, actor=priya, text="Configure it *twice*.")
    terms = terms_of("configure")
    passages = search.passages_of([dns], terms)[dns.pk]
    assert [(p.kind, p.text) for p in passages] == [
        ("title", "Configure DNS"),
        ("comment", "Configure it *twice*."),
    ]
