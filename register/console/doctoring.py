"""What `doctor` does: it reads every entry, and says which cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar

import typer
from rich.console import Console
from rich.progress import Progress

from events.declarations import DeclarationMade
from events.event import Event, SpoiledEntry
from events.log.log import Log
from register.declarations.folding import read_back

Told = Callable[[int, int], None]
"""Is told how much is done, and the total."""
Result = TypeVar("Result")


def with_progress(doing: str, work: Callable[[Told], Result]) -> Result:
    """Do something that takes long, with a bar that shows how far it is."""
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(doing, total=None)
        return work(lambda done, total: bar.update(task, completed=done, total=total))


def looked_through(log: Log, up_to: int, told: Told) -> list[SpoiledEntry]:
    """Every entry up to a position that cannot be read, or does not fit to those before it."""
    found: list[SpoiledEntry] = []
    done = 0
    for _, its in groupby(log.by_stream(up_to), key=lambda event: event.originator_id):
        stream = list(its)
        done += len(stream)
        told(done, up_to)
        found += (each for each in _as_read(stream) if isinstance(each, SpoiledEntry))
    return sorted(found, key=lambda each: each.position)


def _as_read(stream: Sequence[Event]) -> Sequence[Event]:
    if not isinstance(stream[0], DeclarationMade):
        return stream
    declaration = read_back(None, stream)
    return stream if declaration is None else declaration.past


def in_words(spoiled: Sequence[SpoiledEntry]) -> Iterator[str]:
    if not spoiled:
        yield "Every entry can be read."
    for each in spoiled:
        said = f"stored as {each.topic!r}, " if each.topic else ""
        where = f"({said}stream {each.originator_id})"
        yield f"Entry {each.position} cannot be read {where}: {each.why}."


def tell_spoiled(log: Log) -> None:
    """Say on the error channel that some entries could not be read."""
    if log.mapper.spoiled.entries:
        typer.echo("Some entries cannot be read; `register doctor` says which.", err=True)
