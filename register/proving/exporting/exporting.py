"""Writes a bundle: everything with which somebody else can verify the register without it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from msgspec import Struct

from events.log.log import Log
from events.proof.notes import BadNoteError, read_note, to_base64
from events.proof.successions import read_succession
from events.proof.tree import consistency, inclusion, leaf_hash
from register.proving.cosigned.kept import cosigned
from register.proving.exporting.entries import Readable
from register.proving.exporting.members import Members, in_json, members
from register.proving.exporting.packed import PackedTree
from register.proving.exporting.photographs import Pictures, ToldOf
from register.proving.exporting.standalone import verifier
from register.proving.exporting.standalone.formats import (
    CHECKPOINTS,
    CONSISTENCY,
    ENTRIES,
    INCLUSION,
    KEYS,
    PHOTOGRAPHS,
    SUCCESSIONS,
    picture_name,
)
from register.proving.kept import Kept, all_kept, successors
from register.proving.tables import checkpoints, cosignatures
from register.proving.verifying import Told
from register.reading.auditing import Audit
from register.reading.looks.looks import Looks
from register.reading.reader import Reader

README = Path(__file__).with_name("readme.md")


class Exported(Struct, frozen=True):
    entries: int
    covered: int
    """How many of them the newest checkpoint covers."""


@dataclass
class Walked:
    """What is remembered of the entries while they are written, and is needed after them."""

    up_to: int
    """The position of the last that is in the bundle."""
    tree: PackedTree = field(default_factory=PackedTree)
    begun: dict[int, int] = field(default_factory=dict)
    """The indexes of those with which declarations begin, by position."""
    photographs: list[ToldOf] = field(default_factory=list)


class Exports:
    def __init__(self, log: Log, read: Reader, audit: Audit, looks: Looks) -> None:
        self._log = log
        self._readable = Readable(log, read, audit, looks)
        self._pictures = Pictures(log, read)

    def check_may(self, by: str) -> None:
        """Raises `ForbiddenError` for all but auditors who are here."""
        self._readable.check_may(by)

    def export(
        self, by: str, into: IO[bytes], told: Told = lambda _done, _total: None, *, with_words: bool
    ) -> Exported:
        """Write a bundle of all that is stored now, as far as this auditor may read it. Raises
        `ForbiddenError` for all but auditors."""
        walked = Walked(self._log.last_position())
        tree = walked.tree
        with members(into) as bundle:
            lines = self._entries(by, walked, told, with_words=with_words)
            bundle.add(ENTRIES, lines)
            pictures = list(self._photographs(by, walked, bundle, told))  # one member at a time
            bundle.add_lines(PHOTOGRAPHS, pictures)
            with self._log.database.read() as connection:
                sizes = self._signed(connection, bundle.add_lines, len(tree))
            covered = max(sizes, default=0)
            bundle.add_lines(INCLUSION, _inclusion(tree, walked.begun, covered))
            bundle.add_lines(CONSISTENCY, _consistency(tree, sizes))
            bundle.add("verify.py", [verifier()])
            bundle.add("README.md", [self._readme(by, len(tree), covered)])
        return Exported(len(tree), covered)

    def _entries(self, by: str, walked: Walked, told: Told, *, with_words: bool) -> Iterator[bytes]:
        """The lines of the entries; what is remembered of them grows."""
        for batch in self._readable.batches(by, walked.up_to, with_words=with_words):
            indexes = {each["position"]: each["index"] for each in batch.lines}
            walked.begun |= {each: indexes[each] for each in batch.begun}
            walked.photographs += batch.photographs
            for leaf in batch.leaves:
                walked.tree.append(leaf_hash(leaf))
            yield b"".join(map(in_json, batch.lines))
            told(batch.lines[-1]["position"], walked.up_to)

    def _photographs(
        self, by: str, walked: Walked, bundle: Members, told: Told
    ) -> Iterator[dict[str, Any]]:
        """Adds each picture that is taken along; gives the line of each of which an entry tells."""
        total = walked.up_to + len(walked.photographs)
        taken = self._pictures.taken(by, walked.photographs, walked.up_to)
        for done, each in enumerate(taken, walked.up_to + 1):
            self._readable.check_may(by)
            if each.picture is not None:
                bundle.add_as_it_is(picture_name(each.position), each.picture)
            yield each.line
            told(done, total)

    def _signed(
        self, connection: sa.Connection, add: Callable[[str, Iterable[Any]], None], size: int
    ) -> Sequence[int]:
        """What was signed of trees up to this size, and the keys. Gives the sizes, in order."""
        sizes: set[int] = set()
        add(CHECKPOINTS, _checkpoints(connection, size, sizes))
        follow = successors(connection)
        add(SUCCESSIONS, ({"note": each} for each in follow.values()))
        add(KEYS, [{"log": _log_keys(connection, follow), "witnesses": _witnesses(connection)}])
        return sorted(sizes)

    def _readme(self, by: str, entries: int, covered: int) -> bytes:
        at = self._log.right_now().isoformat(timespec="seconds")
        text = README.read_text(encoding="utf-8")
        return text.format(at=at, by=by, entries=entries, covered=covered).encode()


def _checkpoints(connection: sa.Connection, size: int, sizes: set[int]) -> Iterator[dict[str, str]]:
    for kept in list(all_kept(connection)):
        if kept.size <= size:
            sizes.add(kept.size)
            yield {"note": _note(connection, kept)}


def _note(connection: sa.Connection, kept: Kept) -> str:
    """As it was signed and cosigned; as it stands where somebody made it unreadable."""
    try:
        return cosigned(connection, kept).note
    except BadNoteError:
        return kept.note


def _log_keys(connection: sa.Connection, follow: dict[str, str]) -> list[str]:
    """The public keys of the log, the oldest first."""
    first = sa.func.min(checkpoints.c.number)
    query = sa.select(checkpoints.c.key).group_by(checkpoints.c.key).order_by(first)
    found = dict.fromkeys(connection.execute(query).scalars())
    for old, note in follow.items():
        found |= dict.fromkeys((old, read_succession(read_note(note.encode()).text).new))
    return list(found)


def _witnesses(connection: sa.Connection) -> list[str]:
    query = sa.select(cosignatures.c.witness).distinct().order_by(cosignatures.c.witness)
    return list(connection.execute(query).scalars())


def _inclusion(tree: PackedTree, begun: dict[int, int], size: int) -> Iterator[dict[str, Any]]:
    for position, index in begun.items():
        if index < size:
            hashes = list(map(to_base64, inclusion(tree, index, size)))
            yield {"position": position, "index": index, "size": size, "hashes": hashes}


def _consistency(tree: PackedTree, sizes: Sequence[int]) -> Iterator[dict[str, Any]]:
    for old, new in pairwise(each for each in sizes if each):
        hashes = list(map(to_base64, consistency(tree, old, new)))
        yield {"old": old, "new": new, "hashes": hashes}
