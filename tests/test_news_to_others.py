"""What others did since they looked is new to those who read what others declare."""

from __future__ import annotations

import re
from collections.abc import Callable
from inspect import isclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from events import confirming, declarations, erasing, further, photographs
from events.alerts import DeclarationEscalated
from events.event import Event, SpoiledEntry
from register.console.rebuilding import rebuild
from register.declarations.news_to_others import NO_NEWS, SAYS
from tests.browser import Browser, Office, links, office, words
from tests.cast import (
    A_MINUTE,
    GIVEN_BACK,
    SHORT_BREAKS,
    amended,
    directed,
    gift,
    joined,
    left,
    moved,
)
from tests.dropped_in import dropped_in
from tests.examples import worry_about_a_colleague
from tests.pictures import picture

NEW = "New since you looked"
KEEP, RETURN = ({"outcome": each, "reason": "We spoke"} for each in ("keep", "return"))
MET = "out-of-hours-encounter"


def new_to(here: Office, person: str) -> dict[UUID, list[str]]:
    """The sentences that are new to somebody, by declaration."""
    found = here.register.read.news(person, 100).items
    return {each.declaration.id: [step.sentence for step in each.steps] for each in found}


def look(here: Office, *people: str, at: UUID) -> None:
    for person in people:
        here.register.look_at(person, str(at))


@pytest.fixture
def frame(here: Office) -> UUID:
    return here.declare("amina")


# Whatever a worker does is new to somebody, until they have looked

Does = Callable[[Office, str], object]


def act(verb: str, body: dict[str, Any]) -> Does:
    return lambda here, about: getattr(here.register, verb)("amina", about, body)


def photograph(here: Office, about: str) -> None:
    here.register.add_photograph("amina", about, str(uuid4()), picture(400, 300))


def give_back(here: Office, about: str) -> None:
    here.register.decide("carol", about, RETURN)
    look(here, "ben", "carol", at=UUID(about))
    (action,) = here.register.read.declaration("amina", about).actions
    here.register.complete("amina", about, action.id, GIVEN_BACK)


DONE: list[tuple[Does, str]] = [
    (act("inform", {"text": "It is silver plate"}), "added information."),
    (photograph, "added a photograph."),
    (
        act("correct", {"details": gift(worth="61.00"), "reason": "I looked it up"}),
        "corrected it.",
    ),
    (act("withdraw", {"reason": "By mistake"}), "asked to withdraw it."),
    (give_back, "did what was agreed."),
]


@pytest.mark.parametrize(("does", "says"), DONE, ids=[says for _, says in DONE])
def test_what_a_worker_does_is_new_to_manager_and_director_until_they_look(here, frame, does, says):
    look(here, "ben", "carol", at=frame)
    does(here, str(frame))
    for person in ("ben", "carol"):
        assert new_to(here, person) == {frame: [f"Amina Yusuf {says}"]}
        look(here, person, at=frame)
        assert new_to(here, person) == {}


def test_what_is_declared_is_new_to_whoever_is_told(here, frame):
    assert new_to(here, "ben") == {frame: ["Amina Yusuf declared it."]}


def test_what_was_closed_at_once_is_new_until_somebody_has_looked(here):
    token = here.declare("amina", offer="declined")
    assert new_to(here, "ben") == {token: ["Amina Yusuf declared it; it was closed at once."]}
    look(here, "ben", at=token)
    assert new_to(here, "ben") == {}


def test_a_correction_that_waits_says_so(here, frame):
    here.register.decide("carol", str(frame), KEEP)
    look(here, "ben", at=frame)
    body = {"details": gift(worth="61.00"), "reason": "I looked it up"}
    here.register.correct("amina", str(frame), body)
    waits = "Amina Yusuf corrected it. Used once a manager accepts it."
    assert new_to(here, "ben") == {frame: [waits]}


def test_what_comes_after_a_decision_is_new_to_whoever_decided_in_another_place_by_now(here, frame):
    here.register.decide("carol", str(frame), KEEP)
    look(here, "carol", at=frame)
    here.register.change_directory([directed("elm-house", "dana"), moved("ben", under="dana")])
    photograph(here, str(frame))
    assert new_to(here, "carol") == {frame: ["Amina Yusuf added a photograph."]}


