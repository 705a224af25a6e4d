"""Talk about others: what each policy makes of it, whoever was talking."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from register.acts.acknowledging import acknowledge
from register.acts.correcting import correct
from register.acts.declaring import declare
from register.errors import InvalidError
from register.kinds import all_kinds
from tests.browser import Office, words
from tests.cast import IN_FORCE, SHORT_BREAKS, SUPPORTED_LIVING, days_ago, details
from tests.cast import told as body_of
from tests.gifts import tell
from tests.phones import fill_in, heading, press
from tests.server import Server
from tests.spec import Story, did, given
from tests.test_should_i_declare import ask_of_several
from tests.usual import USUAL

if TYPE_CHECKING:
    from tests.chromium import Windows

KIND = "talk-about-others"
TALK = "There was gossip, or something private about somebody was passed on"


def told(teller: str, happened_on: date | None = None, **said: Any) -> Story:
    """What somebody tells; `by` is who was talking."""
    body = body_of(KIND, teller, happened_on=happened_on)
    return given(did(declare, teller, {**body, "details": details(KIND, **said)}))


# Residential and short breaks


def test_talk_of_other_workers_goes_to_the_director_past_the_line_manager() -> None:
    told("amina", by="other_workers").then_state(
        case="others",
        status="awaiting_acknowledgement",
        tells=["service_director:carol"],
        cited=(SHORT_BREAKS, IN_FORCE, "9.0 C", True),
        late=False,
    )
    told("amina", by="other_workers", happened_on=days_ago(2)).then_state(late=True)


@pytest.mark.parametrize("by", ["me", "service_users"])
def test_any_other_talk_goes_to_the_line_manager_without_a_deadline(by: str) -> None:
    told("amina", by=by, happened_on=days_ago(60)).then_state(
        case="talk",
        tells=["line_manager:ben"],
        cited=(SHORT_BREAKS, IN_FORCE, "2.0 B", True),
        late=False,
    )


@pytest.mark.parametrize(("by", "acts"), [("other_workers", "carol"), ("me", "ben")])
def test_whoever_is_told_acknowledges(by: str, acts: str) -> None:
    body = {"note": "We talked", "actions": []}
    told("amina", by=by).when(acknowledge, by=acts, body=body).then_state(status="closed")


def test_who_was_talking_may_turn_out_otherwise_and_both_are_told() -> None:
    others = {"details": details(KIND, by="other_workers"), "reason": "It was Gus, not me"}
    corrected = told("amina").when(correct, by="amina", body=others).state
    assert [(each.role, each.person) for each in corrected.ruling.tells] == [
        ("line_manager", "ben"),
        ("service_director", "carol"),
    ]


# Supported living


@pytest.mark.parametrize("by", ["me", "other_workers", "service_users"])
def test_004_has_all_talk_told_to_the_line_manager_as_soon_as_possible(by: str) -> None:
    told("eve", by=by, happened_on=days_ago(3)).then_state(
        case="talk",
        status="awaiting_acknowledgement",
        tells=["line_manager:femi"],
        cited=(SUPPORTED_LIVING, IN_FORCE, "Discussing others", True),
        late=False,
    )
    told("eve", by=by, happened_on=days_ago(4)).then_state(late=True)


# Flags and answers


@pytest.mark.parametrize("teller", ["amina", "eve"])
@pytest.mark.parametrize(
    ("said", "flags"),
    [
        ({}, ()),
        ({"somebody_identified": True}, ("identified",)),
        ({"what": ["with_third_party"]}, ("third-party",)),
        ({"what": ["with_other_service_user", "colleagues_details"]}, ()),
        (
            {"what": ["gossip", "with_third_party"], "somebody_identified": True},
            ("identified", "third-party"),
        ),
    ],
)
def test_whoever_acts_notices(teller: str, said: dict[str, Any], flags: tuple[str, ...]) -> None:
    told(teller, **said).then_state(flags=flags)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"what": []}, "details.what"),
        ({"by": "nobody"}, "details.by"),
        ({"somebody_identified": "yes"}, "details.somebody_identified"),
        ({"what_was_said": ""}, "details.what_was_said"),
        ({"put_right": "\t"}, "details.put_right"),
    ],
)
def test_what_cannot_be_so_is_refused_by_its_name(said: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidError) as refused:
        told("amina", **said)
    assert [each.field for each in refused.value.errors] == [field]


# In words


def test_the_worker_is_spoken_to_and_reads_whom_it_is_about(here: Office) -> None:
    made = here.declare("amina", KIND, service_user="SU-1042")
    page = words(here.browser("amina").get(f"/declarations/{made}"))
    assert "You declared that you talked about somebody: gossip; it is about SU-1042." in page
    assert "Ask your line manager how to put it right." in page


@pytest.mark.parametrize(
    ("said", "is_asked"),
    [
        ({"by": "me"}, True),
        ({"by": "me", "put_right": "I said sorry"}, False),
        ({"by": "other_workers"}, False),
    ],
)
def test_whoever_talked_asks_how_to_put_it_right(said: dict[str, Any], is_asked: bool) -> None:
    kind = all_kinds()[KIND]
    state = told("amina", **said).state
    answers = kind.details(**(state.details or {}))
    assert bool(kind.to_do_now(answers, state.status)) == is_asked


@pytest.mark.parametrize(
    ("teller", "by", "tell", "clause"),
    [
        ("amina", "me", "Your line manager will be told", "7.0 A"),
        ("amina", "other_workers", "Your service director will be told", "9.0 C"),
        ("eve", "other_workers", "Your line manager will be told", "Discussing others"),
    ],
)
def test_whoever_asks_beforehand_is_led_to_it(
    here: Office, teller: str, by: str, tell: str, clause: str
) -> None:
    said = words(ask_of_several(here, teller, {TALK: {"by": by}}))
    assert "Do not repeat it to anybody else. Then declare it." in said
    assert tell in said.partition("What to do now")[2]
    assert clause in said
    assert "is not declared here" not in said


def test_whoever_was_chosen_on_the_phone_can_be_taken_out_again(
    windows: Windows, visited: Server
) -> None:
    tell(visited, "gus", KIND, USUAL[KIND], service_user="SU-1042")
    page = windows.open("gus")
    page.goto(f"/declare/{KIND}")
    fill_in(page, {"Is it one of these?": "SU-1042, M. K."})
    about = page.get_by_label("Which service user is this about? (optional)")
    expect(about).to_have_value("SU-1042")
    about.fill("")
    expect(page.get_by_label("None of them", exact=True)).to_be_checked()
    fill_in(page, SAID)
    press(page, "Check my answers")
    heading(page, "Check your answers")
    expect(page.locator("dl")).not_to_contain_text("SU-1042")


SAID = {
    "What was it?": "Gossip, or what somebody had only heard",
    "Who was talking?": "I was",
    "Could a listener guess whom it was about?": "No",
    "What was said, and who heard it?": "I laughed about a family",
}
