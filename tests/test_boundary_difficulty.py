"""A boundary that is hard to keep: what each policy makes of it, and who may know."""

from __future__ import annotations

from typing import Any

import pytest

from events.declarations import DeclarationMade
from register.acts.acknowledging import acknowledge
from register.acts.correcting import correct
from register.errors import InvalidError
from register.kinds import all_kinds
from register.standing.seeing import readers
from tests.browser import Office, links, words
from tests.cast import (
    CAST,
    IN_FORCE,
    POLICIES,
    SHORT_BREAKS,
    SUPPORTED_LIVING,
    TODAY,
    days_ago,
    details,
)
from tests.spec import Story, declared, given
from tests.test_should_i_declare import ONLINE, ask

KIND = "boundary-difficulty"
CONTACT = "A service user keeps contacting me, or wants more than my job allows"
OWN_PART = "I am getting too close, or may have crossed a line, or fear that I might"
TALKED = {"note": "We talked", "actions": []}
AN_ACTION = {"what": "Talk with them both", "by": "amina", "due_on": str(TODAY)}


def told(by: str, **said: Any) -> Story:
    return given(declared(KIND, by=by, **said))


# Residential and short breaks


@pytest.mark.parametrize("source", ["service_user", "both"])
def test_what_a_service_user_does_goes_to_the_line_manager_immediately(source: str) -> None:
    told("amina", source=source).then_state(
        case="service-user",
        status="awaiting_acknowledgement",
        tells=["line_manager:ben"],
        cited=(SHORT_BREAKS, IN_FORCE, "9.0 B", True),
        needs=("action",),
        late=False,
    )
    told("amina", source=source, happened_on=days_ago(2)).then_state(late=True)


def test_ones_own_part_is_raised_without_a_deadline() -> None:
    told("amina", source="own", happened_on=days_ago(60)).then_state(
        case="own",
        tells=["line_manager:ben"],
        cited=(SHORT_BREAKS, IN_FORCE, "2.0 B", True),
        needs=(),
        late=False,
        flags=("breakdown-likely",),
    )


def test_of_what_a_service_user_does_something_is_always_to_be_done() -> None:
    before = told("amina")
    before.when(acknowledge, by="ben", body=TALKED).then_refused(InvalidError, field="actions")
    body = {**TALKED, "actions": [AN_ACTION]}
    before.when(acknowledge, by="ben", body=body).then_state(status="awaiting_action")
    told("amina", source="own").when(acknowledge, by="ben", body=TALKED).then_state(status="closed")


@pytest.mark.parametrize(
    ("source", "needs"),
    [
        ("service_user", ("action", "risk_assessment")),
        ("both", ("action", "risk_assessment")),
        ("own", ("risk_assessment",)),
    ],
)
def test_of_touching_a_risk_assessment_is_written(source: str, needs: tuple[str, ...]) -> None:
    before = told("amina", source=source, what=["calls", "physical_contact"])
    assert before.state.ruling.needs == needs
    assert "physical" in before.state.ruling.flags
    body = {**TALKED, "actions": [AN_ACTION]}
    before.when(acknowledge, by="ben", body=body).then_refused(
        InvalidError, field="risk_assessment"
    )
    assessed = {**body, "risk_assessment": "In the care plan"}
    before.when(acknowledge, by="ben", body=assessed).then_state(status="awaiting_action")


@pytest.mark.parametrize(
    ("policy", "clauses"),
    [(SHORT_BREAKS, {"3.0 A", "4.0 A", "4.0 B", "4.0 C"}), (SUPPORTED_LIVING, {"1.1"})],
)
def test_of_touching_it_is_shown_how_to_behave(policy: str, clauses: set[str]) -> None:
    for rule in POLICIES.packs[policy][IN_FORCE].kinds[KIND].cases.values():
        assert clauses <= set(rule.under(["physical"]).conduct)
        assert not clauses - {"3.0 A"} & set(rule.conduct)


# Supported living


@pytest.mark.parametrize(
    ("source", "case"),
    [("service_user", "service-user"), ("own", "confided"), ("both", "confided")],
)
def test_004_has_everything_told_immediately(source: str, case: str) -> None:
    said = {"source": source, "what": ["physical_contact"]}
    told("eve", **said, happened_on=days_ago(1)).then_state(
        case=case,
        status="awaiting_acknowledgement",
        tells=["line_manager:femi"],
        cited=(SUPPORTED_LIVING, IN_FORCE, "Requirements", True),
        needs=(),
        late=False,
    )
    told("eve", **said, happened_on=days_ago(2)).then_state(late=True)


@pytest.mark.parametrize("source", ["own", "both"])
def test_what_is_told_of_ones_own_part_the_line_manager_reads_alone(source: str) -> None:
    state = told("eve", source=source).state
    assert state.ruling.restricted
    assert set(readers(state, CAST)) == {"eve", "femi"}
    made = state.past[0]
    assert isinstance(made, DeclarationMade)
    assert made.words is not None
    assert (made.ruling.flags, made.words.flags) == ((), ("breakdown-likely",))


