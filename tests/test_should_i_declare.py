"""Should I declare this? Advice by the policy at the worker's own service, and nothing is kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import httpx
import pytest

from register.kinds import all_kinds
from tests.browser import Office, fields, links, office, words
from tests.cast import london
from web.pages.should_i_declare import NOTHING, leads

ADDRESS = "/should-i-declare"
GIVEN = {"details.form": "goods", "details.token": "false", "details.without_warning": "true"}


def what(happened: str) -> str:
    """How the form says it."""
    return next(value for value, (_, _, lead) in leads().items() if lead.happened == happened)


def ask(here: Office, by: str, happened: str, **answers: str) -> httpx.Response:
    said = {"at_risk": "false", "what": what(happened), "asked": "yes", **answers}
    return here.browser(by).post(ADDRESS, said)


def test_a_gift_above_a_token_is_to_be_declared_immediately(here: Office) -> None:
    said = words(ask(here, "amina", "I was given something", **GIVEN))
    assert "Yes, declare this" in said
    assert "asks you to tell this: immediately." in said
    assert "6.0 G: If you are given something worth more than a token" in said
    assert "Your service director and your line manager will be told" in said


def test_a_token_need_not_be_declared_but_is_worth_telling(here: Office) -> None:
    answers = {**GIVEN, "details.token": "true"}
    said = words(ask(here, "amina", "I was given something", **answers))
    assert "You need not, but it is worth telling" in said
    assert "6.0 F:" in said


def test_each_service_is_advised_by_its_own_policy(here: Office) -> None:
    answers = {**GIVEN, "details.token": "true"}
    said = words(ask(here, "eve", "I was given something", **answers))
    assert "Yes, declare this" in said
    assert "1.2:" in said
    assert "6.0" not in said


def test_a_relative_is_told_of_as_soon_as_the_policy_says(here: Office) -> None:
    happened = "A relative of mine uses the service"
    assert "tell this: earliest opportunity." in words(ask(here, "amina", happened))
    assert "tell this: immediately." in words(ask(here, "eve", happened))


def test_how_to_behave_is_advice_and_no_duty(here: Office) -> None:
    said = words(ask(here, "amina", "I met a service user by chance, off duty"))
    assert "You need not, but it is worth telling" in said
    assert "How to behave, 5.0 E:" in said


def test_where_no_policy_is_in_force_the_line_manager_is_asked(tmp_path: Path) -> None:
    with office(tmp_path, now=london("2026-02-02 10:00")) as here:
        said = words(ask(here, "amina", "I was given something", **GIVEN))
    assert "Your policy does not speak of this" in said
    assert "Talk with your line manager." in said


def test_where_nothing_fits_the_line_manager_is_asked(here: Office) -> None:
    said = here.browser("amina").post(ADDRESS, {"at_risk": "false", "what": NOTHING})
    assert "Talk with your line manager" in words(said)
    assert "/declare" in links(said)


@pytest.mark.parametrize("about", [{}, {"what": NOTHING}, {"what": "gift.0"}])
def test_whoever_is_at_risk_does_not_wait_for_a_form(here: Office, about: dict[str, str]) -> None:
    said = words(here.browser("amina").post(ADDRESS, {"at_risk": "true", **about}))
    assert "This is not for the register" in said
    assert "999" in said


def test_what_was_said_is_filled_in(here: Office) -> None:
    advice = ask(here, "amina", "I was given something", **GIVEN)
    form = here.browser("amina").post("/declare/gift", fields(advice, "/declare/gift"))
    assert form.status_code == 200
    for name, value in {**GIVEN, "details.offer": "received"}.items():
        assert f'name="{name}" type="radio" value="{value}" checked' in form.text
    assert "<title>Error" not in form.text
    assert " data-prefilled" in form.text, "and no draft takes its place"
    assert f'value="{here.clock.shows.date()}"' in form.text


@pytest.mark.parametrize("value", leads())
def test_every_lead_ends_in_the_form_of_its_kind(here: Office, value: str) -> None:
    kind, _, lead = leads()[value]
    browser = here.browser("amina")
    asked = browser.post(ADDRESS, {"at_risk": "false", "what": value})
    assert asked.status_code == 200
    answers = {"details.given_on": str(date(2025, 3, 1)), "details.form": "goods"}
    for name in lead.asks:
        choice = asked.text.partition(f'name="details.{name}" type="radio" value="')[2]
        answers.setdefault(f"details.{name}", choice.partition('"')[0])
    said = {"at_risk": "false", "what": value, "asked": "yes", **answers}
    advice = browser.post(ADDRESS, said)
    form = browser.post(f"/declare/{kind}", fields(advice, f"/declare/{kind}"))
    assert f'<h1 class="govuk-heading-l">{all_kinds()[kind].title}</h1>' in form.text


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({}, ["at_risk", "what"]),
        ({"at_risk": "maybe", "what": "gift.0"}, ["at_risk"]),
        ({"at_risk": "false", "what": "gift.99"}, ["what"]),
        ({"at_risk": "false", "what": "gift.0", "asked": "yes", "details.form": "goods"},
         ["details-token", "details-without_warning"]),
        ({"at_risk": "false", "what": "gift.0", "asked": "yes", **GIVEN, "details.form": "?"},
         ["details-form"]),
    ],
)  # fmt: skip
def test_what_was_not_answered_is_asked_again(here: Office, said, wrong: list[str]) -> None:
    answer = here.browser("amina").post(ADDRESS, said)
    assert answer.status_code == 422
    assert [link for link in links(answer) if link in [f"#{each}" for each in wrong]] == [
        f"#{each}" for each in wrong
    ]


def test_nothing_is_kept_and_nothing_stands_in_an_address(here: Office) -> None:
    before = here.log.last_position()
    for answer in (
        here.browser("amina").get(ADDRESS),
        ask(here, "amina", "I was given something", **GIVEN),
        ask(here, "amina", "I was offered something, and said no"),
    ):
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert "?" not in "".join(links(answer))
    assert here.log.last_position() == before
