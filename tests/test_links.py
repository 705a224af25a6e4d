"""Links by an administrator: for one person, or as slips that the staff number opens."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from events.access import LinkMade, SignInAdded, SignInRemoved, account_of
from events.directory import PersonRenamed, PersonWords
from events.ids import own_id
from events.names import How
from register.access.tries import BY_AN_ADDRESS, FROM_ONE_ADDRESS, Whence
from register.directory.cache import names_at
from register.directory.files import File, parse_files
from register.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, TooManyError
from tests.browser import COOKIE, Browser, Office, links, words
from tests.cast import A_DAY, CASES, TODAY, joined, left
from tests.changing_the_directory import alter, alter_service, give

THREE_DAYS = timedelta(days=3)


def numbered(there: Office, *people: str) -> None:
    """They have staff numbers: amina's is S-amina."""
    there.register.change_directory(
        [
            PersonRenamed(
                originator_id=own_id("person", each),
                person=each,
                words=PersonWords(each.title(), f"{each}@example.org", f"S-{each}"),
            )
            for each in people
        ]
    )


def opened(there: Office, code: str, number: str = "") -> httpx.Response:
    return there.browser(None).post(f"/sign-in/{code}", {"number": number})


def came_in(there: Office, answer: httpx.Response) -> str:
    """Who is signed in by an answer."""
    assert answer.status_code == 303, words(answer)
    session = re.search(rf"{COOKIE}=([^;]+)", answer.headers["set-cookie"])
    assert session is not None
    return there.register.signing_in.session(session[1]).person


def made_for(there: Office, person: str, by: str = "ada", **said: Any) -> str:
    made = there.register.linking.make(by, person, said)
    assert made is not None
    return made.code


# For one person


def test_a_link_signs_its_person_in_once(here: Office) -> None:
    code = made_for(here, "amina")
    assert here.browser(None).get(f"/sign-in/{code}").status_code == 200  # looking uses nothing up
    assert came_in(here, opened(here, code)) == "amina"
    again = opened(here, code)
    assert again.status_code == 404
    assert "has been used, or is over" in words(again)


def test_it_works_for_three_days_where_nothing_else_is_said(here: Office) -> None:
    late, longer = made_for(here, "amina"), made_for(here, "gus", days=5)
    here.clock.goes_on(THREE_DAYS)
    assert opened(here, late).status_code == 404
    assert came_in(here, opened(here, longer)) == "gus"


@pytest.mark.parametrize("days", [0, 15, "many", 3.5, None])
def test_for_how_many_days_is_between_one_and_fourteen(here: Office, days: object) -> None:
    with pytest.raises(InvalidError) as refusal:
        here.register.linking.make("ada", "amina", {"days": days})
    assert [each.field for each in refusal.value.errors] == ["days"]


def test_a_new_link_ends_the_one_before(here: Office) -> None:
    first, second = made_for(here, "amina"), made_for(here, "amina")
    assert opened(here, first).status_code == 404
    assert came_in(here, opened(here, second)) == "amina"


def test_each_link_is_recorded_without_its_code(here: Office) -> None:
    made_for(here, "amina")
    (event,) = [each for each in here.log.after() if isinstance(each, LinkMade)]
    assert (event.person, event.made_by) == ("amina", "ada")
    assert event.works_until - event.works_from == THREE_DAYS


def test_whoever_has_left_has_no_link(here: Office) -> None:
    code = made_for(here, "amina")
    here.register.change_directory([left("amina", TODAY)])
    assert opened(here, code).status_code == 404
    for nobody in ("amina", "nobody-here"):
        with pytest.raises(NotFoundError):
            here.register.linking.make("ada", nobody, {})


def test_only_an_administrator_makes_links(here: Office) -> None:
    for by in ("amina", "ben", "carol", "dev"):
        with pytest.raises(ForbiddenError):
            here.register.linking.make(by, "gus", {})
        with pytest.raises(ForbiddenError):
            here.register.linking.slips(by, {})
        assert here.browser(by).get("/people/gus/link").status_code == 403
        assert here.browser(by).get("/people/slips").status_code == 403


