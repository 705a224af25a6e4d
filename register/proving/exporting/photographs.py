"""Photographs as an auditor may take them along, each with what makes its sealed bytes again."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from msgspec import Struct

from events.erasing import DeclarationErased
from events.log import photographs
from events.log.log import Log
from events.log.photographs import PICTURE, TakenOut
from events.log.sealing import SealBrokenError
from events.photographs import PhotographErased
from register.declarations.declaration import Declaration, Photograph
from register.proving.exporting.names import PictureIs
from register.reading.reader import Reader


class ToldOf(Struct, frozen=True):
    """A photograph of which an entry tells that is in the bundle, and may be read."""

    position: int
    declaration: UUID
    photograph: UUID
    is_for_them: bool


class Taken(Struct, frozen=True):
    """What the bundle says of a photograph, and the picture where that is in it."""

    position: int
    line: dict[str, Any]
    picture: bytes | None


class Pictures:
    """The photographs as one auditor may see them. Whatever is given was kept as a look before."""

    def __init__(self, log: Log, read: Reader) -> None:
        self._log, self._read = log, read

    def taken(self, by: str, told_of: Iterable[ToldOf], up_to: int) -> Iterator[Taken]:
        """`up_to`: the last entry of the bundle. What was erased later has no entry there."""
        for each in told_of:
            with self._read.look():
                state, found = self._asked(by, each, up_to)
            line = {
                "position": each.position,
                "photograph": str(each.photograph),
                "is": str(state),
                **_with_what(found),
            }
            yield Taken(each.position, line, None if found is None else found.picture)

    def _asked(self, by: str, told: ToldOf, up_to: int) -> tuple[PictureIs, TakenOut | None]:
        seen = self._seen(by, told) if told.is_for_them else None
        if seen is None:
            return PictureIs.WITHHELD, None
        declaration, photograph = seen
        if photograph.erased_at is not None:
            is_told = _is_erased(declaration, photograph, up_to)
            return PictureIs.ERASED if is_told else PictureIs.WITHHELD, None
        try:
            return PictureIs.HERE, self._opened(declaration, photograph)
        except SealBrokenError:
            now = self._seen(by, told)  # it may have been erased since, and no entry here tells
            is_still_there = now is not None and now[1].erased_at is None
            return PictureIs.BROKEN if is_still_there else PictureIs.WITHHELD, None

    def _seen(self, by: str, told: ToldOf) -> tuple[Declaration, Photograph] | None:
        """The photograph as it is now, with its declaration, if they may see that."""
        declaration = self._read.visible(by, [told.declaration]).get(told.declaration)
        photograph = None if declaration is None else declaration.photograph(told.photograph)
        return None if declaration is None or photograph is None else (declaration, photograph)

    def _opened(self, declaration: Declaration, photograph: Photograph) -> TakenOut:
        with self._log.database.read() as connection:
            return photographs.taken_out(
                connection,
                self._log.keyring,
                declaration.id,
                photograph.id,
                photograph.version,
                photograph.digests[PICTURE],
            )


def _is_erased(declaration: Declaration, photograph: Photograph, up_to: int) -> bool:
    """Whether an entry up to a position says so."""
    return any(
        each.position <= up_to
        for each in declaration.past
        if isinstance(each, DeclarationErased)
        or (isinstance(each, PhotographErased) and each.photograph == photograph.id)
    )


def _with_what(found: TakenOut | None) -> dict[str, str | None]:
    if found is None:
        return {"key_id": None, "key": None, "nonce": None}
    return {
        "key_id": str(found.key_id),
        "key": b64encode(found.key).decode("ascii"),
        "nonce": b64encode(found.nonce).decode("ascii"),
    }
