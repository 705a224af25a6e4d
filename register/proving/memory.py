"""What a place remembers of a key: a chain of what was signed, which nobody can fork.

    after-0        the tree that is about to be signed first, unsigned
    10             the checkpoint of size 10, signed
    after-10       what is about to be signed next; or which key follows this one
    latest         the last checkpoint, where whoever reads begins
    succession     which key follows this one, signed

What follows a checkpoint has one name, and is added before it is signed. So of two who would sign
different trees after the same one, only one can.
"""

from __future__ import annotations

import re

from msgspec import Struct

from events.proof.checkpoints import Checkpoint, checkpoint_of
from events.proof.notes import BadNoteError, Note, PublicKey, read_note
from events.proof.successions import FIRST_LINE
from register.proving.places import Place

LATEST, SUCCESSION = "latest", "succession"


class NotOursError(Exception):
    """A place holds what this key cannot have put there."""


class Seen(Struct, frozen=True):
    """What a place remembers of a key."""

    last: Note | None = None
    """The last checkpoint."""
    begun: Checkpoint | None = None
    """A tree that was about to be signed, and perhaps was."""
    ending: str | None = None
    """The text that names the key which follows this one."""

    @property
    def signed(self) -> Checkpoint | None:
        return None if self.last is None else checkpoint_of(self.last)

    @property
    def announced(self) -> Checkpoint | None:
        """The last tree that was signed, or was about to be."""
        return self.begun or self.signed

    @property
    def is_empty(self) -> bool:
        return self.last is None and self.begun is None and self.ending is None


class Memory:
    """One place, as far as it is about one key."""

    def __init__(self, place: Place, key: PublicKey) -> None:
        self.place = place
        self.key = key
        self.folder = folder_of(key)

    def seen(self) -> Seen:
        """Raises `PlaceAwayError` and `NotOursError`."""
        last = self._note(LATEST)
        while True:
            size = 0 if last is None else checkpoint_of(last).size
            follows = self.place.read(self.folder, after(size))
            if follows is None:
                return Seen(last)
            if follows.startswith(FIRST_LINE):
                return Seen(last, ending=follows)
            begun = self._begun(follows, size)
            signed = self._note(str(begun.size))
            if signed is None or checkpoint_of(signed) != begun:
                return Seen(last, begun, self._ending(begun.size))
            last = signed

    def note(self, size: int) -> Note | None:
        """The checkpoint of a size, if there is one here."""
        return self._note(str(size))

    def begin(self, size: int, text: str) -> bool:
        """Take the place after the checkpoint of a size; False if it is taken by something else."""
        if self.place.add(self.folder, after(size), text):
            return True
        return self.place.read(self.folder, after(size)) == text

    def announce(self, size: int, text: str) -> None:
        """The same, whatever was there: for a place that nobody else signs by."""
        self.place.put(self.folder, after(size), text)

    def keep(self, note: Note) -> None:
        self.place.put(self.folder, str(checkpoint_of(note).size), str(note))
        self.place.put(self.folder, LATEST, str(note))

    def end(self, note: Note) -> None:
        """Keep the note that names the next key."""
        self.place.put(self.folder, SUCCESSION, str(note))

    def _note(self, name: str) -> Note | None:
        text = self.place.read(self.folder, name)
        if text is None:
            return None
        try:
            note = read_note(text.encode())
            note.signed_by([self.key])
            self._check(checkpoint_of(note))
        except BadNoteError as error:
            raise NotOursError(f"{name}: {error}") from None
        return note

    def _ending(self, size: int) -> str | None:
        follows = self.place.read(self.folder, after(size))
        return follows if follows is not None and follows.startswith(FIRST_LINE) else None

    def _begun(self, text: str, after_size: int) -> Checkpoint:
        try:
            begun = checkpoint_of(Note(text, ()))
            self._check(begun)
        except BadNoteError as error:
            raise NotOursError(str(error)) from None
        if begun.size <= after_size:
            raise NotOursError("it goes back")
        return begun

    def _check(self, checkpoint: Checkpoint) -> None:
        if checkpoint.origin != self.key.name:
            raise BadNoteError("It is of another log.")


def folder_of(key: PublicKey) -> str:
    """Readable, and as good in an address as on a disk: the id tells keys apart."""
    return f"{re.sub('[^A-Za-z0-9.-]', '-', key.name)}+{key.id.hex()}"


def after(size: int) -> str:
    return f"after-{size}"
