"""The log: the history, the live stream and the proof are the same rows.

`locked`, `append` and `disclose` are what operations use; `current`, `verify` and the rest are for
those who read.
"""

from checklists.audit.writer import (
    append,
    chain_key,
    disclose,
    locked,
    locked_installation,
    locked_item,
    moment,
    open_chain,
)

__all__ = [
    "append",
    "chain_key",
    "disclose",
    "locked",
    "locked_installation",
    "locked_item",
    "moment",
    "open_chain",
]
