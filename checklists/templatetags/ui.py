"""The small parts of every page: icon, status, avatar, time, ring, callout, field.

Each tag draws one part of the look and decides nothing. docs/developing-ui.md shows them all.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.models import Person
from checklists.pages.browsers import browser_called
from checklists.pages.faces import Face, face_of
from checklists.pages.render import drawn_with
from checklists.pages.script_words import words_of_script
from checklists.pages.spoken import kept_in_each_language
from checklists.templatetags import times
from checklists.words import noun_inside, state_inside

register = template.Library()
register.tags |= times.register.tags
register.filters |= times.register.filters

STATUS_WORDS = {
    "open": gettext_lazy("Open"),
    "progress": gettext_lazy("In progress"),
    "done": gettext_lazy("Done"),
    "failed": gettext_lazy("Failed"),
    "waived": gettext_lazy("Waived"),
    "na": gettext_lazy("Not applicable"),
    "stale": gettext_lazy("Stale"),
    "unknown": gettext_lazy("No answer"),
}


@register.simple_tag
def sprite() -> str:
    """The address of the icon sprite; rows append `#i-…` or `#s-…` to it themselves."""
    return static("icons.svg")


# A page has dozens of them, of a few kinds.
@lru_cache(maxsize=500)
def _use(symbol: str, css: str) -> SafeString:
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f"i {css}".strip(),
        static("icons.svg"),
        symbol,
    )


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A Lucide icon by its name; decorative, so say the same in words beside it."""
    return _use(f"i-{name}", css)


@register.simple_tag
def glyph(state: str, css: str = "") -> SafeString:
    """The glyph of a status (a key of STATUS_WORDS), coloured by the nearest `st-…` class."""
    return _use(f"s-{state}", css)


@register.simple_tag
def status(state: str, word: str = "", css: str = "") -> SafeString:
    """Glyph and word of a status; `word` replaces the usual one."""
    return format_html(
        '<span class="status st-{}{}">{}{}</span>',
        state,
        f" {css}" if css else "",
        glyph(state),
        word or STATUS_WORDS[state],
    )


@register.simple_tag
def pill(state: str, word: str = "") -> SafeString:
    """A status as a tinted pill, for headlines and tables."""
    return format_html(
        '<span class="pill st-{}">{}{}</span>', state, glyph(state), word or STATUS_WORDS[state]
    )


@register.simple_tag
@lru_cache(maxsize=500)
def ring(percent: int, state: str = "done") -> SafeString:
    """A small ring filled to `percent`; the number must stand beside it as text."""
    value: str | SafeString = ""
    if percent:
        value = format_html(
            '<circle class="v" cx="9" cy="9" r="7" pathLength="100" stroke-dasharray="{} 100"/>',
            int(percent),
        )
    return format_html(
        '<svg class="ring st-{}" viewBox="0 0 18 18" aria-hidden="true">'
        '<circle cx="9" cy="9" r="7"/>{}</svg>',
        state,
        value,
    )


@register.simple_tag
def segments(parts: Any, label: str) -> SafeString:
    """A segmented bar: `parts` are (status, percent) pairs, `label` says it in words."""
    drawn: list[SafeString] = []
    x = 0.0
    for state, percent in parts:
        if percent > 0:
            drawn.append(
                format_html(
                    '<rect class="st-{}" x="{}%" width="{}%" height="8" rx="1.5"/>',
                    state,
                    f"{x:g}",
                    f"{max(percent - 0.4, 0.2):g}",
                )
            )
            x = round(x + percent, 3)
    return format_html(
        '<svg class="seg" role="img" aria-label="{}">'
        '<rect class="bg" width="100%" height="8" rx="4"/>{}</svg>',
        label,
        mark_safe("".join(drawn)),  # noqa: S308  each piece comes from format_html
    )


@register.simple_tag
def avatar(person: Person | Face | None, css: str = "") -> SafeString:
    """Somebody's initials in their hue; without a person the dashed circle "Unassigned"."""
    if person is None:
        return format_html(
            '<span class="av none" role="img" aria-label="{}">{}</span>',
            _("Unassigned"),
            icon("plus"),
        )
    face = person if isinstance(person, Face) else face_of(person)
    return format_html(
        '<span class="av h{}{}" role="img" aria-label="{}" title="{}">{}</span>',
        face.hue,
        f" {css}" if css else "",
        face.name,
        face.name,
        face.initials,
    )


@register.simple_tag
def account_menu(person: Person, section: str = "") -> SafeString:
    """The menu of whoever is signed in; `section` is the part of the product they are in."""
    return _account_menu(face_of(person), person.email, person.is_owner, section)


# Every page has one, and a dozen addresses are looked up for it.
@kept_in_each_language(maxsize=500)
def _account_menu(face: Face, email: str, is_owner: bool, section: str) -> SafeString:
    context = {"face": face, "email": email, "is_owner": is_owner, "section": section}
    return SafeString(render_to_string("_account_menu.html", context))


@register.simple_tag
def kept(template: str, **values: Hashable) -> SafeString:
    """Include a template with these values alone; while they are equal it is not drawn again."""
    return drawn_with(template, *values.items())


register.filter("noun_inside", noun_inside)
register.filter("state_inside", state_inside)
register.filter("browser", browser_called)


@register.simple_tag
def script_words() -> str:
    """The words of the script, as JSON for an attribute."""
    return words_of_script()


@register.simple_block_tag
def callout(content: str, title: str = "", state: str = "", icon_name: str = "") -> SafeString:
    """A framed message. `state` colours it and gives its glyph; "failed" is announced at once."""
    symbol = icon(icon_name) if icon_name or not state else glyph(state)
    if not icon_name and not state:
        symbol = icon("info")
    return format_html(
        '<div class="callout{}"{}>{}<div>{}<div class="muted">{}</div></div></div>',
        f" st-{state}" if state else "",
        mark_safe(' role="alert"') if state == "failed" else "",
        symbol,
        format_html("<strong>{}</strong>", title) if title else "",
        content,
    )


@register.simple_block_tag
def empty(content: str, title: str, icon_name: str = "list-checks") -> SafeString:
    """What a list shows when it has nothing: why, and what to do."""
    return format_html(
        '<div class="empty">{}<strong>{}</strong>{}</div>', icon(icon_name), title, content
    )


@register.simple_tag
def sends_mail() -> bool:
    """Whether mail leaves this installation; without a mail server it goes to the console."""
    return bool(settings.EMAIL_GIVEN)


@register.simple_block_tag
def ask_first(
    content: str, verb: str, url: str, *, about: str, css: str = "btn sm danger"
) -> SafeString:
    """A button that asks before it posts to `url`; the block says what will happen.

    `about` is what it is done to, for readers of the button alone. Works without scripts.
    """
    return render_to_string(
        "checklists/_ask_first.html",
        {
            "id": "ask" + re.sub(r"\W+", "-", url).rstrip("-"),
            "verb": verb,
            "url": url,
            "about": about,
            "css": css,
            "content": content,
        },
    )


@register.inclusion_tag("checklists/_field.html")
def field(bound: Any, label: str = "") -> dict[str, Any]:
    """A form field with label, hint and errors in our look; hidden fields as they are."""
    kind = getattr(bound.field.widget, "input_type", "")
    return {"field": bound, "label": label or bound.label, "checkbox": kind == "checkbox"}
