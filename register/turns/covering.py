"""The turns that name who covers for whom, and end that. Alerts pass on with it."""

from __future__ import annotations

from uuid import UUID

from events.directory import CoverNamed
from register.declarations.ids import parse_id
from register.directory.covering import covers_of, end_cover, name_cover
from register.directory.covers import Cover
from register.reading.reader import Reader
from register.turns.directory_changes import change
from register.turns.running import Turns
from register.turns.turn import Turn


class Covering:
    """Who covers for whom, as those see it whom it concerns."""

    def __init__(self, turns: Turns, read: Reader) -> None:
        self._turns = turns
        self._read = read

    def known_to(self, by: str) -> list[Cover]:
        return covers_of(by, self._read.directory())

    def name(self, by: str, body: object) -> tuple[Cover, bool]:
        """Name who covers; gives the cover, and whether it is new. Raises a refusal."""
        return self._turns.run(_name, by, body)

    def end(self, by: str, id_text: str) -> Cover:
        """End a cover before its last day. Raises a refusal."""
        return self._turns.run(_end, by, parse_id(id_text, "cover"))


def _name(turn: Turn, by: str, body: object) -> tuple[Cover, bool]:
    named = name_cover(by, body, turn.directory, turn.now)
    if not isinstance(named, CoverNamed):
        turn.log.database.vouch(turn.connection)
        return named, False
    change(turn, [named])
    return turn.directory.covers[named.originator_id], True


def _end(turn: Turn, by: str, cover: UUID) -> Cover:
    ended = end_cover(by, turn.directory.covers.get(cover), turn.directory, turn.now)
    if not ended:
        turn.log.database.vouch(turn.connection)
    else:
        change(turn, ended)
    return turn.directory.covers[cover]
