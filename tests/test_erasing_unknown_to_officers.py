"""What an officer must not know of is not there for them where it is erased either: one rule says
what an officer may deal with, whether it is due to go, held, or to be erased."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from events.names import ErasureState
from register.errors import NotFoundError
from tests.browser import HOME, Browser, Office, words
from tests.browser import here as here
from tests.cast import A_DAY, TODAY
from tests.changing_the_directory import alter
from tests.erasing import Eraser

OURS = {"origin": HOME, "sec-fetch-site": "same-origin"}
NO_LONGER = {"reason": "No longer wanted"}
OFFICER = ("worker", "data_protection_officer")
SIX_YEARS = 2192 * A_DAY
NOT_FOR = ["eve", "femi", "dana", "gus"]
"""Officers for whom a concern of gus's about dana is not there: eve reports to femi, who reports to
her, and gus declared it."""


@pytest.fixture
def eraser(here: Office, tmp_path: Path) -> Eraser:
    found = Eraser(here, tmp_path)
    for each in NOT_FOR:
        alter(here.register, None, each, roles=OFFICER)
    return found


def concern(eraser: Eraser, **said: Any) -> UUID:
    return eraser.here.declare("gus", "colleague-concern", subject="dana", **said)


def listed(eraser: Eraser, by: str) -> set[UUID]:
    return {each.erasure.id for each in eraser.here.register.erasures.all(by)}


def counted(eraser: Eraser, by: str) -> int:
    return eraser.here.register.erasures.to_decide(by)


@pytest.mark.parametrize("asked_by", [None, "otto"])
@pytest.mark.parametrize("by", NOT_FOR)
def test_its_erasure_is_not_there_either(eraser: Eraser, by: str, asked_by: str | None) -> None:
    asked = eraser.ask(asked_by, of="declaration", declaration=concern(eraser))
    assert (listed(eraser, by), counted(eraser, by)) == (set(), 0)
    with pytest.raises(NotFoundError):
        eraser.confirm(asked, by)
    with pytest.raises(NotFoundError):
        eraser.here.register.erasures.refuse(by, str(asked.id), NO_LONGER)
    assert (listed(eraser, "olga"), counted(eraser, "olga")) == ({asked.id}, 1)
    assert eraser.confirm(asked).state is ErasureState.CONFIRMED


def test_no_page_and_no_call_has_it(eraser: Eraser) -> None:
    asked = eraser.ask(None, of="declaration", declaration=concern(eraser))
    eve = eraser.here.browser("eve")
    for path in ("/", "/protection", "/erasures", "/api/erasures"):
        answer = eve.get(path)
        assert answer.status_code == 200
        assert str(asked.id) not in answer.text
        assert "erasure waits" not in words(answer)
    page, call = f"/erasures/{asked.id}", f"/api/erasures/{asked.id}"
    answers = [
        eve.get(page),
        eve.get(call),
        eve.post(page, {"decided": "erase"}),
        eve.post(page, {"decided": "leave", **NO_LONGER}),
        called(eve, f"{call}/confirmation", {}),
        called(eve, f"{call}/refusal", NO_LONGER),
    ]
    assert [each.status_code for each in answers] == [404] * len(answers)
    assert "1 erasure waits" in words(eraser.here.browser("olga").get("/"))


def called(browser: Browser, path: str, said: dict[str, Any]) -> httpx.Response:
    return browser.call("POST", path, json=said, headers=OURS)


@pytest.mark.parametrize("more", [{"of": "declaration"}, {"of": "entry", "entry": 99}])
def test_nobody_learns_of_it_by_asking_for_it(eraser: Eraser, more: dict[str, Any]) -> None:
    with pytest.raises(NotFoundError):
        eraser.ask("eve", declaration=concern(eraser), **more)


def test_all_about_somebody_is_dealt_with_by_who_may_know_of_all_of_it(eraser: Eraser) -> None:
    concern(eraser, service_user="SU-1042")
    about = eraser.ask(of="service_user", service_user="SU-1042")
    alter(eraser.here.register, None, "gus", left_on=TODAY - A_DAY)
    left = eraser.ask(of="person", person="gus")
    assert listed(eraser, "eve") == set()
    assert listed(eraser, "olga") == {about.id, left.id}


# One rule


def test_what_is_due_to_go_is_there_for_the_same_officers_as_its_erasure(eraser: Eraser) -> None:
    here, officers = eraser.here, [*NOT_FOR, "ben", "otto", "olga"]
    alter(here.register, None, "ben", roles=OFFICER)
    for about in ("dana", "carol", "amina"):
        told_of = str(here.declare("gus", "colleague-concern", subject=about))
        here.register.withdraw("gus", told_of, {"reason": "By mistake"})
        director = "dana" if about == "carol" else "carol"
        here.register.review(director, told_of, {"stands": False, "reason": "Agreed"})
    here.clock.goes_on(SIX_YEARS)
    retention, erasures = here.register.protection.retention, here.register.erasures
    due = {by: {each.due.declaration for each in retention.coming(by)} for by in officers}
    here.register.clock.tick()
    for by in officers:
        assert {each.erasure.declaration for each in erasures.all(by)} == due[by]
    assert [len(due[by]) for by in officers] == [2, 2, 2, 0, 2, 3, 3]


# Once the words are erased that say whom it is about


@pytest.mark.parametrize("by", NOT_FOR)
def test_once_it_is_erased_those_alone_know_of_it_who_asked_or_agreed(
    eraser: Eraser, by: str
) -> None:
    """Nobody can tell any more who must not know of it: else what an officer never saw wait, and
    sees erased, would be about somebody above them."""
    done = eraser.erase(of="declaration", declaration=concern(eraser))
    assert (done.state, listed(eraser, by)) == (ErasureState.DONE, set())
    assert eraser.here.browser(by).get(f"/erasures/{done.id}").status_code == 404
    assert listed(eraser, "otto") == listed(eraser, "olga") == {done.id}
    assert eraser.confirm(done).state is ErasureState.DONE  # the same again


def test_nobody_learns_of_it_by_asking_for_it_once_more(eraser: Eraser) -> None:
    done = eraser.erase(of="declaration", declaration=concern(eraser))
    with pytest.raises(NotFoundError):
        eraser.ask("eve", of="declaration", declaration=done.declaration)


def test_what_is_left_of_it_can_still_be_erased(eraser: Eraser) -> None:
    told_of = concern(eraser)
    eraser.erase(of="entry", declaration=told_of, entry=1)
    done = eraser.erase(of="declaration", declaration=told_of)
    assert done.state is ErasureState.DONE


def test_what_names_nobody_is_there_for_all_officers_once_it_is_erased(eraser: Eraser) -> None:
    done = eraser.erase(of="declaration", declaration=eraser.here.declare("amina"))
    assert listed(eraser, "eve") == {done.id}
