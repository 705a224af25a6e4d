"""Where somebody is at risk now, the director of the service and its reserve are asked at the same
time as whoever acts, and may act as well; but whoever is barred."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from events.alerts import AlertEscalated, DeclarationEscalated
from events.names import Cause, Channel, Pace
from register.errors import NotFoundError
from register.notices.choosing import Way, chosen_for
from register.notices.tables import notices
from register.standing.at_once import escalations_at_once
from tests.browser import Office, here, words
from tests.cast import cast, covered, directed, joined, left, told
from tests.spec import declared, given

__all__ = ["here"]
KIND = "colleague-concern"
ACTIONS = [{"what": "Talk to both", "by": "dana", "due_on": "2099-01-31"}]


def asked(by: str = "eve", *events: Any, **said: Any) -> list[str]:
    directory = cast(
        joined("rhea", service="riverside"),
        directed("riverside", by="dana", reserve="rhea"),
        *events,
    )
    story = given(declared(KIND, by=by, **{"at_risk_now": True, **said}), directory=directory)
    return [each.person for each in escalations_at_once(story.state, directory)]


def test_the_director_and_the_reserve_are_asked_beside_whoever_acts():
    assert asked() == ["dana", "rhea"]


def test_nobody_else_is_asked_where_nobody_is_at_risk():
    assert asked(at_risk_now=False) == []


def test_whoever_acts_is_asked_once():
    assert asked("amina") == []
    reserve = directed("elm-house", by="carol", reserve="gus")
    assert asked("amina", reserve, subject="ben") == ["gus"]


@pytest.mark.parametrize(("subject", "others"), [("dana", ["rhea"]), ("rhea", ["dana"])])
def test_whoever_it_is_about_is_not_asked(subject, others):
    assert asked(subject=subject) == others


def test_nobody_is_asked_of_their_own_or_who_has_left():
    assert asked("dana") == []  # the reserve acts, and is asked once
    assert asked("eve", left("rhea")) == ["dana"]


def test_whoever_covers_for_them_is_asked_in_their_place():
    assert asked("eve", covered("dana", by="carol")) == ["carol", "rhea"]


# In the register


@pytest.fixture
def riverside(here: Office) -> Office:
    here.register.change_directory(
        [joined("rhea", service="riverside"), directed("riverside", by="dana", reserve="rhea")]
    )
    return here


def told_at_risk(here: Office, **said: Any) -> UUID:
    return here.declare("eve", KIND, **{"at_risk_now": True, **said})


def test_each_of_them_is_alerted_at_once(riverside: Office):
    concern = told_at_risk(riverside)
    for person in ("femi", "dana", "rhea"):
        alerts = riverside.register.alerts(person)
        assert [(each.subject, each.why) for each in alerts] == [(concern, "acknowledge")], person
    for person in ("ben", "carol", "gus", "ada", "dev"):
        assert list(riverside.register.alerts(person)) == [], person
    notices = [each for each in riverside.log.after() if isinstance(each, AlertEscalated)]
    assert [(each.person, each.at_once) for each in notices] == [("dana", True), ("rhea", True)]


def test_whoever_is_told_once_a_day_is_told_of_it_at_once():
    mail = Way(UUID(int=1), Channel.EMAIL)
    text = Way(UUID(int=2), Channel.TEXT)
    paces = {Channel.EMAIL: Pace.DAILY, Channel.TEXT: Pace.NEVER}
    assert chosen_for({Cause.RAISED}, [mail, text], paces) == {mail: Pace.DAILY}
    urgent = {Cause.RAISED, Cause.URGENT}
    assert chosen_for(urgent, [mail, text], paces) == {mail: Pace.AT_ONCE}


def test_all_of_them_are_told_that_it_is_urgent(riverside: Office):
    told_at_risk(riverside)
    assert urgent_notices(riverside) == ["dana", "femi", "rhea"]


def test_nobody_is_told_so_where_nobody_is_at_risk(riverside: Office):
    concern = str(told_at_risk(riverside, at_risk_now=False))
    assert urgent_notices(riverside) == []
    details = riverside.register.read.declaration("eve", concern).details
    said = {"details": {**(details or {}), "at_risk_now": True}, "reason": "It has become worse"}
    riverside.register.correct("eve", concern, said)
    assert urgent_notices(riverside) == ["dana", "femi", "rhea"]


def urgent_notices(here: Office) -> list[str]:
    urgent = sa.select(notices.c.person).where(notices.c.cause == Cause.URGENT)
    with here.log.database.read() as connection:
        return sorted(connection.execute(urgent).scalars())


@pytest.mark.parametrize("person", ["femi", "dana", "rhea"])
def test_each_of_them_may_act(riverside: Office, person: str):
    concern = str(told_at_risk(riverside))
    assert riverside.register.read.declaration(person, concern).kind == KIND
    said = {"note": "I am on my way", "actions": []}
    assert riverside.register.acknowledge(person, concern, said).status == "closed"
    assert list(riverside.register.alerts("femi")) == []


def test_nothing_is_known_of_it_by_the_director_whom_it_is_about(riverside: Office):
    concern = str(told_at_risk(riverside, subject="dana"))
    assert list(riverside.register.alerts("dana")) == []
    with pytest.raises(NotFoundError):
        riverside.register.read.declaration("dana", concern)
    assert riverside.register.read.declaration("rhea", concern)


def test_a_correction_by_which_somebody_is_at_risk_asks_them_too(riverside: Office):
    concern = told_at_risk(riverside, at_risk_now=False)
    assert list(riverside.register.alerts("rhea")) == []
    details = riverside.register.read.declaration("eve", str(concern)).details
    assert details is not None
    said = {"details": {**details, "at_risk_now": True}, "reason": "It has become worse"}
    riverside.register.correct("eve", str(concern), said)
    assert [each.subject for each in riverside.register.alerts("rhea")] == [concern]
    again = {**said, "details": {**said["details"], "how_known": "was_told"}}  # type: ignore[dict-item]
    riverside.register.correct("eve", str(concern), again)
    events = [each for each in riverside.log.after() if isinstance(each, DeclarationEscalated)]
    assert [each.person for each in events] == ["dana", "rhea"]


def test_the_worker_reads_who_will_see_it_before_it_is_sent(riverside: Office):
    preview = riverside.register.preview("eve", told(KIND, "eve", at_risk_now=True))
    assert set(preview.sees) == {"femi", "dana", "rhea"}


def test_they_read_that_they_are_asked_as_somebody_is_at_risk(riverside: Office):
    concern = told_at_risk(riverside)
    page = words(riverside.browser("rhea").get(f"/declarations/{concern}"))
    asked = "rhea (as the service's reserve) was asked at the same time, and may act as well."
    assert asked in page
    assert "as nobody had acted" not in page
    assert "Nobody has acted" not in page
    worker = words(riverside.browser("eve").get(f"/declarations/{concern}"))
    assert "asked as well, as somebody is at risk" in worker


def test_what_is_said_so_of_a_concern_that_was_settled_asks_them_to_look_again(riverside: Office):
    concern = str(told_at_risk(riverside, at_risk_now=False))
    riverside.register.acknowledge("femi", concern, {"note": "I will look", "actions": []})
    details = riverside.register.unguarded.declaration(UUID(concern)).details  # type: ignore[union-attr]
    said = {"details": {**(details or {}), "at_risk_now": True}, "reason": "It has become worse"}
    riverside.register.correct("eve", concern, said)
    for person in ("femi", "dana", "rhea"):
        assert [each.why for each in riverside.register.alerts(person)] == ["review"], person
    review = {"stands": False, "settled": False, "reason": "I am on my way"}
    riverside.register.review("rhea", concern, review)


def test_the_clock_goes_on_from_there(riverside: Office):
    told_at_risk(riverside)
    for _ in range(20):
        riverside.clock.goes_on(timedelta(days=1))
        riverside.register.clock.tick()
    asked = [each for each in riverside.log.after() if isinstance(each, AlertEscalated)]
    assert [each.person for each in asked if each.at_once] == ["dana", "rhea"]
    assert [each.person for each in asked if not each.at_once] == ["carol"]
    assert riverside.register.alert_check.made().found == {}
