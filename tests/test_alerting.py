"""Whose move it is: an alert is raised for each duty, done with it, and goes with the role."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from events.alerts import AlertDone, AlertPassed, AlertRaised, Subject
from events.declarations import DeclarationPassed
from events.event import Event
from register.acts.acknowledging import acknowledge
from register.acts.completing import complete
from register.acts.correcting import correct
from register.acts.deciding import decide
from register.acts.informing import inform
from register.acts.requesting import ask
from register.acts.reviewing import review
from register.acts.withdrawing import withdraw
from register.alerts.alerting import follow, pass_on
from register.alerts.duties import duties
from register.alerts.sort import alert_id
from register.alerts.sorts import DECLARATIONS
from register.declarations.declaration import Declaration
from register.directory.directory import Directory
from tests.cast import (
    A_DAY,
    A_TOKEN,
    CAST,
    GIVEN_BACK,
    NOW,
    cast,
    directed,
    gift,
    joined,
    left,
    london,
    moved,
)
from tests.spec import ID, Step, declared, did, follow_on, given

FRAME = declared("gift", by="amina")
PERFUME = declared("gift", by="eve")
KEPT = did(decide, "carol", {"outcome": "keep", "reason": "A farewell"})
TO_RETURN = did(decide, "carol", {"outcome": "return", "reason": "Too much"})
RETURNED = did(complete, "amina", GIVEN_BACK)
ASKED = did(ask, "carol", {"text": "Who else was there?"})
ACTION_OF_FEMI = {"what": "Ring the family", "by": "femi", "due_on": "2026-11-18"}
ANSWERED = did(inform, "amina", {"text": "Her sister"})
WITHDRAWN = did(withdraw, "amina", {"reason": "By mistake"})


def corrected(**answers: object) -> Step:
    return did(correct, "amina", {"details": gift(**answers), "reason": "A mistake"})


def alerts(*steps: Step, directory: Directory = CAST) -> dict[UUID, AlertRaised]:
    """Those that are open after these steps."""
    found: dict[UUID, AlertRaised] = {}
    for place in range(len(steps)):
        before = given(*steps[:place], directory=directory).declaration
        after = given(*steps[: place + 1], directory=directory).state
        for event in follow(DECLARATIONS, before, after, directory, NOW):
            if isinstance(event, AlertRaised):
                assert event.originator_id not in found, "raised twice"
                found[event.originator_id] = event
            else:
                assert isinstance(event, AlertDone)
                del found[event.originator_id]
    return found


def awaited(*steps: Step, directory: Directory = CAST) -> list[str]:
    found = alerts(*steps, directory=directory).values()
    return [f"{alert.person} is to {alert.why}" for alert in found]


def due(*steps: Step) -> list[datetime]:
    return [alert.due_at for alert in alerts(*steps).values()]


# Raised


def test_who_must_act_is_alerted_and_told_why_by_when_and_under_which_clause():
    (alert,) = alerts(FRAME).values()
    assert alert.subject == Subject("declaration", ID)
    assert (alert.kind, alert.raised_at) == ("gift", NOW)
    assert (alert.person, alert.role, alert.why) == ("carol", "service_director", "decide")
    assert alert.because == "named"
    assert alert.due_at == london("2026-11-23 17:00")
    assert alert.source == given(FRAME).state.ruling.source
    assert alert.source.clause == "6.0 G"


def test_only_who_must_act_is_alerted():
    assert awaited(FRAME) == ["carol is to decide"]
    assert awaited(PERFUME) == ["femi is to acknowledge"]


def test_what_is_somebody_s_without_any_role_has_no_reason():
    reasons = {alert.why: alert.because for alert in alerts(FRAME, ASKED).values()}
    assert reasons == {"decide": "named", "inform": None}
    assert [alert.because for alert in alerts(FRAME, TO_RETURN).values()] == [None]


def test_what_is_closed_at_once_alerts_nobody():
    assert awaited(declared("gift", by="amina", **A_TOKEN)) == []
    assert awaited(declared("gift", by="eve", offer="declined")) == []


def test_nobody_is_alerted_to_their_own():
    assert awaited(declared("gift", by="carol")) == ["dana is to decide"]
    assert awaited(declared("gift", by="femi")) == ["dana is to acknowledge"]


def test_an_alert_is_raised_even_where_there_is_nobody_to_see_it():
    alone = cast(left("dana"))
    assert awaited(declared("gift", by="carol"), directory=alone) == ["None is to decide"]


def test_a_question_alerts_the_worker_and_what_was_asked_for_stays_open():
    assert awaited(FRAME, ASKED) == ["carol is to decide", "amina is to inform"]
    assert due(FRAME, ASKED)[1] == london("2026-11-18 17:00")


def test_each_action_alerts_its_person():
    body = {
        "note": "Talked it over",
        "actions": [
            {"what": "Give it back", "by": "eve", "due_on": "2026-11-20"},
            {"what": "Ring the family", "by": "femi", "due_on": "2026-11-18"},
        ],
    }
    steps = (PERFUME, did(acknowledge, "femi", body))
    assert sorted(awaited(*steps)) == ["eve is to complete", "femi is to complete"]
    assert sorted(due(*steps)) == [london("2026-11-18 17:00"), london("2026-11-20 17:00")]


# Done


def test_a_decision_is_done_with_once_it_is_made():
    assert awaited(FRAME, KEPT) == []


def test_a_return_is_the_workers_until_it_is_made():
    assert awaited(FRAME, TO_RETURN) == ["amina is to complete"]
    assert awaited(FRAME, TO_RETURN, RETURNED) == []


def test_an_answer_is_done_with_once_it_is_given():
    assert awaited(FRAME, ASKED, ANSWERED) == ["carol is to decide"]


def test_a_decision_without_the_answer_is_done_with_the_question_too():
    assert awaited(FRAME, ASKED, KEPT) == []


def test_each_question_is_an_alert_of_its_own():
    again = did(ask, "carol", {"text": "And where was it?"})
    assert awaited(FRAME, ASKED, again) == ["carol is to decide", "amina is to inform"]
    assert alerts(FRAME, ASKED).keys() != alerts(FRAME, ASKED, again).keys()


def test_what_is_taken_back_is_to_be_looked_at_and_then_asks_nothing_of_anybody():
    assert awaited(FRAME, WITHDRAWN) == ["carol is to review"]
    agreed = did(review, "carol", {"stands": False, "reason": "By mistake"})
    assert awaited(FRAME, ASKED, WITHDRAWN, agreed) == []


def test_one_who_does_not_agree_is_to_decide_again():
    refused = did(review, "carol", {"stands": True, "reason": "It was a gift"})
    assert awaited(FRAME, WITHDRAWN, refused) == ["carol is to decide"]
    assert alerts(FRAME, WITHDRAWN, refused).keys() != alerts(FRAME).keys()


def test_an_alert_is_done_at_its_moment():
    before, after = given(FRAME).state, given(FRAME, KEPT).state
    (done,) = follow(DECLARATIONS, before, after, CAST, NOW + A_DAY)
    assert isinstance(done, AlertDone)
    assert done.done_at == NOW + A_DAY
    assert done.originator_id in alerts(FRAME)


# Corrected


def test_a_correction_that_changes_nothing_that_is_asked_leaves_the_alert_alone():
    assert alerts(FRAME, corrected(worth="6.00")) == alerts(FRAME)


def test_a_correction_that_asks_the_same_person_for_less_leaves_the_alert_alone():
    assert alerts(FRAME, corrected(form="cash")) == alerts(FRAME)


def test_a_correction_that_would_close_it_leaves_the_alert_alone():
    assert alerts(FRAME, corrected(**A_TOKEN)) == alerts(FRAME)


def test_a_correction_of_what_was_settled_is_to_be_looked_at():
    assert awaited(FRAME, KEPT, corrected(worth="600.00")) == ["carol is to review"]


def test_a_correction_that_opens_it_alerts_who_must_act_now():
    token = declared("gift", by="amina", **A_TOKEN)
    assert awaited(token, corrected()) == ["carol is to decide"]
    assert awaited(FRAME, KEPT, corrected(form="cash")) == ["carol is to decide"]


# Passed on


def moved_to(declaration: Declaration, directory: Directory) -> list[Event]:
    """What follows when the cast becomes this directory."""
    held = {
        alert_id(DECLARATIONS.name, declaration.id, key): duty.whose
        for key, duty in duties(declaration, CAST).items()
    }
    return pass_on(DECLARATIONS, declaration, held, directory, NOW)


def test_an_open_alert_goes_with_the_reporting_line():
    after = cast(joined("mo", under="dana", service="riverside"), moved("eve", under="mo"))
    declaration = given(PERFUME).state
    told, passed = moved_to(declaration, after)
    assert isinstance(told, DeclarationPassed)
    assert (told.originator_id, told.role, told.person) == (ID, "line_manager", "mo")
    assert told.because == "named"
    assert isinstance(passed, AlertPassed)
    assert (passed.person, passed.because, passed.passed_at) == ("mo", "named", NOW)
    assert passed.originator_id in alerts(PERFUME)


def test_the_one_before_keeps_sight_and_the_new_one_is_told():
    after = cast(joined("mo", under="dana", service="riverside"), moved("eve", under="mo"))
    declaration = given(PERFUME).state
    passed = follow_on(declaration, moved_to(declaration, after)[:1])
    assert passed is not None
    assert passed.told == {"femi", "mo"}


def test_an_open_decision_goes_to_the_new_director():
    after = cast(directed("elm-house", "gus"))
    passed = moved_to(given(FRAME).state, after)
    assert [event.person for event in passed] == ["gus", "gus"]


def test_who_has_left_passes_it_on():
    passed = moved_to(given(PERFUME).state, cast(left("femi")))
    assert [event.person for event in passed] == ["dana", "dana"]


def test_a_change_elsewhere_passes_nothing_on():
    after = cast(moved("gus", under="carol"), moved("amina", under="carol"))
    assert moved_to(given(FRAME).state, after) == []


def test_what_the_worker_is_asked_stays_with_the_worker():
    after = cast(directed("elm-house", "gus"))
    passed = moved_to(given(FRAME, ASKED).state, after)
    assert [event.person for event in passed] == ["gus", "gus"]


def test_actions_stay_with_their_persons():
    after = cast(directed("elm-house", "gus"), moved("amina", under="carol"))
    assert moved_to(given(FRAME, TO_RETURN).state, after) == []


def test_an_action_of_a_manager_who_has_left_goes_to_who_holds_the_role():
    asked = {"note": "Talked it over", "actions": [ACTION_OF_FEMI]}
    story = given(PERFUME, did(acknowledge, "femi", asked))
    alone = cast(left("femi"))
    passed = moved_to(story.state, alone)
    assert [(each.person, each.because) for each in passed] == [("dana", "next_above")] * 2
    done = {"evidence": "Rang them on Monday"}
    story.when(complete, by="dana", body=done, directory=alone).then_state(status="closed")


def test_what_is_settled_passes_nothing_on():
    assert moved_to(given(FRAME, KEPT).state, cast(left("carol"))) == []
