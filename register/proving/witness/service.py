"""What a witness does when it is asked."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from events.log.sqlite import driver
from events.proof.cosignatures import CosigningKey
from events.proof.notes import BadKeyError, Signature
from events.proof.witnessing import read_submission
from register.proving.witness.book import Book, Cosigned
from register.proving.witness.logs import BadFileError, Known

OWNER_ALONE = 0o600


def _now() -> int:
    return int(time.time())


@dataclass
class Witness:
    known: Known
    key: CosigningKey
    book: Book
    now: Callable[[], int] = _now
    """In seconds since 1970."""
    point: Callable[[str], None] = field(default=lambda _point: None)
    """Called between any two steps: tests stop there."""

    def add_checkpoint(self, body: bytes) -> str:
        """Cosign a checkpoint: gives the line with the signature, once it is on the disk. Raises
        `NotCosignedError`."""
        submission = read_submission(body)
        origin = submission.checkpoint.origin
        note = submission.check_signed(self.known.logs.get(origin, ()))
        made: list[Signature] = []

        def cosigned(last: Cosigned | None) -> Cosigned:
            submission.check_grows(last.checkpoint if last else None)
            seconds = max(self.now(), last.seconds if last else 1)
            made.append(self.key.cosign(note.text, seconds))
            return Cosigned(bytes(note.also(*made)), seconds)

        self.book.go_on(origin, cosigned, after=self.known.after.get(origin))
        self.point("kept")
        return "".join(map(str, made))

    def latest(self, hash_of_origin: str) -> bytes | None:
        """The last checkpoint of a log as it was cosigned; None if there is none."""
        last = self.book.last(hash_of_origin)
        return None if last is None else last.note


def opened_witness(known: Known, folder: Path) -> Witness:
    """A witness whose key and checkpoints are in a folder. Raises `BadFileError`."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = _key(folder / "key", known.name)
        return Witness(known, key, Book(folder / "witness.sqlite"))
    except (OSError, driver.Error):
        raise BadFileError(f"{folder} is not a folder in which a witness can keep things") from None


def _key(file: Path, name: str) -> CosigningKey:
    """The witness's own key, which is made the first time."""
    with suppress(FileExistsError):
        _write_new(file, CosigningKey.new(name).text())
    try:
        key = CosigningKey.read(file.read_text(encoding="ascii").strip())
    except (OSError, UnicodeDecodeError, BadKeyError):
        raise BadFileError(f"{file} is not the key of a witness") from None
    if key.public.name != name:
        raise BadFileError(f"{file} is the key of {key.public.name}, and not of {name}")
    return key


def _write_new(file: Path, text: str) -> None:
    """Write a file that only its owner reads; it is on the disk, whole, when it is there."""
    spare = file.with_name(f".{file.name}.{os.getpid()}")
    number = os.open(spare, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ALONE)
    try:
        with os.fdopen(number, "w", encoding="ascii") as opened:
            opened.write(f"{text}\n")
            opened.flush()
            os.fsync(number)
        os.link(spare, file)
    finally:
        spare.unlink()
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
