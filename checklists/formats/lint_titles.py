"""What the words of a title give away. Guesses by English words, each kept narrow on purpose."""

from __future__ import annotations

import re

LONGEST = 120
"""Characters after which a title is a text that should stand below it."""

VERBS = (
    "add apply approve archive assign audit back build check clean close complete confirm configure"
    " create define delete deploy disable document enable encrypt enforce ensure establish freeze"
    " implement inform install integrate investigate limit measure merge migrate monitor notify"
    " optimize plan prepare provision publish read record remove replace report restart restore"
    " restrict review revoke rotate run save schedule secure send set share sign start stop store"
    " switch sync tag test train turn update upgrade upload validate verify watch write"
)
_VERB = "|".join(VERBS.split())
_JOINED = re.compile(rf"\b(?:and|then|&)\s+(?:then\s+)?(?:{_VERB})\b", re.IGNORECASE)
_EITHER = re.compile(rf"^(?:{_VERB})\s*/\s*(?:{_VERB})\b", re.IGNORECASE)
_VAGUE = re.compile(
    r"\b(?:everything|anything|all things|stuff|things|etc|and so on|misc|various|tbd|todo|asap"
    r"|properly|appropriate(?:ly)?|correctly|securely|as needed|if possible|looks? good|sanity)\b",
    re.IGNORECASE,
)
_AGES = re.compile(
    r"\bcert(?:ificate)?s?\b|\brestor(?:e|ation|ing)\b|\bpen(?:etration)?[- ]?tests?\b"
    r"|\b(?:test|drill|exercise|run)\w* .*(?:disaster recovery|fail-?over)\b|\brotate\b"
    r"|\baccess (?:review|audit)\b|\baudit (?!log)\w+ access\b|\blicen[cs]es?\b"
    r"|\b(?:load|security|vulnerability) (?:tests?|scans?)\b",
    re.IGNORECASE,
)
_HTTP = (
    r"\bhealth[- ]?(?:check|endpoint)s?\b|\bhttps?\b|\bcors\b|\bhsts\b|\bcdn\b|\bstatus page\b"
    r"|\brate limit(?:s|ing)?\b|\bendpoints?\b|\bload balancer\b|\bsecurity headers?\b"
    r"|\blogin page\b|\bweb ?(?:page|site)\b|\burls?\b|\bredirects?\b"
)
_PROBES = (
    ("tls", r"\b(?:ssl|tls)\b|\bcertificates?\b|\bencrypt\w* (?:\w+ )?in transit\b"),
    ("dns", r"\bdns\b|\bdomain (?:name|record)s?\b|\b(?:spf|dkim|dmarc|mx) records?\b"),
    ("redis", r"\bredis\b"),
    ("postgres", r"\bpostgres(?:ql)?\b|\bdatabase (?:replication|connection)s?\b"),
    ("tcp", r"\bfirewall\b|\b(?:open|closed) ports?\b"),
    ("heartbeat", r"\bbackup schedule\b|\bcron ?jobs?\b|\bscheduled (?:job|task)s?\b"),
    ("http", _HTTP),
)
_KINDS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _PROBES)


def asks_twice(title: str) -> str:
    """What shows that the title asks for two things; nothing if it asks for one."""
    if title.count("?") > 1:
        return "?"
    if "; " in title:
        return ";"
    found = _JOINED.search(title) or _EITHER.search(title)
    return found.group() if found else ""


def vague_word(title: str) -> str:
    """The word that leaves open what must be true; nothing if none does."""
    found = _VAGUE.search(title)
    return found.group() if found else ""


def too_short(title: str) -> bool:
    """Whether it is a single word: a subject, and nothing about it. Scripts without spaces pass."""
    return len(title.split()) == 1 and title.isascii()


def ages(title: str) -> str:
    """The word for something that was true once and need not be now; nothing if there is none."""
    found = _AGES.search(title)
    return found.group() if found else ""


def probe_kinds(title: str) -> tuple[str, ...]:
    """Kinds of probes that could look at what the title asks for, the narrowest first."""
    return tuple(kind for kind, pattern in _KINDS if pattern.search(title))
