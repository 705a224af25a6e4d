"""Should I declare this? Advice by the policy at the worker's own service, and nothing is kept."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import httpx
import pytest

from register.kinds import all_kinds
from register.policy import SHIPPED, Policies
from register.ruling.advising import AT_RISK, TOPICS
from tests.browser import Office, fields, links, office, words
from tests.cast import SMALLEST_PACK, adopted, joined, london, write_pack
from web.pages.should_i_declare import HURT, NOTHING, TOPIC, leads

ADDRESS = "/should-i-declare"
GIVEN = {"form": "goods", "token": "false", "without_warning": "true"}


def what(happened: str) -> str:
    """How the form says it."""
    led = {lead.happened: value for value, (_, _, lead) in leads().items()}
    topics = {words: TOPIC + topic for topic, words in TOPICS.items()}
    return {**led, **topics}[happened]


def ask(here: Office, by: str, happened: str, **answers: str) -> httpx.Response:
    return ask_of_several(here, by, {happened: answers})


def ask_of_several(here: Office, by: str, chosen: dict[str, dict[str, str]]) -> httpx.Response:
    """What is answered to the questions on each thing that was chosen, by what happened."""
    said: dict[str, str | list[str]] = {"at_risk": "false", "asked": "yes"}
    said["what"] = [what(happened) for happened in chosen]
    for happened, answers in chosen.items():
        said |= placed(what(happened), answers)
    return here.browser(by).post(ADDRESS, said)


def placed(value: str, answers: dict[str, str]) -> dict[str, str]:
    """Answers under the names that the form gives the questions on one thing."""
    return {f"{value.replace('.', '-')}.{name}": answer for name, answer in answers.items()}


def test_a_gift_above_a_token_is_to_be_declared_immediately(here: Office) -> None:
    said = words(ask(here, "amina", "I was given something", **GIVEN))
    assert "Yes, declare this" in said
    assert "asks you to tell this immediately." in said
    assert "6.0 G: If you are given something worth more than a token" in said
    assert "Your service director and your line manager will be told" in said


def test_a_token_need_not_be_declared_but_is_worth_telling(here: Office) -> None:
    answers = {**GIVEN, "token": "true"}
    said = words(ask(here, "amina", "I was given something", **answers))
    assert "You need not, but it is worth telling" in said
    assert "6.0 F:" in said


def test_each_service_is_advised_by_its_own_policy(here: Office) -> None:
    answers = {**GIVEN, "token": "true"}
    said = words(ask(here, "eve", "I was given something", **answers))
    assert "Yes, declare this" in said
    assert "1.2:" in said
    assert "6.0" not in said


def test_a_relative_is_told_of_as_soon_as_the_policy_says(here: Office) -> None:
    happened = "A relative of mine uses the service"
    assert "tell this as soon as you can (the policy says: earliest opportunity)." in words(
        ask(here, "amina", happened)
    )
    assert "tell this immediately." in words(ask(here, "eve", happened))


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
    assert "Call now" in said
    assert "999" in said


def test_what_was_said_is_filled_in(here: Office) -> None:
    advice = ask(here, "amina", "I was given something", **GIVEN)
    form = here.browser("amina").post("/declare/gift", fields(advice, "/declare/gift"))
    assert form.status_code == 200
    for name, value in {**GIVEN, "offer": "received"}.items():
        assert f'name="details.{name}" type="radio" value="{value}" checked' in form.text
    assert "<title>Error" not in form.text
    assert " data-prefilled" in form.text, "and no draft takes its place"
    assert f'value="{here.clock.shows.date()}"' in form.text


# Several services, or none


@pytest.mark.parametrize("services", [("elm-house", "riverside"), ()])
def test_where_only_the_worker_can_say_it_the_service_is_asked(
    here: Office, services: tuple[str, ...]
) -> None:
    here.register.change_directory([joined("zoe", under="ben", services=services)])
    zoe = here.browser("zoe")
    assert "At which service?" in words(zoe.get(ADDRESS))
    given = {"at_risk": "false", "what": "gift.0", "asked": "yes", **placed("gift.0", GIVEN)}
    assert "#service" in links(zoe.post(ADDRESS, given))
    for service, clause in (("elm-house", "6.0 G:"), ("riverside", "1.2:")):
        advice = zoe.post(ADDRESS, {**given, "service": service})
        assert clause in words(advice)
        assert fields(advice, "/declare/gift")["service"] == service
    first = zoe.post(ADDRESS, {"at_risk": "false", "what": "gift.0", "service": "riverside"})
    assert fields(first, ADDRESS)["service"] == "riverside"


def test_a_worker_of_one_service_is_not_asked_for_it(here: Office) -> None:
    assert "At which service?" not in words(here.browser("amina").get(ADDRESS))
    said = words(here.browser("amina").post(ADDRESS, {"at_risk": "true", "service": "riverside"}))
    assert "3.0 A:" in said


# What no declaration holds


COLLEAGUE = "A colleague may be crossing a line"
OWN_CONDUCT = "I am accused of something, or the police have spoken to me"
EXECUTOR, ONLINE = TOPICS["executor"], TOPICS["online"]
CONTACT = "A service user keeps contacting me, or wants more than my job allows"


@pytest.mark.parametrize(
    ("by", "happened", "tell", "clause"),
    [
        (
            "amina",
            EXECUTOR,
            "Do not agree to it. Tell Ben, your line manager.",
            "6.0 E: Do",
        ),
        (
            "eve",
            EXECUTOR,
            "Do not agree to it. Tell Femi, your line manager, immediately.",
            "1.6:",
        ),
        ("amina", ONLINE, "Do not accept, and do not answer. Tell Ben", "5.0 H: Keep service"),
        (
            "eve",
            ONLINE,
            "Do not accept, and do not answer. Tell Femi",
            "1.13: Keep social",
        ),
    ],
)
def test_each_policy_says_whom_to_tell_of_what_no_declaration_holds(
    here: Office, by: str, happened: str, tell: str, clause: str
) -> None:
    said = words(ask(here, by, happened))
    assert "What to do now" in said
    assert tell in said.partition("What to do now")[2]
    assert clause in said


@pytest.mark.parametrize(
    ("by", "happened", "kind", "said"),
    [
        ("amina", COLLEAGUE, "colleague-concern", ("9.0 C: If", "Your service director will be")),
        ("eve", COLLEAGUE, "colleague-concern", ("Requirements:", "Your line manager will be")),
        ("amina", OWN_CONDUCT, "own-conduct", ("3.0 F: If", "Your line manager will be told")),
        ("eve", OWN_CONDUCT, "own-conduct", ("Your policy does not speak of this",)),
    ],
)
def test_what_few_may_know_leads_to_its_kind(
    here: Office, by: str, happened: str, kind: str, said: tuple[str, ...]
) -> None:
    page = ask(here, by, happened)
    assert f'action="/declare/{kind}"' in page.text
    assert all(each in words(page) for each in said)
    assert "filled in already" not in words(page)


def test_whoever_a_concern_is_about_is_not_told(here: Office) -> None:
    unseen = "If it is about them, it goes to somebody else, and they are not told."
    assert unseen in words(ask(here, "amina", COLLEAGUE))
    assert unseen not in words(ask(here, "amina", OWN_CONDUCT))


def test_if_it_is_about_that_person_the_one_above_is_named(here: Office) -> None:
    assert "If it is about Femi, tell Dana." in words(ask(here, "eve", ONLINE))


def test_a_colleague_who_hurts_somebody_is_nothing_for_a_form(here: Office) -> None:
    assert HURT in words(here.browser("amina").get(ADDRESS))
    chosen = {"at_risk": "false", "what": TOPIC + AT_RISK}
    said = words(here.browser("amina").post(ADDRESS, chosen))
    assert "Call now" in said
    assert "999" in said


@pytest.mark.parametrize("by", ["amina", "eve"])
def test_a_request_online_of_somebody_who_has_left_leads_to_the_friendship(
    here: Office, by: str
) -> None:
    advice = ask(here, by, ONLINE)
    assert "If they no longer use the service: declare" in words(advice)
    assert "/declare/post-service-friendship" in links(advice)


def test_a_request_online_finds_no_clause_on_numbers(here: Office) -> None:
    assert "5.0 C" not in words(ask(here, "amina", ONLINE))
    assert "5.0 H" in words(ask(here, "amina", ONLINE))


def test_a_pack_may_have_topics_of_its_own(tmp_path: Path) -> None:
    write_pack(tmp_path, "pets", SMALLEST_PACK + FOUND_A_PET)
    with office(tmp_path, Policies(SHIPPED, tmp_path)) as here:
        here.register.change_directory([adopted("riverside", "pets", here.clock.shows.date())])
        assert "I found a pet" in words(here.browser("eve").get(ADDRESS))
        assert "I found a pet" not in words(here.browser("amina").get(ADDRESS))
        chosen = {"at_risk": "false", "what": "topic.pets"}
        answer = here.browser("eve").post(ADDRESS, chosen)
        assert "Tell Femi, your line manager, at once" in words(answer)
        assert here.browser("amina").post(ADDRESS, chosen).status_code == 422


FOUND_A_PET = """
[advice.pets]
happened = "I found a pet"
clause = "1"
tells = ["line_manager"]
deadline = "at once"
words = "Say whose it is."
"""


@pytest.mark.parametrize("by", ["amina", "eve"])
def test_of_somebody_at_risk_the_policy_is_told_after_whom_to_call(here: Office, by: str) -> None:
    said = words(here.browser(by).post(ADDRESS, {"at_risk": "true"}))
    assert {"amina": "3.0 A:", "eve": "1.4:"}[by] in said.partition("999")[2]
    assert "Follow the safeguarding procedure of your service." in said


@pytest.mark.parametrize(
    ("by", "clause"), [("amina", "On discipline, 9.0 E:"), ("eve", "On discipline, Introduction:")]
)
@pytest.mark.parametrize("happened", [COLLEAGUE, "I met a service user by chance, off duty"])
def test_where_the_policy_speaks_of_discipline_is_said(
    here: Office, by: str, happened: str, clause: str
) -> None:
    assert clause in words(ask(here, by, happened))


@pytest.mark.parametrize("happened", [*TOPICS.values(), "I met a service user by chance, off duty"])
@pytest.mark.parametrize("by", ["amina", "eve"])
def test_no_protection_is_promised(here: Office, by: str, happened: str) -> None:
    said = words(ask(here, by, happened)).lower()
    assert not re.search(r"keeps? you safe|protects? you|never wrong|no harm", said)


# First what not to do


@pytest.mark.parametrize("by", ["amina", "eve"])
@pytest.mark.parametrize(
    ("happened", "first"),
    [
        ("I arranged to meet a service user off duty", "Do not meet, or not again. Tell your line"),
        ("A service user and I might be friends", "Do not become friends, and do not meet. Tell"),
    ],
)
def test_what_not_to_do_comes_first_and_then_the_form(
    here: Office, by: str, happened: str, first: str
) -> None:
    page = ask(here, by, happened)
    assert f'<h1 class="govuk-heading-l">{first}' in page.text
    assert "worth telling" not in words(page)
    assert "Then declare it." in words(page).partition("What to do now")[2]
    assert 'action="/declare/' in page.text


# Several things at once


def test_a_drink_in_a_pub_is_a_meeting_and_a_gift(here: Office) -> None:
    met, given = "I arranged to meet a service user off duty", "I was given something"
    page = ask_of_several(here, "amina", {met: {}, given: GIVEN, CONTACT: {}})
    said = words(page)
    assert "What your policy says" in said
    for part in ("Do not meet, or not again.", "Yes, declare this", "9.0 B: When what a service"):
        assert part in said
    for kind in ("gift", "out-of-hours-encounter", "boundary-difficulty"):
        form = here.browser("amina").post(f"/declare/{kind}", fields(page, f"/declare/{kind}"))
        assert f'<h1 class="govuk-heading-l">{all_kinds()[kind].title}</h1>' in form.text
    assert said.count("On discipline") == 1


def test_the_questions_of_several_stand_apart(here: Office) -> None:
    chosen = ["gift.0", "gift.2", "prior-acquaintance.1"]
    asked = here.browser("amina").post(ADDRESS, {"at_risk": "false", "what": chosen})
    assert re.findall(r"<h2[^>]*>([^<]*)</h2>", asked.text)[-3:] == [
        leads()[value][2].happened for value in chosen
    ]
    assert {"gift-0.form", "gift-2.offer", "prior-acquaintance-1.relationship"} <= set(
        re.findall(r'name="([^"]+)"', asked.text)
    )
    wrong = here.browser("amina").post(
        ADDRESS, {"at_risk": "false", "what": chosen, "asked": "yes", **placed("gift.0", GIVEN)}
    )
    assert wrong.status_code == 422
    assert {"#gift-2-offer", "#prior-acquaintance-1-relationship"} <= set(links(wrong))
    assert 'name="gift-0.form" type="radio" value="goods" checked' in wrong.text


@pytest.mark.parametrize("value", leads())
def test_every_lead_ends_in_the_form_of_its_kind(here: Office, value: str) -> None:
    kind, _, lead = leads()[value]
    browser = here.browser("amina")
    asked = browser.post(ADDRESS, {"at_risk": "false", "what": value})
    assert asked.status_code == 200
    answers = {"given_on": str(date(2025, 3, 1)), "form": "goods"}
    for name in lead.asks:
        choice = asked.text.partition(f'.{name}" type="radio" value="')[2]
        answers.setdefault(name, choice.partition('"')[0])
    said = {"at_risk": "false", "what": value, "asked": "yes", **placed(value, answers)}
    advice = browser.post(ADDRESS, said)
    form = browser.post(f"/declare/{kind}", fields(advice, f"/declare/{kind}"))
    assert f'<h1 class="govuk-heading-l">{all_kinds()[kind].title}</h1>' in form.text


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({}, ["at_risk", "what"]),
        ({"at_risk": "maybe", "what": "gift.0"}, ["at_risk"]),
        ({"at_risk": "false", "what": "gift.99"}, ["what"]),
        ({"at_risk": "false", "what": ["gift.0", "topic.none"]}, ["what"]),
        ({"at_risk": "false", "what": "gift.0", "asked": "yes", "gift-0.form": "goods"},
         ["gift-0-token", "gift-0-without_warning"]),
        ({"at_risk": "false", "what": "gift.0", "asked": "yes", "gift-0.form": "?",
          "gift-0.token": "true", "gift-0.without_warning": "true"}, ["gift-0-form"]),
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
