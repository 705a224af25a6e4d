"""Prepares photographs to be stored, opens them, and checks that they have not been changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from events.log import photographs
from events.log.log import Log
from events.log.photographs import PICTURE, SIZES, THUMBNAIL, SealedPicture
from events.log.sealing import SealBrokenError
from events.photographs import PhotographAdded
from register.acts.photographing import found
from register.declarations.declaration import Declaration, Photograph
from register.declarations.ids import parse_id
from register.errors import NotFoundError
from register.photographs.cleaning import LONGEST_THUMBNAIL_SIDE, Picture, cleaned
from register.reading.reader import Reader

KEPT, ERASED, CHANGED = "kept", "erased", "changed"
WORDS = {
    ERASED: "This photograph was erased.",
    CHANGED: "This photograph is not what was added to the register, and is not shown.",
}


@dataclass(frozen=True)
class Condition:
    """A photograph and its state: kept, erased, or changed in the database from outside."""

    photograph: Photograph
    state: str

    @property
    def thumbnail_size(self) -> tuple[int, int]:
        """The thumbnail's width and height, in pixels."""
        longest = max(self.photograph.width, self.photograph.height)
        scale = min(1, LONGEST_THUMBNAIL_SIDE / longest)
        return round(self.photograph.width * scale), round(self.photograph.height * scale)

    @property
    def words(self) -> str | None:
        """Why the photograph cannot be shown; None if it can."""
        return WORDS.get(self.state)


@dataclass(frozen=True)
class Added:
    photograph: Photograph
    is_new: bool
    """False if the same photograph was sent before."""


@dataclass(frozen=True)
class Prepared:
    """A cleaned and sealed picture, ready for the writer's turn."""

    picture: Picture
    sealed: SealedPicture

    def added(self, by: str, now: datetime) -> PhotographAdded:
        return PhotographAdded(
            originator_id=self.sealed.declaration,
            photograph=self.sealed.photograph,
            added_by=by,
            added_at=now,
            bytes=len(self.picture.picture),
            width=self.picture.width,
            height=self.picture.height,
            digest=photographs.digest(self.sealed.boxes[PICTURE]),
            thumbnail_digest=photographs.digest(self.sealed.boxes[THUMBNAIL]),
        )


class Photographs:
    def __init__(self, log: Log, read: Reader) -> None:
        self._log = log
        self._read = read

    def prepare(self, declaration: UUID, photograph: UUID, sent: bytes) -> Prepared:
        """Clean and seal a picture. This takes long, so it is done before the writer's turn."""
        picture = cleaned(sent)
        sizes = {PICTURE: picture.picture, THUMBNAIL: picture.thumbnail}
        keys = self._log.keyring
        return Prepared(picture, photographs.seal(keys, declaration, photograph, sizes, sent))

    def look_at(self, by: str, id_text: str, photograph_text: str, size: str = PICTURE) -> bytes:
        """The JPEG of a photograph, for somebody who may see its declaration now. Raises
        `NotFoundError`."""
        declaration = self._read.declaration(by, id_text)
        photograph = found(declaration, parse_id(photograph_text, "photograph"))
        if photograph.erased_at is not None:
            raise NotFoundError(WORDS[ERASED])
        try:
            return self._open(declaration, photograph, size)
        except SealBrokenError:
            raise NotFoundError(WORDS[CHANGED]) from None

    def kept(self, declaration: Declaration, photograph: Photograph) -> bytes | None:
        """The JPEG of a photograph, whoever may see it; None if it cannot be opened."""
        try:
            return self._open(declaration, photograph, PICTURE)
        except SealBrokenError:
            return None

    def conditions(self, declaration: Declaration) -> list[Condition]:
        """Each photograph of a declaration with its state."""
        return [Condition(each, self._state(declaration, each)) for each in declaration.photographs]

    def _state(self, declaration: Declaration, photograph: Photograph) -> str:
        if photograph.erased_at is not None:
            return ERASED
        try:
            for size in SIZES:
                self._open(declaration, photograph, size)
        except SealBrokenError:
            return CHANGED
        return KEPT

    def _open(self, declaration: Declaration, photograph: Photograph, size: str) -> bytes:
        with self._log.database.read() as connection:
            return photographs.open_size(
                connection,
                self._log.keyring,
                declaration.id,
                photograph.id,
                photograph.version,
                size,
                photograph.digests[size],
            )
