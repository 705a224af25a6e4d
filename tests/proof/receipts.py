"""A register that promises, and somebody who signs it when a test says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from events.proof.notes import SecretKey
from register.proving.places import Folder
from register.proving.receipts.promising import Promises, name_key
from register.proving.signing import Signer
from tests.browser import Office, office

ORIGIN = "register.example.org/log"
KEY = SecretKey.new(ORIGIN)
PROMISES = SecretKey.new(f"{ORIGIN}/promises")


@contextmanager
def promising(folder: Path, url: str | None = None) -> Iterator[Office]:
    with office(folder, url=url) as here:
        promise(here)
        yield here


def promise(here: Office) -> None:
    name_key(here.log, PROMISES)
    here.register.receipts.promises = Promises(here.log, lambda: (PROMISES, ORIGIN))


def sign(here: Office, folder: Path, key: SecretKey = KEY) -> None:
    for each in ("own", "outside"):
        (folder / each).mkdir(exist_ok=True)
    own, outside = Folder(folder / "own"), Folder(folder / "outside")
    assert Signer(here.log.database, own, outside, lambda: [key]).sign() is None