# What others did is new to those told, and nobody's own doing is


def test_what_a_director_decided_is_new_to_the_manager_and_not_to_the_director(here, frame):
    look(here, "ben", "carol", at=frame)
    here.register.decide("carol", str(frame), RETURN)
    decided = "Carol Price decided that it goes back."
    agreed = "Amina Yusuf is to give it back by 18 November 2026."
    assert new_to(here, "ben") == {frame: [decided, agreed]}
    assert new_to(here, "carol") == {}


def other_steps(here: Office) -> UUID:
    """What managers do, each once."""
    known = here.declare("amina", "prior-acquaintance")
    look(here, "carol", at=known)
    register, about = here.register, str(known)
    register.ask("ben", about, {"text": "Since when?"})
    register.inform("amina", about, {"text": "For years"})
    recorded = {"confidentiality_discussed": True, "risk_assessment": "Low"}
    register.acknowledge("ben", about, {"note": "We talked", "actions": [], **recorded})
    register.lift_exclusion("ben", about, {"reason": "She moved"})
    return known


def test_what_a_manager_did_is_new_to_the_director_step_by_step(here):
    known = other_steps(here)
    assert new_to(here, "carol") == {
        known: [
            "Ben Okoro asked a question.",
            "Amina Yusuf added information.",
            "Ben Okoro acknowledged it.",
            "Ben Okoro lifted the exclusion from key working.",
        ]
    }


def test_that_a_director_looked_again_and_how_is_new_to_the_manager(here, frame):
    here.register.withdraw("amina", str(frame), {"reason": "By mistake"})
    look(here, "ben", at=frame)
    here.register.review("carol", str(frame), {"stands": False, "reason": "Agreed"})
    looked = "Carol Price looked at it again, and agreed to the withdrawal."
    assert new_to(here, "ben") == {frame: [looked]}


def test_what_the_policy_itself_answered_is_no_news(here):
    asked = here.declare("amina", "post-service-friendship", still_vulnerable="yes")
    assert new_to(here, "carol") == {asked: ["Amina Yusuf declared it."]}


def test_workers_elsewhere_auditors_and_the_administrator_have_no_news_of_others(here, frame):
    for person in ("amina", "gus", "eve", "femi", "dana", "dev", "ada"):
        assert new_to(here, person) == {}


def test_a_manager_s_own_is_new_to_those_above_alone(here):
    own = here.declare("ben")
    assert new_to(here, "ben") == {}
    assert new_to(here, "carol") == {own: ["Ben Okoro declared it."]}


def test_every_event_of_a_declaration_is_news_or_is_said_to_be_none():
    modules = (declarations, confirming, further, photographs)
    classes = (each for module in modules for each in vars(module).values() if isclass(each))
    found = {each for each in classes if issubclass(each, Event) and "TOPIC" in vars(each)}
    others = {SpoiledEntry, DeclarationEscalated, erasing.DeclarationErased}
    assert sorted(map(str, found | others)) == sorted(map(str, [*SAYS, *NO_NEWS]))


# Who comes new


def test_a_new_line_manager_has_what_passed_to_them_and_what_comes_then_and_not_the_past(here):
    waits = here.declare("amina", MET)
    over = here.declare("amina", offer="declined")
    here.register.change_directory([joined("hana", under="carol"), moved("amina", under="hana")])
    assert new_to(here, "hana") == {waits: ["This passed to you."]}
    photograph(here, str(over))
    assert over not in new_to(here, "hana")  # nothing was left to do when she came
    here.register.ask("hana", str(waits), {"text": "Who was there?"})
    here.register.inform("amina", str(waits), {"text": "Her sister"})
    assert len(new_to(here, "hana")[waits]) == 2
    assert "This passed to you." not in str(new_to(here, "carol"))


def test_a_new_director_has_what_passed_to_them_and_not_the_past(here, frame):
    here.declare("amina", offer="declined")
    here.register.change_directory([directed("elm-house", "dana")])
    assert new_to(here, "dana") == {frame: ["This passed to you."]}


