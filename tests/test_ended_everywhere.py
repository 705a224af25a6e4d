"""A session or a token that has ended is refused on the next request, on every process."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from itertools import count

import httpx
import pytest

from events.log.log import Log
from register.access.means import How
from register.access.sessions import OfProvider
from register.access.token_holders import NewToken
from register.deadlines import london_day
from register.register import Register
from register.setup.migrating import migrate
from tests.browser import HOME, Browser, Clock
from tests.cast import A_MINUTE, KEYRING, POLICIES, cast_files, joined, left, moved
from tests.server import Installation, Server
from tests.sessions import verified
from web.app import create_app
from web.requests.session import COOKIE

PLACES = 3
NAMES = count(1)
Ask = Callable[[int, str, str, dict[str, str], dict[str, str] | None], int]
"""Asks one of the processes: method, path, headers and form; gives the status."""


@dataclass
class Everywhere:
    """One register, served by three processes."""

    register: Register
    ask: Ask
    home: str = HOME
    """Where the pages of the first of them are."""
    later: Callable[[], None] = field(default=lambda: None)

    def newcomer(self, *, under: str = "ben", roles: tuple[str, ...] = ("worker",)) -> str:
        person = f"newcomer-{next(NAMES)}"
        self.register.change_directory([joined(person, under=under, roles=roles)])
        self.later()
        return person

    def lets_in(self, session: str) -> list[bool]:
        headers = {"cookie": f"{COOKIE}={session}"}
        return [self.ask(place, "GET", "/", headers, None) == 200 for place in range(PLACES)]

    def serves(self, token: str) -> list[bool]:
        headers = {"authorization": f"Bearer {token}"}
        path = "/api/declarations"
        return [self.ask(place, "GET", path, headers, None) == 200 for place in range(PLACES)]

    def send(self, session: str, path: str, **form: str) -> None:
        headers = {"cookie": f"{COOKIE}={session}", "origin": self.home}
        assert self.ask(0, "POST", path, headers, form) == 303

    def token(self, person: str) -> str:
        (token,) = self.register.tokens.make(None, [NewToken(person)])
        return token

    def leaves(self, person: str) -> None:
        self.register.change_directory([left(person, london_day(self.register.now()))])

    def comes_back(self, person: str) -> None:
        self.later()
        self.register.change_directory([left(person, on=None)])
        self.later()


@pytest.fixture(scope="module")
def registers(shaped_postgres: str, postgres_server: object) -> Iterator[Everywhere]:
    """Three registers on one database, in one process: none knows what another keeps in memory."""
    clock = Clock()
    with ExitStack() as undo:
        name = undo.enter_context(postgres_server.temporary_database(shaped_postgres))  # type: ignore[attr-defined]
        url = postgres_server.url(name)  # type: ignore[attr-defined]
        migrate(url)
        opened = [
            undo.enter_context(closing(Register(Log(url, KEYRING, clock=clock), POLICIES)))
            for _ in range(PLACES)
        ]
        opened[0].load(cast_files())
        apps = [create_app(each, address=HOME) for each in opened]

        def ask(place: int, method: str, path: str, headers: dict[str, str], form: object) -> int:
            browser = Browser(apps[place], None)
            return browser.call(method, path, headers=headers, data=form).status_code

        yield Everywhere(opened[0], ask, later=lambda: clock.goes_on(A_MINUTE / 60))


OVER = OfProvider("nhs", b"sid")
"""What a provider calls a session."""


def _signs_out(here: Everywhere, _person: str, session: str) -> None:
    here.send(session, "/sign-out")


def _leaves(here: Everywhere, person: str, _session: str) -> None:
    here.leaves(person)


def _comes_back(here: Everywhere, person: str, _session: str) -> None:
    here.leaves(person)
    here.comes_back(person)


def _loses_a_role(here: Everywhere, person: str, _session: str) -> None:
    here.register.change_directory([moved(person, under="ben", roles=())])


def _signs_in_over_it(here: Everywhere, person: str, session: str) -> None:
    here.register.signing_in.begin(person, How.LINK, instead_of=session)


def _is_signed_out_by_an_administrator(here: Everywhere, person: str, _session: str) -> None:
    here.send(verified(here.register, "ada"), f"/people/{person}/sessions")


def _is_signed_out_by_the_keeper(here: Everywhere, person: str, _session: str) -> None:
    here.register.account.end_sessions(None, person)


def _ends_it_elsewhere(here: Everywhere, person: str, _session: str) -> None:
    here.send(verified(here.register, person), "/account/sessions", end="others")


def _proves_who_they_are(here: Everywhere, _person: str, session: str) -> None:
    here.register.signing_in.verified(session, How.PASSWORD, here.register.now())


def _is_ended_by_the_provider(here: Everywhere, _person: str, _session: str) -> None:
    here.register.signing_in.end_of_provider(secrets.token_bytes(), here.register.now(), OVER)


SESSION_ENDS = [
    _signs_out,
    _leaves,
    _comes_back,
    _loses_a_role,
    _signs_in_over_it,
    _is_signed_out_by_an_administrator,
    _is_signed_out_by_the_keeper,
    _ends_it_elsewhere,
    _proves_who_they_are,
    _is_ended_by_the_provider,
]


def _token_is_ended(here: Everywhere, person: str, _token: str) -> None:
    (known,) = here.register.tokens.of(person)
    here.register.tokens.end(person, person, known.id)


def _tokens_are_revoked(here: Everywhere, person: str, _token: str) -> None:
    here.register.tokens.revoke(None, person)


TOKEN_ENDS = [_leaves, _comes_back, _token_is_ended, _tokens_are_revoked]
Ends = Callable[[Everywhere, str, str], None]


def check_session(here: Everywhere, ends: Ends) -> None:
    person = here.newcomer()
    session = here.register.signing_in.begin(person, How.PROVIDER, of_provider=OVER)
    assert here.lets_in(session) == [True] * PLACES
    ends(here, person, session)
    assert here.lets_in(session) == [False] * PLACES


def check_token(here: Everywhere, ends: Ends) -> None:
    person = here.newcomer()
    token = here.token(person)
    assert here.serves(token) == [True] * PLACES
    ends(here, person, token)
    assert here.serves(token) == [False] * PLACES


@pytest.mark.parametrize("ends", SESSION_ENDS)
def test_an_old_cookie_is_refused_everywhere(registers: Everywhere, ends: Ends) -> None:
    check_session(registers, ends)


@pytest.mark.parametrize("ends", TOKEN_ENDS)
def test_an_old_token_is_refused_everywhere(registers: Everywhere, ends: Ends) -> None:
    check_token(registers, ends)


def test_whoever_comes_back_signs_in_anew(registers: Everywhere) -> None:
    person = registers.newcomer()
    _comes_back(registers, person, "")
    assert registers.lets_in(verified(registers.register, person)) == [True] * PLACES
    assert registers.serves(registers.token(person)) == [True] * PLACES


def test_whoever_stays_after_all_has_never_left(registers: Everywhere) -> None:
    person = registers.newcomer()
    session, token = verified(registers.register, person), registers.token(person)
    tomorrow = registers.register.now() + 24 * 60 * A_MINUTE
    registers.register.change_directory([left(person, london_day(tomorrow))])
    registers.comes_back(person)
    assert registers.lets_in(session) == registers.serves(token) == [True] * PLACES


def test_a_role_that_is_lost_ends_a_session_for_good(registers: Everywhere) -> None:
    """Also the role that comes with whom somebody manages, and though it is given back."""
    manager = registers.newcomer()
    person = registers.newcomer(under=manager)
    session = verified(registers.register, manager)
    assert registers.lets_in(session) == [True] * PLACES
    registers.register.change_directory([moved(person, under="ben")])
    assert registers.lets_in(session) == [False] * PLACES
    registers.register.change_directory([moved(person, under=manager)])
    assert registers.lets_in(session) == [False] * PLACES


def test_a_role_that_is_gained_does_not_end_it_until_it_is_lost(registers: Everywhere) -> None:
    manager = registers.newcomer()
    session = verified(registers.register, manager)
    person = registers.newcomer(under=manager)
    for _ in range(2):
        assert registers.lets_in(session) == [True] * PLACES
        for _ in range(120):
            registers.later()
    registers.register.change_directory([moved(person, under="ben")])
    assert registers.lets_in(session) == [False] * PLACES


@pytest.fixture(scope="module")
def processes(new_installation: Callable[..., Installation]) -> Iterator[Everywhere]:
    installation = new_installation("postgresql")
    installation.set_up()
    with ExitStack() as undo:
        servers = [undo.enter_context(installation.serving()) for _ in range(PLACES)]
        register = undo.enter_context(installation.opened())
        yield Everywhere(register, asking(servers), servers[0].url)


def asking(servers: list[Server]) -> Ask:
    def ask(
        place: int, method: str, path: str, headers: dict[str, str], form: dict[str, str] | None
    ) -> int:
        url = servers[place].url + path
        return httpx.request(method, url, headers=headers, data=form).status_code

    return ask


@pytest.mark.long
@pytest.mark.timeout(300)
def test_so_it_is_on_three_processes(processes: Everywhere) -> None:
    for ends in SESSION_ENDS:
        check_session(processes, ends)
    for ends in TOKEN_ENDS:
        check_token(processes, ends)
