"""That somebody is silent is seen by those who wait for them: by the worker, by whoever is above,
by whoever it went on to, and by auditors."""

from __future__ import annotations

from datetime import timedelta

from tests.browser import Office, words
from tests.cast import NOW, london
from tests.test_alert_check import set_it_for_2099


def wait_until(here: Office, moment: str) -> None:
    """From step to step, as the clock would."""
    here.clock.shows, until = NOW, london(moment)
    while here.clock.shows < until:
        here.clock.shows += timedelta(hours=1)
        here.register.clock.tick()


def test_the_worker_reads_who_has_not_opened_it_and_to_whom_it_goes_when(here: Office) -> None:
    gift = here.declare("amina")
    page = words(here.browser("amina").get(f"/declarations/{gift}"))
    assert "Carol has not opened this yet; if nobody acts, it goes to Dana" in page
    assert "as well on Wednesday 25 November 2026." in page
    assert "Carol has not opened this yet." in words(here.browser("amina").get("/"))
    here.browser("carol").get(f"/declarations/{gift}")
    page = words(here.browser("amina").get(f"/declarations/{gift}"))
    assert "has not opened this" not in page
    assert "If nobody acts, it goes to Dana" in page


def test_the_worker_and_whoever_is_above_read_who_was_asked_as_well(here: Office) -> None:
    gift = here.declare("amina")
    assert "Carol Price has not opened this yet." in words(here.browser("ben").get("/team"))
    wait_until(here, "2026-11-25 19:00")
    for person in ("amina", "ben"):
        page = words(here.browser(person).get(f"/declarations/{gift}"))
        assert "asked as well, as nobody had acted" in page, person
    ben = here.browser("ben")
    assert "was asked as well" in words(ben.get("/team"))
    assert "Overdue with somebody else: 1" in words(ben.get("/"))
    assert "Overdue with somebody else" not in words(here.browser("carol").get("/"))
    assert "A gift" in words(ben.get("/team?status=overdue"))


def test_whoever_it_went_on_to_finds_it_in_the_inbox_and_may_decide(here: Office) -> None:
    gift = here.declare("amina")
    wait_until(here, "2026-11-25 19:00")
    dana = here.browser("dana")
    inbox = words(dana.get("/inbox"))
    assert "It went on to you" in inbox
    assert "New" in inbox
    (alert,) = dana.get("/api/alerts").json()["items"]
    assert alert["state"] == "escalated"
    page = words(dana.get(f"/declarations/{gift}"))
    assert "has not acted, so" in page
    assert "Decide" in page
    assert here.register.alerts("dana")[0].is_new is False


def test_an_auditor_reads_every_step(here: Office) -> None:
    gift = here.declare("amina")
    wait_until(here, "2026-11-25 19:00")
    page = words(here.browser("dev").get(f"/declarations/{gift}"))
    assert "The register asked Carol Price to decide on this by 23 November 2026, 17:00." in page
    assert page.count("The register reminded Carol Price.") == 3
    assert "Carol Price has not acted, so the register asked Dana" in page


def test_the_administrator_reads_what_nobody_looks_after(here: Office) -> None:
    here.declare("amina")
    assert "a week away" not in words(here.browser("ada").get("/people"))
    set_it_for_2099(here.register, here.clock)  # type: ignore[arg-type]
    here.clock.goes_on(timedelta(minutes=2))
    said = words(here.browser("ada").get("/people"))
    assert "Alerts with a next step that is more than a week away: 1." in said
    status = here.browser(None).get("/statusz").json()
    assert (status["status"], status["unattended"]) == ("degraded", {"far_step": 1})
