"""Who may do what: the table, and what the register answers to everybody who asks, are the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.routing import Route

from events.names import Role
from register.access.who_may import WHO_MAY, Row, row_of
from register.console.who_may import described
from tests.browser import office
from tests.one_role_each import ROLES, Doors, Kit
from tests.proof.receipts import sign
from web.api.scim.routes import SCIM_OPERATIONS
from web.resources import Resource
from web.urls import OPERATIONS, PAGES

DOCUMENT = Path(__file__).parent.parent / "docs" / "who-may.md"
NOT_HERE = {
    "decision": {"mona"},  # in no policy that is shipped does a line manager decide
    "confirmation": {"sol"},
    "information": {"sol"},  # in the place of a director who has left there is another director
}
"""Whom the table lists, and who does not come to it among these people."""


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    folder = tmp_path_factory.mktemp("doors")
    with office(folder) as here:
        doors = Doors(here)
        sign(here, folder)  # until then nobody has a receipt
        yield doors


def test_the_document_is_what_the_table_says() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == "\n".join(described()) + "\n", (
        "make it again: python -m register who-may > docs/who-may.md"
    )


def test_everything_that_has_an_address_is_in_the_table_and_nothing_else(doors: Doors) -> None:
    apps = [each.app for each in doors.here.app.routes if isinstance(each, Route)]
    served = {
        f"{method} {each.path}"
        for each in apps
        if isinstance(each, Resource)
        for method in each.endpoints
    }
    assert served == WHO_MAY.keys()
    listed = [*OPERATIONS, *SCIM_OPERATIONS, *PAGES]
    assert served == {f"{each.method} {each.path}" for each in listed}


def test_what_is_not_in_the_table_is_done_by_nobody() -> None:
    with pytest.raises(KeyError):
        row_of("GET", "/not-listed")


def test_each_of_them_has_that_role_alone(doors: Doors) -> None:
    for person, roles in ROLES.items():
        assert doors.roles(person) == roles, person


ASKED = {key: row for key, row in WHO_MAY.items() if not row.is_public}


@pytest.mark.parametrize("key", ASKED)
def test_the_register_lets_in_whom_the_table_lists_and_nobody_else(doors: Doors, key: str) -> None:
    """Whoever is not listed asks for what one of the workers declared, for another in each row."""
    number = list(ASKED).index(key)
    check_lets_in(doors, key, {person: [doors.kits[number % len(doors.kits)]] for person in ROLES})


@pytest.mark.long
@pytest.mark.parametrize("key", ASKED)
def test_nor_does_it_let_anybody_else_in_to_anything(doors: Doors, key: str) -> None:
    check_lets_in(doors, key, {})


def check_lets_in(doors: Doors, key: str, kits_of_others: dict[str, list[Kit]]) -> None:
    method, path = key.split(" ")
    listed = {person for person, roles in ROLES.items() if is_listed(ASKED[key], roles)}
    listed -= NOT_HERE.get(path.rsplit("/", 1)[-1], set())

    def those_let_in() -> set[str]:
        kits = {each: None if each in listed else kits_of_others.get(each) for each in ROLES}
        return {each for each in ROLES if doors.lets_in(each, method, path, kits[each])}

    let_in = those_let_in()
    if path.endswith("/confirmation"):  # it says nothing but that, so an empty body has done it
        doors.the_managers_enter()
    if path.endswith(("/information", "/confirmation")):
        doors.the_workers_leave()
        let_in |= those_let_in()
        doors.the_workers_come_back()
    assert let_in == listed


def is_listed(row: Row, roles: frozenset[Role]) -> bool:
    return not row.roles.isdisjoint(roles) or row.roles == frozenset(Role)
