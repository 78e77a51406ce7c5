"""CSV: anybody's table, read by its header or by what it holds, and ours, safe in a spreadsheet."""

from __future__ import annotations

import pytest

from checklists.errors import Invalid
from checklists.formats.table import read_csv, write_csv
from checklists.formats.table.cells import bare, guarded
from checklists.formats.tree import Filled, LineKind
from tests.formats.test_data import outline

TABLE = """\
Area,Check,Notes,Priority,Owner,Status,Ticket,Due
Network,Check DNS,with dig,high,SRE,done,OPS-1,T-2d
,Check TLS,"two
lines",low,jane@example.com,n/a,,tomorrow
Data,Backups,,required,,in progress,,
Network,Check CDN (if needed),,,,maybe,"see the other board",
"""


def test_a_header_says_what_the_columns_hold():
    result = read_csv(TABLE)
    assert outline(result.tree) == [
        *("# Network", "- Check DNS", "- Check TLS", "- Check CDN", "# Data", "- Backups")
    ]
    dns, tls, cdn, _ = result.tree.items()
    assert (dns.guidance, dns.requirement, dns.owner_role, dns.due) == (
        *("with dig", "must", "sre"),
        "T-2d",
    )
    assert tls.guidance == "two\nlines\n\nOwner: jane@example.com\n\nDue: tomorrow"
    assert (cdn.condition, cdn.guidance) == ("if needed", "Ticket: see the other board")


def test_answers_come_along_and_odd_cells_are_reported():
    result = read_csv(TABLE)
    assert result.answers == (
        Filled("network/general/check-dns", "done", 2),
        Filled("network/general/check-tls", "not_applicable", 3),
        Filled("network/general/check-cdn", "", 6, "maybe"),
    )
    assert [(found.line, found.why.split(".")[0]) for found in result.ignored] == [
        (2, "“Ticket” is not a field of a checklist"),
        (3, "'jane@example"),
        (6, "'maybe' is neither done, nor not applicable, nor open"),
    ]
    assert [line.kind for line in result.lines] == [
        *(LineKind.SETTING, LineKind.ITEM, LineKind.ITEM, LineKind.ITEM, LineKind.ITEM),
        LineKind.ITEM,
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_every_delimiter_is_known(delimiter, start):
    rows = [["Bereich", "Aufgabe", "Zuständig", "Erledigt"], ["Netz", "DNS, dann TLS", "sre", "ja"]]
    text = "\r\n".join(
        delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in row) for row in rows
    )
    result = read_csv((start + text).encode())
    assert outline(result.tree) == ["# Netz", "- DNS, dann TLS"]
    assert [item.owner_role for item in result.tree.items()] == ["sre"]
    assert [filled.answer for filled in result.answers] == ["done"]


def test_without_a_header_the_columns_are_judged_by_what_they_hold():
    text = "".join(
        f"{area},Check number {n} of the {area},{done}\n"
        for n, (area, done) in enumerate(
            [("Net", "yes"), ("Net", "no"), ("Data", ""), ("Data", "x")]
        )
    )
    result = read_csv(text)
    assert outline(result.tree) == [
        *("# Net", "- Check number 0 of the Net", "- Check number 1 of the Net"),
        *("# Data", "- Check number 2 of the Data", "- Check number 3 of the Data"),
    ]
    assert [filled.line for filled in result.answers] == [1, 4]


def test_one_column_is_a_list_of_items():
    assert outline(read_csv("Check DNS\nCheck TLS\n").tree) == ["# ", "- Check DNS", "- Check TLS"]
    assert outline(read_csv("Task\nCheck DNS\n").tree) == ["# ", "- Check DNS"]


def test_a_column_of_requirements_holds_the_titles():
    text = "ID,Requirement,Severity\n1,Logs are kept,high\n2,Keys rotate,low\n"
    result = read_csv(text)
    assert outline(result.tree) == ["# ", "- Logs are kept", "- Keys rotate"]
    assert [item.requirement for item in result.tree.items()] == ["must", "may"]


def test_a_row_can_be_something_else():
    result = read_csv(
        "Task,Status\nNetwork,\nCheck DNS,done\nask Ada,\nold,\n",
        {2: LineKind.SECTION, 4: LineKind.GUIDANCE, 5: LineKind.IGNORED},
    )
    assert outline(result.tree) == ["# Network", "- Check DNS"]
    assert [item.guidance for item in result.tree.items()] == ["ask Ada"]
    assert [found.line for found in result.ignored] == [5]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\tx",
        "'=1",
        "''-",
        "'",
        "''",
        "plain",
        "it's",
        "\uff1dx",
        "",
    ],
)
def test_a_cell_is_safe_and_reads_back(text):
    assert guarded(text)[:1] not in tuple("=+-@\t\uff1d")
    assert bare(guarded(text)) == text


def test_our_table_is_read_exactly(production):
    text = write_csv(production.tree)
    assert text.startswith("\ufeffkind,section,group,level,title,status,words,guidance,")
    for wrong, sentence in [
        (text.replace("kind,", "kind,colour,", 1), "Line 1: the column 'colour' is not known"),
        (text.replace("\nitem,", "\nthing,", 1), "'thing' is no kind of row"),
        (text.replace("item,Infrastructure,Compute", "item,Else,Compute", 1), "names the section"),
        (text.replace(",must,", ",perhaps,", 1), "requirement cannot be"),
    ]:
        with pytest.raises(Invalid) as caught:
            read_csv(wrong)
        assert sentence in caught.value.message
        assert caught.value.details["line"] >= 1


def test_a_row_without_a_kind_is_an_item(production):
    lines = write_csv(production.tree).split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith("item,"))
    lines.insert(at, ",,,,A new one")
    tree = read_csv("\n".join(lines)).tree
    assert next(iter(tree.items())).title == "A new one"
    assert len(list(tree.items())) == len(list(production.tree.items())) + 1
