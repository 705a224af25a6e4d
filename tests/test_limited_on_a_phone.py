"""A phone that was put down: what waits on it is sent, and of the register it shows nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from playwright.sync_api import expect

from register.access.marks import Marks
from register.access.tables import sessions
from tests.outboxes import at, saved_without_signal, somewhere
from tests.phones import Phones, declare, heading, places, until_sent
from tests.server import Server

if TYPE_CHECKING:
    from playwright.sync_api import Page

HALF_AN_HOUR = timedelta(minutes=31)


def put_down(server: Server) -> None:
    """Half an hour goes by in which nobody uses any session."""
    with server.installation.opened() as register, register.log.database.write() as connection:
        marks, then = Marks(register.log.keyring), register.now() - HALF_AN_HOUR
        for row in connection.execute(sa.select(sessions)).all():
            aged = {**row._asdict(), "used_at": then, "verified_at": then}
            own = sa.update(sessions).where(sessions.c.id == row.id)
            connection.execute(own.values(marks.marked(sessions, aged)))


def offered(page: Page) -> int:
    return page.locator("#references option").count()


def test_what_waits_is_sent_and_the_rest_asks_to_sign_in(phones: Phones, visited: Server) -> None:
    page, place = saved_without_signal(phones)
    put_down(visited)
    phones.wire.mend()
    page.goto("/outbox")
    until_sent(page)
    assert places(visited)[place] == 1
    page.goto("/declare/out-of-hours-encounter")
    assert offered(page) == 0
    elsewhere = somewhere()
    declare(page, at(elsewhere))
    heading(page, "It is in the register")
    expect(page.get_by_text(elsewhere)).to_have_count(0)
    assert places(visited)[elsewhere] == 1
    page.get_by_role("link", name="sign in again").click()
    assert page.url.endswith("/sign-in/again")
    page.goto("/mine")
    assert page.url.endswith("/sign-in/again")
