"""What is erased in tests: with two officers, and somebody who signs and publishes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from events.directory import PersonWords
from events.names import Role
from events.proof.notes import SecretKey
from events.proof.tombstones import NOTHING_BEFORE, Tombstone
from register.directory.directory import Person
from register.directory.files import Files
from register.erasing.erasure import Erasure
from register.proving.places import Folder
from register.proving.signing import Signer
from register.proving.tombstones import Published, keep_tombstones, last_kept_tombstone
from register.register import Register
from tests.browser import Office

REASON = "They asked for it on paper."
OFFICERS = ("otto", "olga")


@dataclass
class Eraser:
    """An office with the officers otto and olga, whose log is signed into a folder outside."""

    here: Office
    folder: Path
    key: SecretKey = field(default_factory=lambda: SecretKey.new("register.example/log"))

    def __post_init__(self) -> None:
        for each in ("own", "outside"):
            (self.folder / each).mkdir()
        people = [
            (Person(each, (Role.DATA_PROTECTION_OFFICER,)), PersonWords(each.title(), f"{each}@x"))
            for each in OFFICERS
        ]
        self.here.register.load(Files(people=people, names_people=False))
        self.signer = Signer(
            self.here.log.database,
            Folder(self.folder / "own"),
            Folder(self.folder / "outside"),
            lambda: [self.key],
        )

    def ask(self, by: str | None = "otto", **wanted: Any) -> Erasure:
        said = {
            name: str(each) if isinstance(each, UUID) else each for name, each in wanted.items()
        }
        erasure, _ = self.here.register.erasures.ask(by, {"reason": REASON, **said})
        return erasure

    def confirm(self, erasure: Erasure, by: str = "olga") -> Erasure:
        return self.here.register.erasures.confirm(by, str(erasure.id))

    def publish(self) -> None:
        assert self.signer.sign() is None

    def erase(self, **wanted: Any) -> Erasure:
        """All of it: asked, confirmed, published and destroyed."""
        asked = self.ask(**wanted)
        self.confirm(asked)
        self.publish()
        self.here.register.erasures.erase_due()
        self.publish()
        return self.here.register.erasures.one("otto", str(asked.id)).erasure


KEY = SecretKey.new("register.example/log")


def erase_at_once(register: Register, **wanted: object) -> None:
    """As the register does what a policy asks for; the tombstone is kept as if published."""
    erasures = register.erasures
    asked, _ = erasures.ask(None, {"reason": "Kept long enough", **wanted})
    confirmed = erasures.confirm_by_policy(asked.id)
    stored = next(each for each in register.log.stream(confirmed.id)[::-1])
    with register.log.database.read() as connection:
        last = last_kept_tombstone(connection)
    number, before = (1, NOTHING_BEFORE) if last is None else (last.number + 1, last.digest)
    declarations, entries = stored.declarations, stored.entries  # type: ignore[attr-defined]
    new = Tombstone(number, before, asked.id, declarations, entries)
    all_before = [Published(KEY.public, new, "")] * (number - 1)
    keep_tombstones(
        register.log.database,
        [*all_before, Published(KEY.public, new, str(new.signed(KEY)))],
        register.now(),
    )
    assert erasures.erase_due().erasures == 1
