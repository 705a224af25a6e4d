"""A point in the register's history, as people ask for it: a position, a moment or a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from pydantic_core import PydanticCustomError

from events.log.log import Log
from register.answers import EARLIEST, LATEST, position_or_moment
from register.deadlines import LONDON, london_day
from register.errors import InvalidError

LOCAL = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]+([0-9]{2}:[0-9]{2})(:[0-9]{2})?)?")
TICK = timedelta(microseconds=1)
HOW_TO_ASK = (
    "Give a day like 31/3/2026, a moment like 31/3/2026 16:05, or the position of an entry."
)


@dataclass(frozen=True)
class AsAt:
    position: int
    """The position of the last entry at or before the moment; 0 before the first entry."""
    at: datetime
    asked: str
    """The text that asks for this same point again; empty for now."""

    @property
    def is_now(self) -> bool:
        return not self.asked

    @property
    def day(self) -> date:
        return london_day(self.at)


def read_as_at(text: str, log: Log) -> AsAt:
    """Read the text that somebody asked with; a point in the future counts as now.

    Raises `InvalidError`.
    """
    text, now, last = text.strip(), log.clock(), log.last_position()
    if not text:
        return AsAt(last, max(now, log.recorder.moment_at(last) or now), "")
    asked = _local(text) or _exact(text)
    if isinstance(asked, datetime):
        moment = min(asked, now).astimezone(UTC)
        return AsAt(log.position_at(moment), moment, _as_text(moment))
    position = min(asked, last)
    return AsAt(position, log.recorder.moment_at(position) or now, str(position))


def check_as_at(text: str) -> None:
    """Raises `InvalidError` for a text that asks for no moment."""
    if text:
        _local(text) or _exact(text)


def position_of(text: str, log: Log) -> int:
    """The position that a position or an exact moment names. Raises `InvalidError`."""
    try:
        asked = position_or_moment(text)
    except PydanticCustomError as error:
        raise InvalidError.of("as_at", error.message()) from None
    return asked if isinstance(asked, int) else log.position_at(asked)


def _local(text: str) -> datetime | None:
    """Read a day, minute or second in London; gives the last moment of it."""
    match = LOCAL.fullmatch(text)
    if match is None:
        return None
    try:
        day = date.fromisoformat(match[1])
        clock = time.fromisoformat((match[2] or "00:00") + (match[3] or ":00"))
    except ValueError:
        raise InvalidError.of("as_at", "There is no such moment.") from None
    if not EARLIEST < day < LATEST:
        raise InvalidError.of("as_at", "This moment is too far away.")
    length = timedelta(seconds=1) if match[3] else timedelta(minutes=1)
    named = datetime.combine(day, clock, LONDON)
    return named + (length if match[2] else timedelta(days=1)) - TICK


def _exact(text: str) -> int | datetime:
    try:
        return position_or_moment(text)
    except PydanticCustomError:
        raise InvalidError.of("as_at", HOW_TO_ASK) from None


def _as_text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
