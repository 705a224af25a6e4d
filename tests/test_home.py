"""The first page tells what is open, whose move it is, for how long, and what others did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from events.directory import PersonWords
from register.console.rebuilding import rebuild
from register.register import Register
from tests.browser import Browser, Office, fields, links, words
from tests.cast import A_DAY, A_MINUTE, cast_files

NEW = "New since you last looked"
KEEP = {"outcome": "keep", "reason": "She made it herself"}
RETURN = {"outcome": "return", "reason": "Worth far more than a token"}
NOTED = {"note": "We talked it over", "actions": []}


@pytest.fixture
def amina(here: Office) -> Browser:
    return here.browser("amina")


@pytest.fixture
def frame(here: Office) -> UUID:
    return here.declare("amina")


def decide(here: Office, gift: UUID, decision: dict[str, str] = RETURN) -> None:
    here.clock.goes_on(A_MINUTE)
    here.register.decide("carol", str(gift), decision)


def first_page(browser: Browser) -> str:
    return words(browser.get("/"))


# Whose move it is


def test_what_is_open_waits_for_somebody_by_name_for_so_long_until_a_day(here, frame):
    page = first_page(here.browser("amina"))
    assert "You declared a gift received: Silver photograph frame, worth about £60.00." in page
    assert "Carol needs to decide on this by Monday 23 November, 17:00." in page
    here.clock.goes_on(2 * A_DAY)
    page = first_page(here.browser("amina"))
    assert (
        "Carol needs to decide on this by Monday 23 November, 17:00. It has waited 2 days." in page
    )
    here.clock.goes_on(6 * A_DAY)
    page = first_page(here.browser("amina"))
    assert (
        "Carol needs to decide on this; it was due by yesterday 17:00. It is 17 hours overdue."
        in page
    )


def test_it_says_whose_move_it_is_once_the_role_is_another_s(here, amina, frame):
    here.register.ask("carol", str(frame), {"text": "Who gave it to you?"})
    assert "Answer Carol's question" in first_page(amina)
    here.register.inform("amina", str(frame), {"text": "Her sister."})
    assert "Carol needs to decide on this" in first_page(amina)


@pytest.mark.parametrize(
    ("carol", "called"),
    [("Carol Price", "Carol"), ("Dr Price", "Dr Price"), ("Price", "Price"), ("Gus P", "Gus P")],
)
def test_a_colleague_has_a_first_name_where_it_is_clear(here, frame, carol, called):
    files = cast_files()
    files.people = [
        (person, PersonWords(carol, "") if person.id == "carol" else words)
        for person, words in files.people
    ]
    here.register.load(files)
    assert f"{called} needs to decide on this" in first_page(here.browser("amina"))
    assert f"{carol} needs to decide on this" in words(here.browser("ben").get("/team"))


def test_what_waits_for_the_worker_is_told_once(here, amina, frame):
    decide(here, frame)
    amina.post("/seen", {"up_to": str(here.log.last_position())})
    page = first_page(amina)
    assert "Waiting for you: 1" in page
    assert page.count("Silver photograph frame") == 1


def test_what_is_open_is_never_pushed_off_by_what_is_closed(here, amina, frame):
    for _ in range(12):
        here.declare("amina", offer="declined", item="A pen")
    page = first_page(amina)
    assert "Silver photograph frame" in page
    assert page.count("A pen") == 3


def test_whoever_waits_for_nothing_finds_where_to_go(here):
    assert {"/register", "/entries"} <= set(links(here.browser("dev").get("/")))
    assert "/people/upload" in links(here.browser("ada").get("/"))


# What others did


def test_what_a_director_decided_is_told_until_it_is_seen(here, amina, frame):
    assert NEW not in first_page(amina)
    decide(here, frame)
    for _ in range(2):
        page = first_page(amina)
        assert page.index(NEW) < page.index("Carol decided: it goes back.")
        assert "For you to do by 18 November 2026: give it back. You say here when" in page
    amina.get(f"/declarations/{frame}")
    assert NEW not in first_page(amina)


Step = Callable[[Register, str], object]


def did(verb: str, by: str, body: dict[str, Any]) -> Step:
    return lambda register, declaration: getattr(register, verb)(by, declaration, body)


def completed(register: Register, declaration: str) -> object:
    (action,) = register.read.declaration("ben", declaration).actions
    return register.complete("ben", declaration, action.id, {"evidence": "On Tuesday"})


AGREED = {"what": "Read it together", "by": "ben", "due_on": "2026-11-20"}
NOT_YET = {
    "outcome": "not_appropriate",
    "no_longer_vulnerable": False,
    "no_imbalance_of_power": True,
    "reason": "Too early",
}
MET, KNOWN, FRIENDSHIP = "out-of-hours-encounter", "prior-acquaintance", "post-service-friendship"
STEPS: list[tuple[str, list[Step], str]] = [
    ("gift", [did("decide", "carol", KEEP)], "Carol decided: you may keep it."),
    (
        MET,
        [did("acknowledge", "ben", NOTED)],
        "Ben has read it and acknowledged it.",
    ),
    (
        MET,
        [did("ask", "ben", {"text": "Who was there?"})],
        "Ben asks you a question, and waits for your answer.",
    ),
    (
        FRIENDSHIP,
        [did("answer", "ben", NOT_YET)],
        "Ben answered: it is not appropriate.",
    ),
    (
        MET,
        [did("acknowledge", "ben", {**NOTED, "actions": [AGREED]}), completed],
        "Ben has read it and acknowledged it. Ben did what was agreed.",
    ),
    (
        KNOWN,
        [did("lift_exclusion", "ben", {"reason": "She moved"})],
        "Ben lifted the exclusion: you may be the key worker again.",
    ),
]


@pytest.mark.parametrize(("kind", "steps", "sentence"), STEPS, ids=[each[2] for each in STEPS])
def test_every_step_that_somebody_else_took_is_a_sentence(here, kind, steps, sentence):
    declaration = here.declare("amina", kind)
    for step in steps:
        here.clock.goes_on(A_MINUTE)
        step(here.register, str(declaration))
    page = first_page(here.browser("amina"))
    assert sentence in page[page.index(NEW) :]


def test_what_the_worker_did_is_no_news(here, amina, frame):
    here.register.inform("amina", str(frame), {"text": "It is silver plate."})
    assert NEW not in first_page(amina)


def test_what_the_policy_itself_answered_is_no_news(here, amina):
    here.declare("amina", "post-service-friendship", still_vulnerable="yes")
    assert NEW not in first_page(amina)


def test_one_press_of_the_button_sees_all_that_was_shown(here, amina, frame):
    watch = here.declare("amina", item="Wrist watch")
    decide(here, frame)
    decide(here, watch, KEEP)
    shown = amina.get("/")
    assert amina.post("/seen", fields(shown, "/seen")).headers["location"] == "/"
    assert NEW not in first_page(amina)


def test_what_happened_after_the_page_was_shown_is_still_new(here, amina, frame):
    watch = here.declare("amina", item="Wrist watch")
    decide(here, frame)
    shown = amina.get("/")
    decide(here, watch, KEEP)
    amina.post("/seen", fields(shown, "/seen"))
    page = first_page(amina)
    assert "Carol decided: you may keep it." in page
    assert "Carol decided: it goes back." not in page


@pytest.mark.parametrize("up_to", ["", "-1", "all", "1" * 30])
def test_a_made_up_position_sees_nothing(here, amina, frame, up_to):
    decide(here, frame)
    assert amina.post("/seen", {"up_to": up_to}).status_code == 303
    assert NEW in first_page(amina)


def test_nobody_else_sees_it_for_the_worker(here, amina, frame):
    decide(here, frame)
    for person in ("ben", "carol", "dev"):
        here.browser(person).get(f"/declarations/{frame}")
    here.browser("gus").post("/seen", {"up_to": str(here.log.last_position())})
    assert NEW in first_page(amina)


def test_to_have_seen_it_is_no_entry_and_outlasts_a_rebuild(here, amina, frame, tmp_path):
    decide(here, frame)
    amina.get(f"/declarations/{frame}")
    before = here.log.last_position()
    amina.post("/seen", {"up_to": str(before)})
    assert here.log.last_position() == before
    assert rebuild(here.log, tmp_path, lambda done, total: None) == []
    assert NEW not in first_page(amina)


def test_a_manager_is_told_of_their_own_too(here):
    gift = here.declare("ben")
    decide(here, gift, KEEP)
    page = first_page(here.browser("ben"))
    assert page.index("Carol decided: you may keep it.") < page.index("What you declared")


def test_what_another_worker_declared_is_nobody_else_s_news(here, frame):
    decide(here, frame)
    assert NEW not in first_page(here.browser("gus"))


# The number on the app's icon


def test_the_page_says_how_many_things_wait(here, amina, frame):
    assert 'data-waiting="0"' in amina.get("/").text
    decide(here, frame)
    assert 'data-waiting="1"' in amina.get("/").text
    assert 'data-waiting="0"' in here.browser("dev").get("/").text