def test_the_page_shows_the_link_once_and_no_address_of_ours_holds_it(here: Office) -> None:
    ada = here.browser("ada")
    answer = ada.post("/people/amina/link", {"days": "2"}, headers={"sec-fetch-mode": "navigate"})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    found = re.search(r"http://register\.test/sign-in/([\w-]{40,})", answer.text)
    assert found is not None
    assert "<svg" in answer.text
    assert found[1] not in ada.get("/people/amina/link").text
    assert came_in(here, opened(here, found[1])) == "amina"


def test_the_page_says_what_is_wrong_at_its_question(here: Office) -> None:
    answer = here.browser("ada").post("/people/amina/link", {"days": "30"})
    assert answer.status_code == 422
    assert "Give a whole number from 1 to 14." in words(answer)


# For somebody who can sign in already


def test_somebody_who_signed_in_before_is_told_and_it_waits_a_day(here: Office) -> None:
    amina = here.browser("amina")
    code = made_for(here, "amina")
    assert "A link was made that signs you in once." in words(amina.get("/"))
    early = opened(here, code)
    assert early.status_code == 403
    assert "does not work yet" in words(early)
    assert "Somebody else can do this" not in words(early)  # nobody else can
    here.clock.goes_on(A_DAY)
    assert came_in(here, opened(here, code)) == "amina"


def test_they_can_stop_it(here: Office) -> None:
    amina = here.browser("amina")
    code = made_for(here, "amina")
    assert here.register.read.name("ada") in words(amina.get("/account/link"))
    assert amina.post("/account/link").headers["location"] == "/account/link?done=stopped"
    assert "There is none." in words(amina.get("/account/link"))
    here.clock.goes_on(A_DAY)
    assert opened(here, code).status_code == 404
    (event,) = [each for each in here.log.after() if isinstance(each, SignInRemoved)]
    assert (event.person, event.removed_by) == ("amina", "amina")


# Above and beside the workers


@pytest.mark.parametrize("person", ["ben", "carol", "dev", "ada"])
def test_a_link_above_or_beside_the_workers_waits_for_a_second_person(
    here: Office, person: str
) -> None:
    register = here.register
    assert register.linking.make("ada", person, {}) is None
    assert register.linking.make("ada", person, {}) is None  # the same waits only once
    (waiting,) = register.read.directory().proposed.values()
    change = str(waiting.id)
    for alone in {"ada", person}:
        with pytest.raises(ForbiddenError):
            register.approve(alone, change)
    second = next(each for each in ("dana", "carol") if each != person)
    register.approve(second, change)
    assert register.linking.make("ada", person, {}) is not None
    assert register.linking.make("ada", person, {}) is None  # it was for one link


def test_whoever_was_told_as_a_manager_is_let_in_by_nobody_alone_once_they_are_none(
    here: Office,
) -> None:
    register = here.register
    for each in ("amina", "gus"):
        assert alter(register, "ada", each, line_manager="carol").waiting == []
    assert not register.read.directory().manages("ben")
    assert register.linking.make("ada", "ben", {}) is None


def test_what_was_declined_or_is_old_makes_no_link(here: Office) -> None:
    register = here.register
    register.linking.make("ada", "ben", {})
    (waiting,) = register.read.directory().proposed.values()
    register.decline("carol", str(waiting.id))
    assert register.linking.make("ada", "ben", {}) is None
    (waiting,) = register.read.directory().proposed.values()
    register.approve("carol", str(waiting.id))
    here.clock.goes_on(15 * A_DAY)
    assert register.linking.make("ada", "ben", {}) is None


@pytest.mark.parametrize("is_made", [True, False])
@pytest.mark.parametrize("rises", ["administrator", "director"])
def test_what_was_agreed_to_for_a_manager_lets_nobody_in_once_they_are_more(
    here: Office, rises: str, is_made: bool
) -> None:
    register, make = here.register, partial(here.register.linking.make, "ada", "ben", {})
    assert make() is None
    (waiting,) = register.read.directory().proposed.values()
    register.approve("carol", str(waiting.id))
    made = make() if is_made else None
    if rises == "director":
        alter(register, None, "dana", line_manager="carol")
        alter_service(register, None, "riverside", director="ben", reserve="dana")
    else:
        give(register, None, "ben", "administrator")
    assert register.linking.pending("ben") is None
    assert made is None or register.linking.found(made.code) is None
    assert make() is None