def test_to_be_moved_without_another_manager_makes_nothing_old(here, frame):
    here.register.change_directory([moved("amina", under="ben", roles=("worker", "auditor"))])
    assert new_to(here, "ben") == {frame: ["Amina Yusuf declared it."]}


def test_whoever_is_above_the_new_manager_comes_new_too(here):
    over = here.declare("amina", offer="declined")
    here.register.change_directory([moved("ben", under="dana")])
    assert new_to(here, "dana") == {}
    met = here.declare("amina", MET)
    assert new_to(here, "dana") == {met: ["Amina Yusuf declared it."]}
    assert over not in new_to(here, "dana")


def test_whoever_is_given_something_to_do_has_what_was_done_from_then_on(here):
    met = here.declare("amina", MET)
    here.register.change_directory([joined("hana", under="carol"), moved("amina", under="hana")])
    here.register.change_directory([moved("amina", under="ben")])
    action = {"what": "Ring", "by": "hana", "due_on": "2026-11-20"}
    here.register.acknowledge("ben", str(met), {"note": "We talked", "actions": [action]})
    assert new_to(here, "hana") == {
        met: [
            "This passed to you.",
            "Ben Okoro acknowledged it.",
            "hana is to do something about it by 20 November 2026.",
        ]
    }


def test_when_a_manager_has_left_those_above_still_learn_of_it(here):
    over = here.declare("amina", offer="declined")
    look(here, "carol", at=over)
    here.register.change_directory([left("ben")])
    photograph(here, str(over))
    assert new_to(here, "carol") == {over: ["Amina Yusuf added a photograph."]}


# Who may not see it has no news of it


def test_what_only_those_see_who_act_is_no_news_to_others_who_were_told(tmp_path):
    (tmp_path / "policies").mkdir()
    received = "[kinds.gift.cases.received]\n"
    alone = f'{received}seen_by = ["acting"]\n'
    policies = amended(tmp_path / "policies", SHORT_BREAKS, received, alone)
    with office(tmp_path, policies) as here:
        secret = here.declare("amina")
        assert new_to(here, "ben") == {}
        assert new_to(here, "carol") == {secret: ["Amina Yusuf declared it."]}
        here.register.decide("carol", str(secret), KEEP)
        photograph(here, str(secret))
        assert (len(new_to(here, "carol")[secret]), new_to(here, "ben")) == (2, {})


def test_whoever_is_barred_has_no_news_of_it(here):
    with dropped_in(worry_about_a_colleague):
        worry = here.declare("amina", "worry-about-a-colleague", subject="ben")
        assert new_to(here, "ben") == {}
        assert worry in new_to(here, "carol")
        assert new_to(here, "dev") == {}


# Looking


def home(browser: Browser) -> str:
    return words(browser.get("/"))


def latest(page: httpx.Response) -> dict[str, list[str]]:
    """What the button on a page with news sends."""
    return {"latest": re.findall(r'name="latest" value="([0-9]+)"', page.text)}


def test_home_and_inbox_say_what_was_done_by_whom_and_when(here, frame):
    here.clock.goes_on(A_MINUTE)
    photograph(here, str(frame))
    ben = here.browser("ben")
    for page in ("/", "/inbox", "/news"):
        shown = words(ben.get(page))
        line = shown[shown.index(NEW) :]
        assert "Amina Yusuf declared it. 16 November 2026, 10:00" in line
        assert f"/declarations/{frame}" in links(ben.get(page))
        assert "Amina Yusuf added a photograph. 16 November 2026, 10:01" in line
        assert "Silver photograph frame" not in line.split("What you declared")[0]
    assert "Nothing is new to you." in words(here.browser("femi").get("/news"))


def test_what_is_marked_as_new_among_what_waits_is_not_told_twice_on_one_page(here, frame):
    met = here.declare("gus", MET)
    ben = here.browser("ben")
    for page in ("/", "/inbox"):
        shown = ben.get(page)
        assert links(shown).count(f"/declarations/{met}") == 1
        assert ("See all that is new: 1 more" in words(shown)) == (NEW in words(shown))
        ben.post("/news", latest(shown))
    assert NEW not in words(ben.get("/")), "there is nothing beside what waits"
    assert new_to(here, "ben").keys() == {met}
    assert f"/declarations/{met}" in links(ben.get("/news"))


