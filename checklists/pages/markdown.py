"""Markdown from templates and people as HTML that can do no harm.

Two independent walls: the parser passes no HTML through, and what it writes is cut down to an
allow-list. No pictures: an address that the reader's browser fetches would tell others who reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from checklists.mentions import Named, find

TAGS = {
    *("p", "br", "hr", "ul", "ol", "li", "strong", "em", "s", "code", "pre", "blockquote"),
    *("a", "span", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
SCHEMES = {"http", "https", "mailto"}

_parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(
    ["table", "strikethrough"]
)
_parser.disable("image")


@lru_cache(maxsize=1024)
def render_markdown(source: str, named: tuple[Named, ...] = ()) -> SafeString:
    """The text as HTML. Headings start at h4, below those of the page.

    Where one of the people `named` is called with an @, that is marked.
    """
    tokens = _parser.parse(source)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 3, 6)}"
        if named and token.children:
            token.children = [part for child in token.children for part in _marked(child, named)]
    html = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        allowed_classes={"span": {"mention"}},
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(clean)  # noqa: S308  the line above is what makes it safe


def _marked(token: Token, named: tuple[Named, ...]) -> Iterator[Token]:
    """The token, cut up where its text names somebody; code and addresses are left as they are."""
    if token.type != "text":
        yield token
        return
    text, done = token.content, 0
    for found in find(text, named):
        yield Token("text", "", 0, content=text[done : found.start])
        yield Token("mention_open", "span", 1, attrs={"class": "mention"})
        yield Token("text", "", 0, content=text[found.start : found.end])
        yield Token("mention_close", "span", -1)
        done = found.end
    yield Token("text", "", 0, content=text[done:])