def test_only_whoever_asked_makes_the_link_that_was_agreed_to(here: Office) -> None:
    register = here.register
    register.change_directory([joined("zoe", roles=("administrator",))])
    register.linking.make("ada", "ben", {})
    (waiting,) = register.read.directory().proposed.values()
    register.approve("zoe", str(waiting.id))
    assert register.linking.make("zoe", "ben", {}) is None
    assert "You can make the link now." in words(here.browser("ada").get("/people/ben/link"))


def test_the_page_of_changes_says_what_is_asked_for(here: Office) -> None:
    answer = here.browser("ada").post("/people/ben/link", {"days": "3"})
    assert answer.headers["location"] == "/people/ben/link?done=proposed"
    said = words(here.browser("carol").get("/people/changes"))
    assert here.register.read.name("ben") in said
    assert "A link that signs them in once: possible" in said


def test_nobody_can_agree_once_the_person_has_left(here: Office) -> None:
    here.register.linking.make("ada", "ben", {})
    (waiting,) = here.register.read.directory().proposed.values()
    here.register.change_directory([left("ben", TODAY)])
    with pytest.raises((ConflictError, NotFoundError)):
        here.register.approve("carol", str(waiting.id))


# Slips


def slips(there: Office, **said: Any) -> dict[str, str]:
    return {each.person: each.code for each in there.register.linking.slips("ada", said).made}


def test_a_slip_is_for_each_worker_who_never_signed_in_and_has_a_number(here: Office) -> None:
    numbered(here, "amina", "gus", "ben")
    here.browser("gus")
    made = here.register.linking.slips("ada", {})
    assert [each.person for each in made.made] == ["amina"]  # Ben is a line manager
    assert made.without_number == ["eve"]


def test_whoever_has_a_way_to_sign_in_needs_no_slip(here: Office) -> None:
    numbered(here, "amina", "gus", "eve")
    way = SignInAdded(
        originator_id=account_of("amina"), person="amina", how=How.PASSKEY, added_by="amina"
    )
    gone = SignInRemoved(
        originator_id=account_of("gus"), person="gus", how=How.PASSKEY, removed_by="gus"
    )
    added = SignInAdded(
        originator_id=account_of("gus"), person="gus", how=How.PASSKEY, added_by="gus"
    )
    here.register.account.record(way, added, gone)
    assert slips(here).keys() == {"gus", "eve"}
    made = here.register.linking.make("ada", "amina", {})
    assert made is not None
    assert made.link.works_from > here.clock.shows


def test_it_is_opened_with_the_staff_number_alone(here: Office) -> None:
    numbered(here, "amina")
    code = slips(here)["amina"]
    assert "Your staff number" in words(here.browser(None).get(f"/sign-in/{code}"))
    wrong, none = opened(here, code, "S-gus"), opened(here, code)
    assert wrong.status_code == none.status_code == 404
    assert 'name="number"' in wrong.text  # to be written once more
    assert came_in(here, opened(here, code, " s-AMINA ")) == "amina"
    over = opened(here, code, "S-amina")
    assert words(over) == words(wrong)  # in the same words, whatever is wrong


def test_how_often_a_number_is_guessed_is_limited(here: Office) -> None:
    numbered(here, "amina")
    code = slips(here)["amina"]
    accept, there = here.register.linking.accept, Whence("198.51.100.7")
    for guess in range(FROM_ONE_ADDRESS):
        with pytest.raises(NotFoundError):
            accept(code, str(guess), there)
    with pytest.raises(TooManyError):
        accept(code, "S-amina", there)
    assert accept(code, "S-amina", Whence("203.0.113.9"))


