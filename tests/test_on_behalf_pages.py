"""The pages on which somebody enters what a worker told them, and the worker confirms it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.browser import Browser, Office, fields, links, words
from tests.cast import gift, joined
from tests.chromium import Windows
from tests.test_journeys import GIFT, fill_in, follow, press, reads, turn_to

FORM = "/on-behalf/amina/gift"


def filled(browser: Browser, **more: str) -> dict[str, Any]:
    hidden = fields(browser.get(FORM), FORM)
    answers = {f"details.{name}": str(value).lower() for name, value in gift().items()}
    told = {"told_by": "telephone", "told_on": "13/11/2026", "happened_on": "12/11/2026"}
    return {**hidden, **answers, **told, "service_user": "SU-1042", **more}


def test_it_is_entered_in_the_workers_name(here: Office) -> None:
    ben = here.browser("ben")
    assert "/on-behalf" in links(ben.get("/team"))
    assert "/on-behalf/amina" in links(ben.get("/on-behalf"))
    assert FORM in links(ben.get("/on-behalf/amina"))
    check = ben.post(FORM, filled(ben))
    name = here.register.read.name("amina")
    said = f"In the name of {name}, from what they told you on the telephone on 13 November 2026."
    assert said in words(check)
    done = ben.post(f"{FORM}/send", fields(check, f"{FORM}/send"))
    assert done.status_code == 303
    page = words(ben.get(done.headers["location"]))
    assert f"It is in the register in the name of {name}, who is asked to confirm it." in page
    assert f"Entered by you from what {name} told on the telephone on 13 November 2026." in page


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("told_by", "", "How did they tell you? Choose an answer."),
        ("told_on", "", "On which day did they tell you?"),
        ("told_on", "1/1/2031", "On which day did they tell you? This day has not come yet."),
    ],
)
def test_how_and_when_it_was_told_is_asked(here: Office, field: str, value: str, says: str) -> None:
    ben = here.browser("ben")
    again = ben.post(FORM, filled(ben, **{field: value}))
    assert again.status_code == 422
    assert says in words(again)
    assert "silver photograph frame" in again.text


def test_nobody_else_comes_to_a_workers_form(here: Office) -> None:
    for by in ("femi", "gus", "dev", "ada"):
        browser = here.browser(by)
        assert browser.get(FORM).status_code == 403
        assert browser.post(FORM, {}).status_code == 403
        assert browser.post(f"{FORM}/send", {}).status_code == 403


def test_a_worker_who_is_not_known_is_refused_like_somebody_elses(here: Office) -> None:
    femi = here.browser("femi")
    pages = {words(femi.get(f"/on-behalf/{each}")) for each in ("amina", "nobody-here")}
    assert len(pages) == 1


def test_a_director_who_directs_nobodys_service_has_nobody_to_choose(here: Office) -> None:
    here.register.change_directory([joined("mo", under="carol"), joined("lu", under="mo")])
    assert "/on-behalf/lu" in links(here.browser("mo").get("/on-behalf"))
    assert "/on-behalf/amina" not in links(here.browser("mo").get("/on-behalf"))


def test_the_worker_finds_it_on_the_first_page_until_they_have_confirmed_it(here: Office) -> None:
    entered = here.enter("ben", "amina")
    amina, page = here.browser("amina"), f"/declarations/{entered}"
    by = here.register.read.name("ben")
    said = f"Entered by {by} from what you told on the telephone on 16 November 2026."
    home = words(amina.get("/"))
    assert "Check what was entered for you" in home
    assert said in home
    assert said in words(amina.get(page))
    assert {f"{page}/confirmation", f"{page}/correction"} <= set(links(amina.get(page)))
    form = amina.get(f"{page}/confirmation")
    assert f"{page}/correction" in links(form)
    done = amina.post(f"{page}/confirmation")
    assert "You have confirmed it." in words(amina.get(done.headers["location"]))
    assert "Check what was entered for you" not in words(amina.get("/"))
    assert f"{page}/confirmation" not in links(amina.get(page))


def test_whoever_entered_it_finds_no_button_to_settle_it(here: Office) -> None:
    page = f"/declarations/{here.enter('ben', 'gus', 'out-of-hours-encounter')}"
    assert f"{page}/acknowledgement" not in links(here.browser("ben").get(page))
    assert f"{page}/acknowledgement" in links(here.browser("carol").get(page))


# In a browser


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
def test_a_manager_enters_what_a_worker_told_and_the_worker_confirms(
    windows: Windows, scripts: bool
) -> None:
    ben = windows.open("ben", scripts=scripts)
    turn_to(ben, "Team")
    follow(ben, "Enter what somebody told you")
    follow(ben, "Amina Yusuf")
    follow(ben, "A gift")
    today = date.today().isoformat()
    days = {"On which day did they tell you?": today, "Which day was it?": today}
    fill_in(ben, {"How did they tell you?": "On the telephone", **days, **GIFT})
    press(ben, "Check my answers")
    reads(ben, "In the name of Amina Yusuf", "Amina Yusuf, and:")
    press(ben, "Send")
    reads(ben, "It is in the register in the name of Amina Yusuf")

    amina = windows.open("amina", scripts=scripts)
    follow(amina, "Check what was entered for you")
    reads(amina, "Entered by Ben Okoro from what you told on the telephone on")
    press(amina, "Confirm: this is what I told")
    reads(amina, "Is this what you told?", "Silver photograph frame")
    press(amina, "Confirm")
    reads(amina, "You have confirmed it.")
