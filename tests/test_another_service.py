"""A correction names the service user of another service: the policies of both hold."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from events.declarations import DeclarationCorrected, Place
from events.directory import PolicyPublished
from register.acts.acknowledging import acknowledge
from register.acts.correcting import correct
from register.acts.deciding import decide
from register.acts.reviewing import review
from register.declarations.declaration import Declaration
from register.errors import ForbiddenError
from register.standing.holding import who_holds
from register.standing.seeing import may_see
from tests.cast import CAST, IN_FORCE, NOW, cast, details, directed, gift, told
from tests.registers import opened_register
from tests.spec import Step, declared, did, given, said

THEIRS, ELSEWHERE, NOBODY_KNOWS = "RV-007", "SU-1042", "XX-9"
PERFUME = declared("gift", by="eve")
"""At Riverside, where the line manager acknowledges it."""
FRAME = declared("gift", by="amina")
"""At Elm House, where the director decides."""
KEEP = {"outcome": "keep", "reason": "A farewell"}


def about(service_user: str, by: str = "eve", **answers: Any) -> Step:
    details = gift(**answers)
    body = {"details": details, "service_user": service_user, "reason": "It was somebody else"}
    return did(correct, by, body)


def looked_again(by: str, **more: Any) -> Step:
    return did(review, by, {"stands": False, "reason": "So it is", **more})


def reads(declaration: Declaration, person: str, directory: Any = CAST) -> bool:
    return may_see(directory.people[person], declaration, directory)


# The stricter holds


def test_the_stricter_of_both_policies_holds():
    given(PERFUME, about(ELSEWHERE)).then_state(
        status="awaiting_decision", acts="service_director", outcomes=("keep", "return")
    )


def test_what_the_first_policy_asks_for_never_falls():
    given(FRAME, about(THEIRS, by="amina")).then_state(
        status="awaiting_decision", acts="service_director", outcomes=("keep", "return")
    )


def test_a_token_that_closes_at_one_service_does_not_where_the_first_has_no_tokens():
    state = given(PERFUME, about(ELSEWHERE, token=True, worth="1.00")).state
    assert (state.status, state.ruling.flags) == ("awaiting_acknowledgement", ())


def test_it_is_the_policy_of_the_day_of_receipt():
    """On 1 March neither service had a policy."""
    before = NOW.replace(month=3, day=2)
    early = declared("gift", by="eve", at=before, captured_at=before)
    state = given(early, about(ELSEWHERE)).state
    assert state.places[1] == Place("elm-house", None, None)
    assert (state.status, state.ruling.source.policy) == ("awaiting_acknowledgement", None)


# Its director is told, and holds the role


def test_its_director_is_told_and_decides():
    state = given(PERFUME, about(ELSEWHERE)).state
    assert "carol" in {each.person for each in state.ruling.tells}
    assert who_holds(CAST, "service_director", state.matter) == "carol"
    given(PERFUME, about(ELSEWHERE), did(decide, "carol", KEEP)).then_state(status="closed")
    given(PERFUME, about(ELSEWHERE)).when(decide, by="dana", body=KEEP).then_refused(ForbiddenError)


def test_a_decision_goes_to_the_director_of_the_other_service():
    story = given(FRAME, about(THEIRS, by="amina"))
    story.when(decide, by="carol", body=KEEP).then_refused(ForbiddenError)
    story.when(decide, by="dana", body=KEEP).then_state(status="closed", service="riverside")


def test_its_director_is_told_also_where_no_policy_tells_them():
    token = {"token": True, "worth": "1.00"}
    state = given(declared("gift", by="amina", **token), about(THEIRS, by="amina", **token)).state
    assert {"dana", "ben"} <= {each.person for each in state.ruling.tells}
    assert (state.status, state.ruling.acts) == ("awaiting_acknowledgement", "line_manager")


def test_the_line_manager_stays_the_worker_s_own():
    state = given(PERFUME, about(ELSEWHERE)).state
    assert who_holds(CAST, "line_manager", state.matter) == "femi"


# Who reads it


def test_the_directors_of_both_services_may_read_it():
    state = given(PERFUME, about(ELSEWHERE)).state
    assert [person for person in ("dana", "carol") if reads(state, person)] == ["dana", "carol"]
    others = cast(directed("riverside", "gus"), directed("elm-house", "amina"))
    assert [person for person in ("gus", "amina") if reads(state, person, others)] == [
        "gus",
        "amina",
    ]


# Nothing else changes


@pytest.mark.parametrize("service_user", [THEIRS, NOBODY_KNOWS])
def test_another_of_the_same_service_or_of_none_changes_nothing(service_user):
    given(PERFUME, about(service_user, item="Scent")).then_state(
        status="awaiting_acknowledgement", service="riverside"
    )


def test_they_moved_meanwhile_and_the_correction_is_about_them_still():
    moved = cast().serving({THEIRS: "elm-house"})
    same = about(THEIRS, item="Scent")
    given(PERFUME, same, directory=moved).then_state(service="elm-house")
    body = {"details": gift(item="Scent"), "reason": "A typo"}
    story = given(PERFUME).when(correct, by="eve", body=body, directory=moved)
    story.then_state(service="riverside", status="awaiting_acknowledgement")


def test_back_to_the_first_the_director_who_had_the_role_keeps_it_and_nothing_falls():
    """No worker chooses who decides."""
    state = given(PERFUME, about(ELSEWHERE), about(THEIRS)).state
    assert (state.service, state.status) == ("elm-house", "awaiting_decision")
    assert who_holds(CAST, "service_director", state.matter) == "carol"
    assert reads(state, "dana")


def test_where_no_director_acts_the_role_goes_with_the_facts():
    asked = declared("post-service-friendship", by="amina")
    facts = details("post-service-friendship", still_vulnerable="yes")
    body = {"details": facts, "service_user": THEIRS, "reason": "It was somebody else"}
    state = given(asked, did(correct, "amina", body)).state
    assert state.service == "riverside"
    assert "dana" in state.told


# While somebody has to look again


ACKNOWLEDGED = did(acknowledge, "femi", {"note": "We talked", "actions": []})
CLOSED = (declared("gift", by="eve", offer="declined"),)


def test_what_was_settled_opens_again_where_the_other_policy_asks_for_more():
    given(PERFUME, ACKNOWLEDGED, about(ELSEWHERE)).then_state(
        status="awaiting_decision", service="elm-house"
    )


def test_while_it_waits_it_is_the_first_service_s_and_the_other_director_reads_it():
    state = given(*CLOSED, about(ELSEWHERE, offer="declined")).state
    assert (state.status, state.service) == ("awaiting_review", "riverside")
    assert reads(state, "carol")


def test_once_it_holds_it_is_the_other_service_s_under_both_policies():
    given(*CLOSED, about(ELSEWHERE, offer="declined"), looked_again("femi")).then_state(
        status="closed", service="elm-house"
    )
    frame = (FRAME, did(decide, "carol", KEEP), about(THEIRS, by="amina"))
    given(*frame, looked_again("carol")).then_state(status="awaiting_decision", service="riverside")


def test_where_the_correction_is_refused_it_is_the_first_service_s_again():
    state = given(PERFUME, about(ELSEWHERE), looked_again("carol", stands=True)).state
    assert (state.service, state.status) == ("riverside", "awaiting_acknowledgement")
    assert reads(state, "carol")


# What is kept


def test_the_correction_keeps_where_it_leads_and_under_which_policy():
    given(PERFUME).when(correct, by="eve", body=about(ELSEWHERE).body).then(
        said(
            DeclarationCorrected,
            place=Place("elm-house", "residential-short-breaks", IN_FORCE),
            reopened=True,
        )
    )


def test_in_the_register_it_is_looked_up_passed_on_and_its_policy_is_published(database_url):
    declaration = str(UUID(int=7, version=4))
    with opened_register(database_url, clock=lambda: NOW) as register:
        register.declare("amina", declaration, told("gift", "amina"))
        body = about("rv-007").body
        state = register.correct("amina", declaration, body)
        assert (state.service, state.status) == ("riverside", "awaiting_decision")
        assert [alert.declaration for alert in register.alerts("dana")] == [state.id]
        assert register.alerts("carol") == []
        published = [
            each.policy for each in register.log.after() if isinstance(each, PolicyPublished)
        ]
        assert published == ["residential-short-breaks", "supported-living"]
        register.change_directory([directed("elm-house", "gus")])
        listed = register.read.workers_declarations("gus", "amina", None, 10).items
        assert [each.id for each in listed] == [state.id]