def test_what_a_service_user_does_is_read_as_usual() -> None:
    assert {"femi", "dana", "dev"} <= set(readers(told("eve").state, CAST))


def test_the_page_on_privacy_tells_the_one_from_the_other(here: Office) -> None:
    said = words(here.browser("eve").get("/privacy/mine"))
    alone = said.partition("A boundary that is hard to keep: your own feelings")[2]
    read_by, *_ = alone.partition("”: ")[2].partition("What you declare")
    assert read_by.startswith("only the manager or director who has to act")
    assert "auditors" not in read_by.partition("Somebody who covers")[0]
    assert "“A boundary that is hard to keep”" in said


def test_nobody_opens_to_others_what_was_told_of_ones_own_part() -> None:
    before = told("eve", source="own")
    now_theirs = {"details": details(KIND), "reason": "It was not me"}
    corrected = before.when(correct, by="eve", body=now_theirs).state
    assert corrected.ruling.restricted
    assert set(readers(corrected, CAST)) == {"eve", "femi"}


def test_what_turns_out_to_be_ones_own_part_is_closed_to_others() -> None:
    mine = {"details": details(KIND, source="own"), "reason": "It is me as well"}
    corrected = told("eve").when(correct, by="eve", body=mine).state
    assert set(readers(corrected, CAST)) == {"eve", "femi"}


# Flags


@pytest.mark.parametrize("by", ["amina", "eve"])
@pytest.mark.parametrize(
    ("said", "flags"),
    [
        ({}, ()),
        ({"line_crossed": "unsure"}, ("breakdown-likely",)),
        ({"line_crossed": "yes"}, ("line-crossed", "breakdown-likely")),
        ({"source": "own"}, ("breakdown-likely",)),
        ({"source": "both"}, ("breakdown-likely",)),
        ({"training_wanted": True}, ("training",)),
        ({"what": ["other", "physical_contact"]}, ("physical",)),
        (
            {
                "source": "own",
                "line_crossed": "yes",
                "what": ["physical_contact"],
                "training_wanted": True,
            },
            ("line-crossed", "breakdown-likely", "physical", "training"),
        ),
    ],
)
def test_whoever_acts_notices(by: str, said: dict[str, Any], flags: tuple[str, ...]) -> None:
    told(by, **said).then_state(flags=flags)


# Answers


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"what": []}, "details.what"),
        ({"what": ["calls", "calls"]}, "details.what"),
        ({"what": ["shouting"]}, "details.what.0"),
        ({"since": str(days_ago(-1))}, "details.since"),
        ({"source": "nobody"}, "details.source"),
        ({"replied": None}, "details.replied"),
        ({"what_happened": " "}, "details.what_happened"),
    ],
)
def test_what_cannot_be_so_is_refused_by_its_name(said: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidError) as refused:
        told("amina", **said)
    assert [each.field for each in refused.value.errors] == [field]


# In words


def test_the_worker_is_spoken_to(here: Office) -> None:
    made = here.declare("amina", KIND, source="both", what=["messages", "gifts_pressed"])
    page = words(here.browser("amina").get(f"/declarations/{made}"))
    assert "because of what SU-1042 does and your own part" in page
    assert "the worker's" not in page.partition("History")[0]
    assert "If you took something, declare that too." in page


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ({"what": ["calls"]}, "Delete nothing that came."),
        ({"what": ["waiting_outside"]}, "only where others can see you both."),
        ({"what": ["other"], "source": "own"}, "before you next work alone with them."),
    ],
)
def test_what_to_do_now_follows_from_what_it_is(said: dict[str, Any], advice: str) -> None:
    kind = all_kinds()[KIND]
    state = told("amina", **said).state
    (only, *more) = kind.to_do_now(kind.details(**(state.details or {})), state.status)
    assert any(advice in each for each in (only, *more))


@pytest.mark.parametrize(
    ("by", "happened", "tell", "clause"),
    [
        ("amina", CONTACT, "Stay polite, and do not go along with it. Then declare", "9.0 B"),
        ("eve", CONTACT, "Stay polite, and do not go along with it.", "Requirements"),
        ("amina", OWN_PART, "Your line manager will be told", "2.0 B"),
        ("eve", OWN_PART, "Your line manager will be told", "Key Responsibilities"),
    ],
)
def test_whoever_asks_beforehand_is_led_to_it(
    here: Office, by: str, happened: str, tell: str, clause: str
) -> None:
    said = words(ask(here, by, happened))
    assert tell in said.partition("What to do now")[2]
    assert clause in said
    assert "is not declared here" not in said


@pytest.mark.parametrize("by", ["amina", "eve"])
def test_so_is_whoever_is_asked_online_again_and_again(here: Office, by: str) -> None:
    advice = ask(here, by, ONLINE)
    assert "If they do not stop, or you find it hard to say no: declare" in words(advice)
    assert f"/declare/{KIND}" in links(advice)
