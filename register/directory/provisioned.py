"""What identity providers write of people and groups for which the directory has no place.

The directory keeps one name and one address of each person. A provider sends a name in parts, and a
name to sign in with, and wants to read what it wrote. This is no evidence: it is kept beside the
log, sealed, and found by blind indexes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

import msgspec
import sqlalchemy as sa

from events.directory import PersonWords
from events.ids import own_id
from events.log.database import Database
from events.log.sealing import Keyring, SealBrokenError, WrappedKey
from events.log.tables import Moment

metadata = sa.MetaData()

people = sa.Table(
    "provisioned",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("is_removed", sa.Boolean, nullable=False),
    sa.Column("user_name", sa.LargeBinary, nullable=False),
    sa.Column("external_id", sa.LargeBinary),
    sa.Column("box", sa.LargeBinary, nullable=False),
    sa.Column("key", sa.Uuid, nullable=False),
    sa.Column("master", sa.Integer, nullable=False),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
)

groups = sa.Table(
    "provisioned_groups",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("external_id", sa.Text),
    sa.Column("members", sa.JSON, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
)

SPELLING = "spelling"


class Spelling(msgspec.Struct, frozen=True):
    """How a provider writes of a person. Without an `email`, the `user_name` is the address."""

    user_name: str
    external_id: str | None = None
    display_name: str | None = None
    formatted: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    email: str | None = None
    is_primary: bool | None = True
    """What the provider says of the address."""
    staff_number: str | None = None

    @classmethod
    def of(cls, person: str, words: PersonWords | None) -> Spelling:
        """That of a person of whom no provider has written yet."""
        name, email = (words.name, words.email) if words is not None else ("", "")
        number = words.staff_number if words is not None else None
        named = cls(email or person, person, name or person, name or person)
        return msgspec.structs.replace(named, staff_number=number or None)

    @property
    def address(self) -> str:
        return self.email or (self.user_name if "@" in self.user_name else "")

    @property
    def name(self) -> str:
        return self.display_name or self.formatted or self.parts or self.user_name

    @property
    def parts(self) -> str:
        return " ".join(filter(None, (self.given_name, self.family_name)))

    def says(self, words: PersonWords | None) -> bool:
        """Whether the directory has the same name, address and staff number."""
        if words is None or (words.staff_number or None) != self.staff_number:
            return False
        return (self.name, self.address) == (words.name, words.email)


@dataclass(frozen=True)
class Kept:
    """What is kept of a person; their spelling is opened when it is asked for."""

    person: str
    is_removed: bool
    user_name: bytes
    external_id: bytes | None
    box: bytes
    key: WrappedKey
    keyring: Keyring

    @cached_property
    def spelling(self) -> Spelling | None:
        """None if it cannot be opened: it is then as if the provider had written nothing."""
        try:
            box = self.keyring.open_part(SPELLING, self.box, self.key, _place(self.person))
        except SealBrokenError:
            return None
        return msgspec.json.decode(box, type=Spelling)


@dataclass(frozen=True)
class OwnGroup:
    """A group of a provider's that is neither a service nor a role: it gives nobody anything."""

    id: str
    name: str
    external_id: str | None
    members: tuple[str, ...]
    made_at: datetime
    changed_at: datetime


class Provisioned:
    """Keeps what providers write."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def index(self, text: str) -> bytes:
        return self._keyring.blind_index(f"scim|{text}")

    def people(self) -> Mapping[str, Kept]:
        with self._database.read() as connection:
            rows = connection.execute(sa.select(people)).all()
        return {
            row.person: Kept(
                row.person,
                row.is_removed,
                row.user_name,
                row.external_id,
                row.box,
                WrappedKey(row.key, row.master, row.wrapped),
                self._keyring,
            )
            for row in rows
        }

    def keep(self, person: str, spelling: Spelling, *, is_removed: bool = False) -> None:
        sealed = msgspec.json.encode(spelling)
        boxes, key = self._keyring.seal_parts({SPELLING: sealed}, _place(person))
        external = spelling.external_id
        row = {
            "person": person,
            "is_removed": is_removed,
            "user_name": self.index(spelling.user_name),
            "external_id": None if external is None else self.index(external),
            "box": boxes[SPELLING],
            "key": key.id,
            "master": key.master,
            "wrapped": key.wrapped,
        }
        with self._database.write() as connection:
            connection.execute(sa.delete(people).where(people.c.person == person))
            connection.execute(sa.insert(people), row)

    def groups(self) -> list[OwnGroup]:
        query = sa.select(groups).order_by(groups.c.made_at, groups.c.id)
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return [OwnGroup(**{**row, "members": tuple(row["members"])}) for row in rows]

    def keep_group(self, group: OwnGroup) -> None:
        row = {**vars(group), "members": list(group.members)}
        with self._database.write() as connection:
            connection.execute(sa.delete(groups).where(groups.c.id == group.id))
            connection.execute(sa.insert(groups), row)

    def remove_group(self, group: str) -> None:
        with self._database.write() as connection:
            connection.execute(sa.delete(groups).where(groups.c.id == group))


def _place(person: str) -> UUID:
    return own_id("provisioned", person)
