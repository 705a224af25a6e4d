"""The end of work with a service user (both packs: a house rule)."""

from __future__ import annotations

import pytest

from events.declarations import DeclarationMade
from register.acts.acknowledging import acknowledge
from register.acts.correcting import correct
from register.acts.declaring import declare
from register.errors import InvalidError
from tests.cast import (
    A_DAY,
    IN_FORCE,
    SHORT_BREAKS,
    SUPPORTED_LIVING,
    TODAY,
    cast,
    details,
    left,
    told,
)
from tests.spec import declared, did, given

A_YEAR_AHEAD = TODAY.replace(year=TODAY.year + 1)
IN_TIME = str(TODAY - 14 * A_DAY)


def ended(by: str = "amina", **more):
    return declared("ending", by=by, **{"told_on": IN_TIME, **more})


@pytest.mark.parametrize(
    ("worker", "manager", "policy"),
    [("amina", "ben", SHORT_BREAKS), ("eve", "femi", SUPPORTED_LIVING)],
)
def test_the_line_manager_hears_of_it_by_a_house_rule(worker, manager, policy):
    given(ended(worker)).then_state(
        status="awaiting_acknowledgement",
        tells=[f"line_manager:{manager}"],
        flags=(),
        late=False,
        cited=(policy, IN_FORCE, "not in this policy, a house rule", False),
    ).when(acknowledge, by=manager, body={"note": "We talked", "actions": []}).then_state(
        status="closed"
    )


@pytest.mark.parametrize(
    ("answers", "flags"),
    [
        ({"told_on": None}, ("abrupt",)),
        ({"told_on": str(TODAY)}, ("abrupt",)),
        ({"told_on": str(TODAY - 13 * A_DAY)}, ("abrupt",)),
        ({"told_on": str(TODAY - 14 * A_DAY)}, ()),
        ({"told_on": str(TODAY), "happened_on": TODAY + 14 * A_DAY}, ()),
        ({"told_on": str(TODAY), "happened_on": TODAY + 13 * A_DAY}, ("abrupt",)),
        ({"handover": "none"}, ("no-handover",)),
        ({"handover": "none", "how": "closed"}, ()),
        ({"handover": "none", "how": "worker_leaves"}, ()),
        ({"reaction": "distressed"}, ("distress",)),
        ({"reaction": "upset"}, ()),
        ({"contact_promised": True}, ("contact-promised",)),
    ],
)
def test_what_stands_out_is_flagged(answers, flags):
    given(ended(**answers)).then_state(flags=flags)


def test_its_day_may_be_to_come_at_most_a_year_ahead():
    given(ended(happened_on=A_YEAR_AHEAD)).then_state(late=False)
    with pytest.raises(InvalidError) as refused:
        given(ended(happened_on=A_YEAR_AHEAD + A_DAY))
    assert [each.field for each in refused.value.errors] == ["happened_on"]


def test_its_day_may_be_corrected_to_one_to_come():
    said = {"details": details("ending", told_on=IN_TIME), "reason": "It is put off"}
    later = {**said, "happened_on": str(TODAY + 30 * A_DAY)}
    given(ended()).when(correct, by="amina", body=later).then_state(happened_on=TODAY + 30 * A_DAY)
    too_late = {**said, "happened_on": str(A_YEAR_AHEAD + A_DAY)}
    given(ended()).when(correct, by="amina", body=too_late).then_refused(
        InvalidError, field="happened_on"
    )


@pytest.mark.parametrize("kind", ["gift", "permission"])
def test_other_days_may_not_be_to_come(kind):
    with pytest.raises(InvalidError) as refused:
        given(declared(kind, by="amina", happened_on=TODAY + A_DAY))
    assert [each.field for each in refused.value.errors] == ["happened_on"]


# Who takes over


@pytest.mark.parametrize(
    ("incoming", "words"), [("amina", "This is you"), ("nobody", "Nobody here")]
)
def test_who_takes_over_is_somebody_else_of_the_directory(incoming, words):
    with pytest.raises(InvalidError, match=words) as refused:
        given(ended(incoming=incoming))
    assert [each.field for each in refused.value.errors] == ["details.incoming"]


def test_who_takes_over_has_not_left():
    with pytest.raises(InvalidError, match="They have left") as refused:
        given(ended(incoming="gus"), directory=cast(left("gus")))
    assert [each.field for each in refused.value.errors] == ["details.incoming"]
    given(ended(incoming="gus"), directory=cast(left("gus", TODAY + A_DAY)))


def test_whoever_left_since_stays_named():
    body = told("ending", "amina", incoming="gus")
    gone = cast(left("gus"))
    story = given(did(declare, "amina", body))
    story.when(declare, by="amina", body=body, directory=gone).then_nothing_is_said()
    said = {"details": details("ending", incoming="gus"), "reason": "They were upset"}
    upset = {**said, "details": {**said["details"], "reaction": "upset"}}
    story.when(correct, by="amina", body=upset, directory=gone).then_state(
        status=story.state.status
    )
    eve = {"details": details("ending", incoming="eve"), "reason": "It was Eve"}
    story.when(correct, by="amina", body=eve, directory=cast(left("eve"))).then_refused(
        InvalidError, field="details.incoming"
    )


def test_who_takes_over_is_sealed_with_the_words():
    made, *_ = given(ended(incoming="gus")).state.past
    assert isinstance(made, DeclarationMade)
    assert made.words is not None
    assert made.words.details["incoming"] == "gus"
    assert "gus" not in repr(made.ruling)
