"""The body of an issue, as people paste it from GitHub and GitLab."""

from __future__ import annotations

from checklists.formats.issue import read_issue

BODY = """\
---
name: Release
about: What we do before we ship
labels: release
---

### Before

- [ ] Check DNS
- [x] Check TLS

### Anything else?

_No response_

```
/label ~code
```

/label ~release
/assign @ada
"""


def test_an_issue_template_gives_its_name_and_purpose():
    tree = read_issue(BODY.replace("\n", "\r\n")).tree
    assert tree.title == "Release"
    assert tree.intro.startswith("What we do before we ship")
    assert [item.title for item in tree.items()] == ["Check DNS", "Check TLS"]


def test_what_only_the_place_understands_is_left_out_with_its_line():
    result = read_issue(BODY)
    reported = {found.line: found.text for found in result.ignored}
    assert reported[14] == "_No response_"
    assert reported[20] == "/label ~release"
    assert reported[21] == "/assign @ada"
    assert 17 not in reported
    assert all(
        "No response" not in group.guidance for s in result.tree.sections for group in s.groups
    )
