"""Whoever can write to the database, without the keys: a row that they put there or change signs
nobody in."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from events.log.sealing import Keyring
from register.access import tables, tokens
from register.access.marks import MARKED, Marks
from register.access.means import How
from register.access.sessions import hash_of
from tests.authenticators import Authenticator
from tests.browser import HOME, Browser, Office
from tests.cast import A_DAY
from tests.providers import signs_in
from tests.sessions import verified

THEIRS = Marks(Keyring({1: b"x" * 32}, b"x" * 32))
"""The marks of whoever has other keys."""


def put(here: Office, table: sa.Table, **row: Any) -> None:
    with here.log.database.write() as connection:
        connection.execute(sa.delete(table))
        connection.execute(sa.insert(table), {**row, "mark": b"m" * 32})


def changed(here: Office, table: sa.Table, **changes: Any) -> None:
    """Every row of a table says something else."""
    with here.log.database.write() as connection:
        assert connection.execute(sa.update(table).values(changes)).rowcount


def opens_page(here: Office, session: str) -> bool:
    return Browser(here.app, session).get("/").status_code == 200


def opens_api(here: Office, token: str) -> bool:
    bearer = {"authorization": f"Bearer {token}"}
    return here.browser(None).get("/api/alerts", headers=bearer).status_code == 200


def opens_link(here: Office, code: str) -> bool:
    return Browser(here.app, None).post(f"/sign-in/{code}").status_code == 303


def link_for(here: Office, person: str) -> str:
    made = here.register.linking.make("ada", person, {})
    assert made is not None
    return made.code


def of_session(here: Office, person: str = "amina") -> dict[str, Any]:
    now = here.clock.shows
    facts = {"how": How.PASSKEY, "browser": "", "held": "", "ways": "passkey", "verified_at": now}
    return {"id": "x", "person": person, "began_at": now, "used_at": now, **facts}


def of_token(here: Office, person: str = "amina") -> dict[str, Any]:
    now = here.clock.shows
    facts = {"name": "token", "scopes": "read", "services": "", "ends_at": now + A_DAY}
    return {"id": "x", "person": person, "made_at": now, "used_at": now, **facts}


def of_invite(here: Office, person: str = "amina") -> dict[str, Any]:
    return {"person": person, "expires_at": here.clock.shows + A_DAY}


def of_link(here: Office, person: str = "amina") -> dict[str, Any]:
    link_for(here, person)  # so that the log has one as well
    now = here.clock.shows
    facts = {"made_by": "ada", "asks_number": False}
    return {"person": person, "works_from": now, "works_until": now + A_DAY, **facts}


Opens = Callable[[Office, str], bool]
BY_HAND: list[tuple[sa.Table, Callable[[Office], dict[str, Any]], Opens]] = [
    (tables.sessions, of_session, opens_page),
    (tables.tokens, of_token, opens_api),
    (tables.invites, of_invite, opens_link),
    (tables.links, of_link, opens_link),
]


@pytest.mark.parametrize(("table", "row", "opens"), BY_HAND, ids=[each[0].name for each in BY_HAND])
def test_a_row_made_by_hand_signs_nobody_in(here: Office, table, row, opens: Opens) -> None:
    made = {"hash": hash_of("made-up"), **row(here)}
    put(here, table, **made)
    assert not opens(here, "made-up")
    for marks, comes_in in ((THEIRS, False), (Marks(here.log.keyring), True)):
        with here.log.database.write() as connection:
            connection.execute(sa.delete(table))
            connection.execute(sa.insert(table), marks.marked(table, made))
        assert opens(here, "made-up") is comes_in


def token_for(here: Office, person: str) -> str:
    with here.log.database.write() as connection:
        return tokens.create(connection, Marks(here.log.keyring), person, here.clock.shows)


SECRETS: dict[str, Callable[[Office], str]] = {
    "sessions": lambda here: verified(here.register, "amina"),
    "tokens": lambda here: token_for(here, "amina"),
    "invites": lambda here: here.register.signing_in.invite("amina"),
    "links": lambda here: link_for(here, "amina"),
}


@pytest.mark.parametrize("name", SECRETS)
def test_as_the_register_wrote_it_it_does(here: Office, name: str) -> None:
    opens = {each[0].name: each[2] for each in BY_HAND}[name]
    assert opens(here, SECRETS[name](here))


SAID_OTHERWISE = [
    ("sessions", {"person": "carol"}),
    ("sessions", {"how": How.DEMO}),
    ("sessions", {"verified_at": None}),
    ("tokens", {"person": "carol"}),
    ("tokens", {"scopes": "act declare read scim"}),
    ("tokens", {"services": "elm-house"}),
    ("invites", {"person": "carol"}),
    ("links", {"person": "carol"}),
    ("links", {"works_until": datetime.max.replace(tzinfo=UTC)}),
]


@pytest.mark.parametrize(("name", "said"), SAID_OTHERWISE)
def test_a_row_that_says_something_else_signs_nobody_in(here: Office, name: str, said) -> None:
    """Also for whoever has a session, a token or a link of their own."""
    opens = {each[0].name: each[2] for each in BY_HAND}[name]
    secret = SECRETS[name](here)
    changed(here, tables.metadata.tables[name], **said)
    assert not opens(here, secret)


def test_a_binding_that_is_given_to_somebody_else_signs_nobody_in(at_work: Office, care) -> None:
    signs_in(at_work, care)
    changed(at_work, tables.bindings, person="carol")
    browser, answer = signs_in(at_work, care, email="nobody@example.org")
    assert (answer.status_code, browser.session) == (403, None)


@pytest.mark.parametrize("column", ["person", "public_key"])
def test_a_passkey_that_is_given_to_somebody_else_signs_nobody_in(
    here: Office, column: str
) -> None:
    phone, amina = Authenticator("register.test", HOME), here.browser("amina")
    made = json.dumps(phone.made(amina.get("/account/passkeys/options").json()))
    amina.post("/account/passkeys", {"name": "Phone", "signed": made})
    changed(here, tables.passkeys, **{column: "carol" if column == "person" else b"another"})
    anybody = here.browser(None)
    signed = json.dumps(phone.used(anybody.get("/sign-in/passkey/options").json()))
    answer = anybody.post("/sign-in/passkey", {"signed": signed})
    assert answer.status_code == 422
    assert "not known here" in answer.text


def test_every_table_with_a_mark_says_what_it_binds() -> None:
    marked = {name for name, table in tables.metadata.tables.items() if "mark" in table.c}
    assert marked == set(MARKED)
    for name, bound in MARKED.items():
        assert {"person", *(each.name for each in tables.metadata.tables[name].primary_key)} <= {
            *bound
        }