def test_what_is_done_with_what_waits_is_told_once_it_was_opened(here):
    met = here.declare("gus", MET)
    look(here, "ben", at=met)
    here.register.inform("gus", str(met), {"text": "It was raining"})
    assert "Gus Hale added information." in home(here.browser("ben"))


def test_the_part_of_the_inbox_that_refreshes_itself_has_no_news(here, frame):
    part = here.browser("ben").get("/inbox", headers={"hx-request": "true"})
    assert NEW not in part.text


def test_opening_it_is_to_have_looked_and_is_no_entry_and_outlasts_a_rebuild(here, frame, tmp_path):
    here.register.note_shown("ben", [other := here.declare("gus", MET)])  # a line on frame's page
    last = here.log.last_position()
    here.browser("ben").get(f"/declarations/{frame}")
    assert here.log.last_position() == last
    assert new_to(here, "ben").keys() == {other}
    assert rebuild(here.log, tmp_path, lambda done, total: None) == []
    assert new_to(here, "ben").keys() == {other}
    assert new_to(here, "carol").keys() == {frame, other}


def test_the_button_sees_what_was_shown_and_not_what_was_not(here, frame):
    pens = [here.declare("amina", offer="declined") for _ in range(6)]
    ben = here.browser("ben")
    shown = ben.get("/")
    assert "See all that is new: 2 more" in words(shown)
    photograph(here, str(pens[-1]))
    assert ben.post("/news", latest(shown)).headers["location"] == "/"
    assert new_to(here, "ben").keys() == {frame, pens[0], pens[-1]}


def test_the_button_on_the_last_page_leaves_nothing(here):
    for _ in range(26):
        here.declare("amina", offer="declined")
    ben = here.browser("ben")
    page = ben.get("/news")
    assert "Earlier ones: 1 more" in words(page)
    (earlier,) = (each for each in links(page) if each.startswith("/news?after="))
    last = ben.get(earlier)
    assert "more" not in words(last)[words(last).index(NEW) :]
    ben.post("/news", latest(last))
    assert len(new_to(here, "ben")) == 25
    ben.post("/news", latest(page))
    assert new_to(here, "ben") == {}
    assert NEW not in home(ben)


def test_a_made_up_position_sees_nothing_that_is_to_come(here, frame):
    ben = here.browser("ben")
    for made_up in ("", "-1", "all", "9" * 30):
        assert ben.post("/news", {"latest": [made_up, "9" * 18]}).status_code == 303
    assert ben.post("/news").status_code == 303
    assert frame in new_to(here, "ben")
    ben.post("/news", {"latest": [*latest(ben.get("/"))["latest"], "9" * 18]})
    photograph(here, str(frame))
    assert new_to(here, "ben") == {frame: ["Amina Yusuf added a photograph."]}


def test_nobody_looks_for_another(here, frame):
    look(here, "carol", "dev", "amina", at=frame)
    assert frame in new_to(here, "ben")


def test_what_is_left_is_found_however_much_was_looked_at_since(here, frame):
    """The mark of what was seen never passes what was not."""
    for _ in range(3):
        look(here, "ben", at=here.declare("amina", offer="declined"))
    assert new_to(here, "ben").keys() == {frame}


def test_it_is_the_same_on_both_engines(tmp_path: Path, database_url: str) -> None:
    with office(tmp_path, url=database_url) as here:
        frame, pen = here.declare("amina"), here.declare("amina", offer="declined")
        here.register.change_directory([directed("elm-house", "dana")])
        assert new_to(here, "ben").keys() == {frame, pen}
        assert new_to(here, "dana") == {frame: ["This passed to you."]}
        look(here, "ben", at=frame)
        (ben := here.browser("ben")).post("/news", latest(ben.get("/")))
        assert new_to(here, "ben") == {}
        assert rebuild(here.log, tmp_path, lambda done, total: None) == []
