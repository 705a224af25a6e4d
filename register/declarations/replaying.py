"""Makes the declarations as at a position, from the log alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from events.declarations import DeclarationMade
from events.log.log import Log
from register.declarations.declaration import Declaration
from register.declarations.folding import read_back


def declarations_at(log: Log, position: int, *, words: bool = True) -> Iterator[Declaration]:
    """Every declaration as at a position, stream after stream. Without `words`, what people wrote
    is None. Where the first entry cannot be read, the log alone does not say that there is one."""
    entries = log.by_stream(position, words_of=None if words else ())
    for _, stream in groupby(entries, key=lambda event: event.originator_id):
        events = list(stream)
        if isinstance(events[0], DeclarationMade):
            declaration = read_back(None, events)
            if declaration is not None:
                yield declaration
