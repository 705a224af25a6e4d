"""Links by administrators, of which only hashes are stored: each signs one person in, once."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from register.access.marks import Marks
from register.access.means import PROOFS, How
from register.access.sessions import hash_of
from register.access.tables import agreed_links, came_in, links

AGREED_FOR = timedelta(days=14)
"""How long whoever asked for a link has to make it, once somebody else agreed."""


@dataclass(frozen=True)
class Link:
    person: str
    made_by: str
    asks_number: bool
    """Whether it is printed on a slip, and opened with the staff number alone."""
    works_from: datetime
    works_until: datetime

    def is_over(self, now: datetime) -> bool:
        return now >= self.works_until


FIELDS = ("person", "made_by", "asks_number", "works_from", "works_until")


def add(connection: sa.Connection, marks: Marks, link: Link) -> str:
    """A new link; gives its code. Those that the person had end."""
    code = secrets.token_urlsafe(32)
    end(connection, link.person)
    row = {"hash": hash_of(code), **{name: getattr(link, name) for name in FIELDS}}
    connection.execute(sa.insert(links), marks.marked(links, row))
    return code


def found(connection: sa.Connection, marks: Marks, code: str) -> Link | None:
    query = sa.select(links).where(links.c.hash == hash_of(code))
    row = connection.execute(query).first()
    return None if row is None or not marks.is_ours(links, row) else _link(row)


def of(connection: sa.Connection, person: str, now: datetime) -> Link | None:
    """The link of a person that works, or will."""
    query = sa.select(links).where(links.c.person == person, links.c.works_until > now)
    row = connection.execute(query).first()
    return None if row is None else _link(row)


def _link(row: sa.Row[Any]) -> Link:
    return Link(*(row._mapping[name] for name in FIELDS))


def use_up(connection: sa.Connection, code: str) -> bool:
    """Whether there was such a link. From now on there is none."""
    return bool(connection.execute(sa.delete(links).where(links.c.hash == hash_of(code))).rowcount)


def end(connection: sa.Connection, person: str) -> int:
    return connection.execute(sa.delete(links).where(links.c.person == person)).rowcount


# What a second person agreed to


def agree(connection: sa.Connection, person: str, by: str, now: datetime) -> None:
    """Note that somebody may make a link for a person, as another agreed."""
    disagree(connection, person, by)
    row = {"person": person, "asked_by": by, "agreed_at": now}
    connection.execute(sa.insert(agreed_links), row)


def is_agreed(connection: sa.Connection, person: str, by: str, now: datetime) -> bool:
    query = sa.select(agreed_links.c.person).where(
        agreed_links.c.person == person,
        agreed_links.c.asked_by == by,
        agreed_links.c.agreed_at > now - AGREED_FOR,
    )
    return connection.execute(query).first() is not None


def disagree(connection: sa.Connection, person: str, by: str) -> None:
    theirs = sa.and_(agreed_links.c.person == person, agreed_links.c.asked_by == by)
    connection.execute(sa.delete(agreed_links).where(theirs))


def end_all(connection: sa.Connection, person: str) -> None:
    """End the link of a person, and whatever was agreed to that was not made yet."""
    end(connection, person)
    connection.execute(sa.delete(agreed_links).where(agreed_links.c.person == person))


# Who signed in


def note_came_in(connection: sa.Connection, person: str, how: How, now: datetime) -> None:
    """A link is for whoever cannot come in otherwise: it ends once they have proved who they are.
    The first time it ends however they come in, as it was made to work at once."""
    is_first = not came_in_before(connection, [person])
    if is_first or how in PROOFS:
        end(connection, person)
    if is_first:
        connection.execute(sa.insert(came_in), {"person": person, "first_at": now})


def came_in_before(connection: sa.Connection, people: Iterable[str] | None = None) -> set[str]:
    """Those of some people, or of all, who ever signed in."""
    query = sa.select(came_in.c.person)
    if people is not None:
        query = query.where(came_in.c.person.in_(list(people)))
    return set(connection.execute(query).scalars())
