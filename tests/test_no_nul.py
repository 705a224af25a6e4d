"""Text with a NUL, which PostgreSQL does not take, in any address, query or form: it is refused in
words, or is the name of nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.datastructures import ImmutableMultiDict

from register.access.who_may import Comer, may_come_in, row_of
from register.standing.held import roles_held
from tests.browser import HOME, Browser, Office, office
from tests.provisioning import GROUP, Provider
from web.api.operations import Operation
from web.edge.allowances import Strangers
from web.pages.adapter import Page, PublicPage
from web.urls import OPERATIONS, PAGES

Route = Page | PublicPage | Operation
NUL, UNKNOWN = "\0", "unknown"
PEOPLE = ("amina", "ben", "carol", "ada", "dev")
IN_ADDRESSES = {"kind": "gift", "person": "amina", "worker": "amina", "position": "1"}
MANY = 1_000_000


@pytest.fixture
def there(postgres_url: str, tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path, url=postgres_url) as found:
        yield found


LOOKED_UP = [
    ("POST", "/account/sessions", "end"),
    ("POST", "/account/tokens/end", "token"),
    ("POST", "/account/providers/remove", "id"),
    ("POST", "/people/amina/tokens", "token"),
    ("GET", "/people", "sought"),
    ("GET", "/looks", "sought"),
    ("GET", "/service-user", "sought"),
]


def test_in_the_database_it_is_the_name_of_nothing(there: Office) -> None:
    ada = there.browser("ada")
    for method, path, field in LOOKED_UP:
        answers = [sent(ada, method, path, {field: each}) for each in (UNKNOWN, NUL)]
        assert len({each.status_code for each in answers}) == 1, path
        assert answers[0].status_code < 500, path
    for path in ("/api/sessions/{}/end", "/api/tokens/{}/end"):
        answers = [
            ada.call("POST", path.format(each), json={}, headers={"origin": HOME})
            for each in (UNKNOWN, "%00")
        ]
        assert [each.status_code for each in answers] == [204, 204], path


def sent(browser: Browser, method: str, path: str, fields: Mapping[str, Any]) -> Any:
    return browser.get(path, **fields) if method == "GET" else browser.post(path, fields)


@pytest.mark.parametrize("bad", [NUL, "a\x1bb", "\u202e", "x" * 257])
def test_what_a_group_is_called_elsewhere_has_none(here: Office, bad: str) -> None:
    provider = Provider(here)
    named = {"schemas": [GROUP], "displayName": "Night staff"}
    answer = provider.call("POST", "/Groups", {**named, "externalId": bad})
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidValue")
    assert "externalId" in answer.json()["detail"]
    made = provider.call("POST", "/Groups", {**named, "externalId": "G-1"}).json()["id"]
    answer = provider.put(f"/Groups/{made}", {**named, "externalId": bad})
    assert answer.status_code == 400
    assert provider.group(made)["externalId"] == "G-1"


# Every route


@pytest.mark.long
@pytest.mark.timeout(600)
def test_no_route_fails_at_it(there: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    gift = str(there.declare("amina"))
    failed = []
    for route in (*PAGES, *OPERATIONS):
        there.app.state.strangers = there.app.state.at_providers = Strangers(MANY)
        browser = there.browser(one_who_may(there, route))
        parts = re.findall(r"{(\w+)}", _template(route))
        usual = {each: IN_ADDRESSES.get(each, gift) for each in parts}
        with noted(monkeypatch) as fields:
            asked(browser, route, usual, {})
        tried = [({**usual, each: "%00"}, {}) for each in parts]
        tried += [(usual, {each: NUL}) for each in sorted(fields | _of_models(route))]
        for values, given in tried:
            if asked(browser, route, values, given) >= 500:
                failed.append((route.method, route.path, values, given))
    assert failed == []


def one_who_may(there: Office, route: Route) -> str:
    row, directory = row_of(route.method, route.path), there.register.read.directory()
    may = (each for each in PEOPLE if may_come_in(row, Comer(roles_held(each, directory))))
    return next(may, "amina")


def asked(
    browser: Browser, route: Route, values: Mapping[str, str], fields: Mapping[str, Any]
) -> int:
    path = _template(route).format(**values)
    if isinstance(route, Operation) and route.method != "GET":
        headers = {"origin": HOME}
        return browser.call(route.method, path, json=fields, headers=headers).status_code
    return int(sent(browser, route.method, path, fields).status_code)


@contextmanager
def noted(patch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The names of all fields that are asked for in queries and forms."""
    names: set[str] = set()
    with patch.context() as patched:
        for way in ("get", "getlist", "__getitem__", "__contains__"):
            patched.setattr(ImmutableMultiDict, way, _noting(names, way))
        yield names


def _noting(names: set[str], way: str) -> Any:
    usual = getattr(ImmutableMultiDict, way)

    def noting(fields: Any, name: str, *given: Any) -> Any:
        names.add(name)
        return usual(fields, name, *given)

    return noting


def _of_models(route: Route) -> set[str]:
    models: Iterable[Any] = (route.query, *route.bodies) if isinstance(route, Operation) else ()
    return {name for model in models if model is not None for name in model.model_fields}


def _template(route: Route) -> str:
    return route.path.replace(":path}", "}")
