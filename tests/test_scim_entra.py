"""What Entra ID sends, as its documentation shows it, takes effect: one file of tests/scim each.

`request` is what it sends; `answers` and `body` what it is answered, at least; `then` what the
register knows of the person.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from register.directory.cache import names_at
from tests.browser import Office
from tests.provisioning import Provider

EXCHANGES = sorted((Path(__file__).parent / "scim").glob("*.json"))


@pytest.mark.parametrize("file", EXCHANGES, ids=[each.stem for each in EXCHANGES])
def test_what_entra_sends_takes_effect(here: Office, file: Path) -> None:
    exchange, provider = json.loads(file.read_text(encoding="utf-8")), Provider(here)
    sent = exchange["request"]
    answer = provider.call(sent["method"], sent["path"], sent.get("body"))
    assert answer.status_code == exchange["answers"], answer.text
    if "body" in exchange:
        assert says(answer.json(), exchange["body"])
    if "lacks" in exchange:
        assert exchange["lacks"] not in answer.text
    if "then" in exchange:
        known = known_of(provider, exchange["then"])
        assert {**known, **exchange["then"]} == known
    if sent["method"] in ("PATCH", "DELETE"):
        again = provider.call(sent["method"], sent["path"], sent.get("body"))
        assert again.status_code in (exchange["answers"], 404)


def says(answer: Any, least: Any) -> bool:
    """Whether an answer says all of this; it may say more."""
    if isinstance(least, Mapping):
        return all(name in answer and says(answer[name], its) for name, its in least.items())
    if isinstance(least, Sequence) and not isinstance(least, str):
        return len(answer) == len(least) and all(map(says, answer, least))
    return bool(answer == least)


def known_of(provider: Provider, then: Mapping[str, Any]) -> dict[str, Any]:
    directory = provider.here.register.read.directory()
    person = directory.people[then["person"]]
    words = names_at(provider.here.log)[person.id]
    gone = then.get("gone")
    return {
        "person": person.id,
        "name": words.name if words else None,
        "email": words.email if words else None,
        "staff_number": words.staff_number if words else None,
        "roles": list(person.roles),
        "services": list(person.services),
        "line_manager": person.line_manager,
        "is_here": directory.is_here(person.id),
        "gone": gone if gone and provider.get(gone).status_code == 404 else None,
    }


def test_there_are_twelve_of_them_and_more() -> None:
    assert len(EXCHANGES) > 12