def test_no_stranger_keeps_a_worker_from_opening_their_slip(here: Office) -> None:
    """They have no device on which they signed in before, and no other way."""
    numbered(here, "amina")
    code, home = slips(here)["amina"], Whence("192.0.2.7")
    strangers = [home, *(Whence(f"203.0.113.{number}") for number in range(10))]
    for each in strangers:
        for _ in range(FROM_ONE_ADDRESS):
            with suppress(TooManyError):
                here.register.tries.begin("amina", each)
    for number in range(BY_AN_ADDRESS):
        with suppress(TooManyError):
            here.register.tries.begin(f"worker-{number}", home)
    with pytest.raises(TooManyError):
        here.register.tries.begin("amina", home)
    assert here.register.linking.accept(code, "S-amina", home)


def test_guesses_at_one_slip_shut_no_other(here: Office) -> None:
    numbered(here, "amina", "gus")
    codes, home = slips(here), Whence("192.0.2.7")
    for guess in range(FROM_ONE_ADDRESS):
        with pytest.raises(NotFoundError):
            here.register.linking.accept(codes["gus"], str(guess), home)
    with pytest.raises(TooManyError, match="too many tries to open this slip"):
        here.register.linking.accept(codes["gus"], "S-gus", home)
    assert here.register.linking.accept(codes["amina"], "S-amina", home)


def test_slips_that_are_printed_again_end_the_earlier_ones(here: Office) -> None:
    numbered(here, "amina")
    first, second = slips(here)["amina"], slips(here)["amina"]
    assert opened(here, first, "S-amina").status_code == 404
    assert came_in(here, opened(here, second, "S-amina")) == "amina"


def test_the_printed_page_has_a_code_for_each_and_no_number(here: Office) -> None:
    numbered(here, "amina", "gus")
    ada = here.browser("ada")
    assert "3 workers have never signed in." in words(ada.get("/people/slips"))
    answer = ada.post("/people/slips", {"days": "14"}, headers={"sec-fetch-mode": "navigate"})
    assert answer.status_code == 200
    assert answer.text.count("<title>The same as a code") == 2
    assert "S-amina" not in answer.text
    assert "no staff number is known" in words(answer)
    assert here.register.read.name("eve") in words(answer)
    assert "/people/of/eve" in links(answer)


# Staff numbers


def people_file(there: Office, header: str, number: str) -> File:
    lines = (CASES / "people.csv").read_text(encoding="utf-8").splitlines()
    rows = [f"{each},{number}" if each.startswith("amina,") else f"{each}," for each in lines[1:]]
    return File("people.csv", "\n".join([f"{lines[0]},{header}", *rows]).encode())


def test_staff_numbers_come_from_a_column_and_stay_where_a_file_has_none(here: Office) -> None:
    register = here.register
    register.load(parse_files(people_file(here, "staff_number", "4711")))
    known = names_at(here.log)["amina"]
    assert known is not None
    assert known.staff_number == "4711"
    without = File("people.csv", (CASES / "people.csv").read_bytes())
    assert register.load(parse_files(without)).events == []
    assert names_at(here.log)["amina"] == known
    register.load(parse_files(people_file(here, "staff_number", "")))
    emptied = names_at(here.log)["amina"]
    assert emptied is not None
    assert not emptied.staff_number


def test_a_staff_number_is_nowhere_in_plain(here: Office, tmp_path: Path) -> None:
    here.register.load(parse_files(people_file(here, "staff_number", "SECRET-4711")))
    stored = b"".join(each.read_bytes() for each in tmp_path.glob("register.sqlite*"))
    assert b"SECRET-4711" not in stored


def test_a_link_is_stored_as_its_hash_alone(here: Office, tmp_path: Path) -> None:
    code = made_for(here, "amina")
    stored = b"".join(each.read_bytes() for each in tmp_path.glob("register.sqlite*"))
    assert code.encode() not in stored


def test_the_console_still_invites(here: Office) -> None:
    code = here.register.signing_in.invite("amina")
    assert came_in(here, Browser(here.app, None).post(f"/sign-in/{code}")) == "amina"
