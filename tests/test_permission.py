"""Asking before something is done that needs others to agree (003 2.0 B; 004 1.6, 1.12, 1.13)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from events.declarations import ActionAgreed, DeclarationDecided
from register.acts.completing import complete
from register.acts.correcting import correct
from register.acts.deciding import decide
from register.acts.reviewing import review
from register.acts.settling import lapses_on
from register.errors import ConflictError, InvalidError
from tests.cast import A_DAY, IN_FORCE, NOW, SHORT_BREAKS, SUPPORTED_LIVING, TODAY, details
from tests.spec import declared, did, given, said

HERSELF = {"by": "service_user", "given_on": "2026-11-02"}
HER_SON = {"by": "relative", "given_on": "2026-11-03"}
SOMEBODY_FOR_HER = {"by": "representative", "given_on": "2026-11-03"}
SOCIAL_SERVICES = {"by": "social_services", "given_on": "2026-11-03"}
GRANTED = {"outcome": "granted", "reason": "A kind dog"}
REFUSED = {"outcome": "refused", "reason": "Not with her allergy"}
ON_A_LEAD = {"what": "Keep the dog on a lead", "by": "eve", "due_on": "2099-05-01"}
ON_CONDITIONS = {
    "outcome": "granted_with_conditions",
    "reason": "On a lead",
    "conditions": [ON_A_LEAD],
}
OUTCOMES = ("granted", "granted_with_conditions", "refused")
FRIDAY = "2026-12-04"


def asked(sought_for: str = "person_or_pet", *consents: dict[str, str], by: str = "eve", **more):
    return declared("permission", by=by, sought_for=sought_for, consents=list(consents), **more)


def said_now(sought_for: str = "person_or_pet", *consents: dict[str, str], **more):
    said = details("permission", sought_for=sought_for, consents=list(consents), **more)
    return {"details": said, "reason": "Somebody else has agreed"}


DOG = asked("person_or_pet", HERSELF, HER_SON)


# Who decides


@pytest.mark.parametrize(
    ("sought_for", "decides", "told", "clause", "asks"),
    [
        ("person_or_pet", "line_manager", "line_manager:femi", "1.6", True),
        ("one_off_task", "service_director", "service_director:dana", "1.12", False),
        ("tracing_online", "line_manager", "line_manager:femi", "1.13", True),
        ("event", "line_manager", "line_manager:femi", "not in this policy, a house rule", False),
    ],
)
def test_under_004_somebody_decides(sought_for, decides, told, clause, asks):
    given(asked(sought_for)).then_state(
        status="awaiting_decision",
        decides=decides,
        tells=[told],
        outcomes=OUTCOMES,
        late=False,
        cited=(SUPPORTED_LIVING, IN_FORCE, clause, asks),
    )


@pytest.mark.parametrize("sought_for", ["person_or_pet", "one_off_task", "tracing_online", "event"])
def test_under_003_the_line_manager_reads_it_and_no_consent_is_named(sought_for):
    given(asked(sought_for, by="amina")).then_state(
        status="awaiting_acknowledgement",
        tells=["line_manager:ben"],
        flags=(),
        cited=(SHORT_BREAKS, IN_FORCE, "2.0 B", False),
    )


# Who must have agreed


@pytest.mark.parametrize(
    ("sought_for", "consents", "flags"),
    [
        ("person_or_pet", [], ("consent-missing",)),
        ("person_or_pet", [HERSELF], ("consent-missing",)),
        ("person_or_pet", [HER_SON], ("consent-missing",)),
        ("person_or_pet", [HER_SON, SOMEBODY_FOR_HER], ("consent-missing",)),
        ("person_or_pet", [HERSELF, SOCIAL_SERVICES], ("consent-missing",)),
        ("person_or_pet", [HERSELF, HER_SON], ()),
        ("person_or_pet", [SOMEBODY_FOR_HER, HERSELF], ()),
        ("tracing_online", [HERSELF, HER_SON], ("consent-missing",)),
        ("tracing_online", [SOCIAL_SERVICES], ()),
        ("one_off_task", [], ()),
        ("event", [], ()),
    ],
)
def test_who_must_have_agreed_depends_on_what_it_is_for(sought_for, consents, flags):
    given(asked(sought_for, *consents)).then_state(flags=flags)


@pytest.mark.parametrize("body", [GRANTED, ON_CONDITIONS])
def test_without_their_consent_it_cannot_be_granted(body):
    given(asked("person_or_pet", HERSELF)).when(decide, by="femi", body=body).then_refused(
        InvalidError, field="outcome", words="a relative or a representative"
    )


def test_without_their_consent_it_can_be_refused():
    given(asked()).when(decide, by="femi", body=REFUSED).then_state(status="closed", actions=())


def test_the_worker_adds_the_consents_and_that_is_no_review():
    story = given(asked(), did(correct, "eve", said_now("person_or_pet", HERSELF, HER_SON)))
    story.then_state(status="awaiting_decision", review=None, flags=())
    story.when(decide, by="femi", body=GRANTED).then_state(status="awaiting_action")


def test_consents_that_are_taken_back_count_no_more():
    given(DOG, did(correct, "eve", said_now("person_or_pet", HERSELF))).when(
        decide, by="femi", body=GRANTED
    ).then_refused(InvalidError, field="outcome")


def test_nobody_needs_less_consent_by_asking_for_something_else():
    story = given(asked(), did(correct, "eve", said_now("event")))
    story.then_state(flags=())
    story.when(decide, by="femi", body=GRANTED).then_refused(InvalidError, field="outcome")
    looked = {"stands": False, "reason": "It was an event from the first"}
    given(asked(), did(correct, "eve", said_now("event")), did(review, "femi", looked)).when(
        decide, by="femi", body=GRANTED
    ).then_state(status="awaiting_action")


def test_what_was_granted_does_not_stay_granted_without_consent():
    taken_back = did(correct, "eve", said_now("person_or_pet", HERSELF))
    story = given(DOG, did(decide, "femi", GRANTED), taken_back)
    story.then_state(status="awaiting_review")
    agreed = {"stands": False, "settled": True, "reason": "So be it"}
    story.when(review, by="femi", body=agreed).then_refused(InvalidError, field="settled")


def test_consents_of_days_to_come_are_refused():
    tomorrow = {"by": "relative", "given_on": str(TODAY + A_DAY)}
    with pytest.raises(InvalidError) as refused:
        given(asked("person_or_pet", HERSELF, tomorrow))
    assert [each.field for each in refused.value.errors] == ["details.consents.1.given_on"]


# When it was asked


@pytest.mark.parametrize(
    ("planned_on", "flags"),
    [(TODAY - A_DAY, ("after-the-fact",)), (TODAY, ()), (TODAY + A_DAY, ())],
)
def test_to_ask_after_the_day_is_after_the_fact(planned_on, flags):
    given(asked("event", planned_on=str(planned_on))).then_state(flags=flags)


def test_what_was_asked_without_a_signal_was_asked_when_it_was_written_down():
    written = NOW - 3 * timedelta(days=1)
    story = given(asked("event", captured_at=written, planned_on=str(TODAY - 2 * A_DAY)))
    story.then_state(flags=())


# What follows


def test_what_is_granted_brings_the_worker_to_say_how_it_went():
    given(asked("person_or_pet", HERSELF, HER_SON, planned_on=FRIDAY)).when(
        decide, by="femi", body=GRANTED
    ).then(
        said(DeclarationDecided, outcome="granted", decided_by="femi"),
        said(ActionAgreed, by="eve", brought="say-how", due_on=date(2026, 12, 9)),
    ).then_state(status="awaiting_action", waiting_for="worker")


def test_what_is_granted_after_its_day_is_told_of_three_working_days_from_now():
    given(asked("event", planned_on=str(TODAY - 9 * A_DAY))).when(
        decide, by="femi", body=GRANTED
    ).then(
        said(DeclarationDecided), said(ActionAgreed, brought="say-how", due_on=date(2026, 11, 19))
    )


def test_what_is_granted_lapses_the_day_after():
    story = given(asked("event", planned_on=FRIDAY), did(decide, "femi", GRANTED))
    assert lapses_on(story.state) == date(2026, 12, 5)
    assert lapses_on(given(asked("event", planned_on=FRIDAY)).state) is None
    assert lapses_on(given(asked(), did(decide, "femi", REFUSED)).state) is None


def test_how_it_went_closes_it():
    given(DOG, did(decide, "femi", GRANTED)).when(
        complete, by="eve", body={"evidence": "She loved him"}
    ).then_state(status="closed")


def test_conditions_are_actions():
    given(DOG).when(decide, by="femi", body=ON_CONDITIONS).then(
        said(DeclarationDecided, outcome="granted_with_conditions"),
        said(ActionAgreed, by="eve", due_on=date(2099, 5, 1), brought=None),
        said(ActionAgreed, by="eve", brought="say-how"),
    ).then_state(status="awaiting_action")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**ON_CONDITIONS, "conditions": []}, "conditions"),
        ({"outcome": "granted_with_conditions", "reason": "On a lead"}, "conditions"),
        ({**GRANTED, "conditions": [ON_A_LEAD]}, "conditions"),
        ({**REFUSED, "conditions": [ON_A_LEAD]}, "conditions"),
        ({**ON_CONDITIONS, "conditions": [{**ON_A_LEAD, "by": "amina"}]}, "conditions.0.by"),
        ({**ON_CONDITIONS, "conditions": [{**ON_A_LEAD, "by": "nobody"}]}, "conditions.0.by"),
        ({**ON_CONDITIONS, "conditions": [{**ON_A_LEAD, "due_on": "2026-01-01"}]},
         "conditions.0.due_on"),
    ],
)  # fmt: skip
def test_conditions_go_with_the_outcome_that_has_some(body, field):
    given(DOG).when(decide, by="femi", body=body).then_refused(InvalidError, field=field)


def test_the_same_decision_again_says_nothing_new():
    story = given(DOG, did(decide, "femi", ON_CONDITIONS))
    story.when(decide, by="femi", body=ON_CONDITIONS).then_nothing_is_said()
    story.when(decide, by="femi", body=REFUSED).then_refused(ConflictError)
