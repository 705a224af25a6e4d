"""The members of a bundle as they are written: the digest of each is listed in the last."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import IO, Any

from register.proving.exporting.standalone.formats import FORM, LISTED


def in_json(found: Any) -> bytes:
    """A line of JSON, in the one way in which a bundle has it."""
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class Members:
    """Writes one member after the other. `into` need not be able to go back."""

    def __init__(self, into: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED)
        self._digests: dict[str, str] = {}

    def add(self, name: str, parts: Iterable[bytes]) -> None:
        made = hashlib.sha256()
        with self._zip.open(name, "w", force_zip64=True) as member:
            for part in parts:
                member.write(part)
                made.update(part)
        self._digests[name] = made.hexdigest()

    def add_lines(self, name: str, lines: Iterable[Any]) -> None:
        self.add(name, map(in_json, lines))

    def add_as_it_is(self, name: str, data: bytes) -> None:
        """Without compressing what is compressed already."""
        self._zip.writestr(name, data, zipfile.ZIP_STORED)
        self._digests[name] = hashlib.sha256(data).hexdigest()

    def end(self) -> None:
        listed = {"form": FORM, "members": self._digests}
        with self._zip.open(LISTED, "w") as member:
            member.write(in_json(listed))

    def close(self) -> None:
        self._zip.close()


@contextmanager
def members(into: IO[bytes]) -> Iterator[Members]:
    """Inside, members can be added; afterwards they are listed."""
    with closing(Members(into)) as found:
        yield found
        found.end()
