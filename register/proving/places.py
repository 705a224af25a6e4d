"""Places outside the database where checkpoints are kept: folders, and addresses by GET and PUT.

`add` never replaces what is there: of two who sign at the same time, one comes first.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from register.notices.message import Later
from register.notices.posting import Answer, Poster

CREATED = (200, 201, 202, 204)
MISSING = (404, 410)
THERE_ALREADY = (409, 412)
PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


class PlaceAwayError(Exception):
    """A place cannot be read or written just now."""


class Place(Protocol):
    """Where texts are kept by name, in a folder for each key."""

    def read(self, folder: str, name: str) -> str | None: ...

    def add(self, folder: str, name: str, text: str) -> bool:
        """Keep a text, unless there is one of that name: then it stays, and this is False."""
        ...

    def put(self, folder: str, name: str, text: str) -> None:
        """Keep a text in the place of what was there."""
        ...


@dataclass(frozen=True)
class Folder:
    """A folder. What it has kept is on the disk before it says so."""

    path: Path

    def read(self, folder: str, name: str) -> str | None:
        try:
            return (self.path / folder / name).read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            if not self.path.exists():
                raise PlaceAwayError("the folder is missing") from None
            return None
        except OSError as error:
            raise PlaceAwayError(str(error.strerror)) from None

    def add(self, folder: str, name: str, text: str) -> bool:
        with suppress(FileExistsError):
            self._write(folder, text, lambda spare: os.link(spare, self.path / folder / name))
            return True
        return False

    def put(self, folder: str, name: str, text: str) -> None:
        self._write(folder, text, lambda spare: Path(spare).replace(self.path / folder / name))

    def folders(self) -> list[str]:
        return sorted(each.name for each in self.path.iterdir()) if self.path.exists() else []

    def _write(self, folder: str, text: str, place: Callable[[str], object]) -> None:
        """Raises `FileExistsError` if `place` does, and `PlaceAwayError`."""
        try:
            if not self.path.exists():
                raise PlaceAwayError("the folder is missing")
            (self.path / folder).mkdir(exist_ok=True)
            number, spare = tempfile.mkstemp(dir=self.path / folder, prefix=".")
            try:
                with os.fdopen(number, "w", encoding="utf-8") as file:
                    file.write(text)
                    file.flush()
                    os.fchmod(number, 0o644)
                    os.fsync(number)
                place(spare)
            finally:
                Path(spare).unlink(missing_ok=True)
            _sync(self.path / folder)
            _sync(self.path)
        except FileExistsError:
            raise
        except OSError as error:
            raise PlaceAwayError(str(error.strerror)) from None


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@dataclass(frozen=True)
class Address:
    """An address below which texts are kept, such as that of an object store. To be the place with
    which is compared, it has to heed `If-None-Match: *`; what it says is read back all the same."""

    url: str
    poster: Poster

    def read(self, folder: str, name: str) -> str | None:
        answer = self._call("GET", folder, name, {})
        if answer.status in MISSING:
            return None
        if answer.status != 200:
            raise PlaceAwayError(f"it answers {answer.status}")
        return answer.body.decode(errors="replace")

    def add(self, folder: str, name: str, text: str) -> bool:
        if self.read(folder, name) is not None:
            return False
        headers = {**PLAIN, "If-None-Match": "*"}
        answer = self._call("PUT", folder, name, headers, text)
        if answer.status in THERE_ALREADY:
            return False
        _check_kept(answer)
        return self.read(folder, name) == text

    def put(self, folder: str, name: str, text: str) -> None:
        _check_kept(self._call("PUT", folder, name, PLAIN, text))

    def _call(
        self, method: str, folder: str, name: str, headers: dict[str, str], text: str | None = None
    ) -> Answer:
        answer = self.poster.call(
            method,
            f"{self.url.rstrip('/')}/{quote(folder, safe='')}/{name}",
            headers=headers,
            content=None if text is None else text.encode(),
        )
        if isinstance(answer, Later):
            raise PlaceAwayError(answer.why)
        return answer


def _check_kept(answer: Answer) -> None:
    if answer.status not in CREATED:
        raise PlaceAwayError(f"it answers {answer.status}")
