"""What became of a message that GOV.UK Notify took is asked for, and acted on as if it had been
said at once."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from events.alerts import AlertArrived, AlertFailed, AlertSent, AlertUnreachable
from events.names import Channel, Delivery, Pace
from register.notices import fates
from register.notices.message import Fate
from tests.browser import words
from tests.carriers import (
    COMES_BACK,
    DAYS_3,
    GOES_ABROAD,
    IS_NOT_SENT,
    IS_REFUSED,
    IS_THERE_AT_ONCE,
    NotifyService,
    Trouble,
)
from tests.cast import A_DAY, A_MINUTE, NOW
from tests.told import Told

AN_HOUR = timedelta(hours=1)


def state_of(told: Told) -> Delivery:
    (line,) = told.here.register.notices.outbox.lines("ada")
    return line.state


def test_what_arrived_is_an_event_of_the_alert_once(told: Told, notify: NotifyService) -> None:
    told.here.declare("amina")
    told.goes()
    assert told.happened(AlertArrived) == []
    told.here.clock.goes_on(A_MINUTE)
    told.goes()
    (sent,), (arrived,) = told.happened(AlertSent), told.happened(AlertArrived)
    assert (arrived.originator_id, arrived.person, arrived.channel, arrived.cause) == (
        sent.originator_id,
        "carol",
        Channel.EMAIL,
        sent.cause,
    )
    assert state_of(told) is Delivery.ARRIVED
    asked = notify.asked
    told.here.clock.goes_on(A_DAY)
    told.goes()
    assert len(told.happened(AlertArrived)) == 1
    assert notify.asked == asked


def test_each_channel_arrives_for_itself(told: Told, notify: NotifyService) -> None:
    told.reaching.set_number("carol", "07700 900123")
    told.here.declare("amina")
    told.goes()
    told.here.clock.goes_on(A_MINUTE)
    told.goes()
    arrived = told.happened(AlertArrived)
    assert {each.channel for each in arrived} == {Channel.EMAIL, Channel.TEXT}
    assert len(arrived) == len(notify.taken) == 2


def test_the_page_says_that_it_arrived(told: Told, notify: NotifyService) -> None:
    told.here.declare("amina")
    told.goes()
    told.here.clock.goes_on(A_MINUTE)
    told.goes()
    assert "e-mail: arrived, sent" in words(told.browser("ada").get("/people/outbox"))
    assert "The last one arrived" in words(told.browser("carol").get("/account/notices"))


def test_what_is_refused_later_goes_another_way_at_once(told: Told, notify: NotifyService) -> None:
    told.reaching.choose("carol", {Channel.PUSH: Pace.NEVER})
    device = told.device("carol")
    notify.life = IS_REFUSED
    gift = told.here.declare("amina")
    told.goes()
    assert device.pushes == {}
    told.here.clock.goes_on(A_MINUTE)
    told.goes()
    (failed,) = told.happened(AlertFailed)
    assert (failed.person, failed.channel, failed.is_final) == ("carol", Channel.EMAIL, True)
    told.goes()
    assert len(device.pushes) == 1
    assert told.happened(AlertUnreachable) == []
    page = words(told.browser("ben").get(f"/declarations/{gift}"))
    assert "An e-mail about it did not reach Carol Price; it is not tried again." in page


def test_who_is_reached_by_nothing_then_is_passed_over(told: Told, notify: NotifyService) -> None:
    notify.life = IS_REFUSED
    told.here.declare("amina")
    for _ in range(2):
        told.goes()
        told.here.clock.goes_on(A_MINUTE)
    (unreachable,) = told.happened(AlertUnreachable)
    assert unreachable.person == "carol"
    told.goes()
    assert len(notify.taken) == len(told.happened(AlertFailed)) == 1


def test_what_was_done_in_the_meantime_goes_no_other_way(told: Told, notify: NotifyService) -> None:
    told.reaching.choose("carol", {Channel.PUSH: Pace.NEVER})
    device = told.device("carol")
    notify.life = IS_REFUSED
    gift = told.here.declare("amina")
    told.goes()
    told.here.register.decide("carol", str(gift), {"outcome": "keep", "reason": "It is small"})
    told.here.clock.goes_on(A_MINUTE)
    told.goes()
    assert len(told.happened(AlertFailed)) == 1
    assert device.pushes == {}
    assert told.happened(AlertUnreachable) == []


@pytest.mark.parametrize("life", [COMES_BACK, IS_NOT_SENT])
def test_what_came_back_is_sent_again(told: Told, notify: NotifyService, life: object) -> None:
    notify.life = life
    told.here.declare("amina")
    told.goes()
    notify.life = IS_THERE_AT_ONCE
    told.here.clock.goes_on(timedelta(seconds=DAYS_3))
    told.goes()
    assert told.happened(AlertFailed) == []
    assert state_of(told) is Delivery.WAITING
    told.here.clock.goes_on(A_MINUTE)
    told.goes()
    first, second = notify.taken
    assert first["reference"] == second["reference"]
    told.here.clock.goes_on(A_MINUTE)
    told.goes()
    assert len(told.happened(AlertSent)) == len(told.happened(AlertArrived)) == 1
    assert len(notify.taken) == 2


def test_what_came_back_and_is_done_is_not_sent_again(told: Told, notify: NotifyService) -> None:
    notify.life = IS_NOT_SENT
    gift = told.here.declare("amina")
    told.goes()
    told.here.register.decide("carol", str(gift), {"outcome": "keep", "reason": "It is small"})
    for _ in range(3):
        told.here.clock.goes_on(A_MINUTE)
        told.goes()
    assert len([each for each in notify.taken if each["email_address"].startswith("carol")]) == 1


def test_it_is_asked_rarer_and_rarer_and_for_three_days(told: Told, notify: NotifyService) -> None:
    notify.life = GOES_ABROAD
    told.here.declare("amina")
    told.goes()
    sent_at = told.here.clock.shows
    asked = []
    while told.here.clock.shows < sent_at + 4 * A_DAY:
        is_new = told.here.clock.shows < sent_at + AN_HOUR
        told.here.clock.goes_on(A_MINUTE if is_new else AN_HOUR / 2)
        before = notify.asked
        told.sender.ask()
        if notify.asked > before:
            asked.append(told.here.clock.shows - sent_at)
    assert [each // A_MINUTE for each in asked[:6]] == [1, 2, 4, 8, 16, 32]
    waits = [later - earlier for earlier, later in pairwise(asked)]
    assert max(waits) <= 7 * AN_HOUR
    assert 2 * A_DAY < asked[-1] <= 3 * A_DAY + AN_HOUR
    assert len(asked) < 25


def test_notify_that_does_not_answer_is_asked_later(told: Told, notify: NotifyService) -> None:
    told.here.declare("amina")
    told.goes()
    for trouble in (Trouble.FAILS, Trouble.LOST):
        notify.trouble = lambda trouble=trouble: trouble
        told.here.clock.goes_on(5 * A_MINUTE)
        told.goes()
        assert state_of(told) is Delivery.SENT
    notify.trouble = lambda: Trouble.NOTHING
    told.here.clock.goes_on(AN_HOUR)
    told.goes()
    assert len(told.happened(AlertArrived)) == len(notify.taken) == 1


@pytest.mark.parametrize("life", [IS_THERE_AT_ONCE, IS_REFUSED, IS_NOT_SENT])
@pytest.mark.parametrize("point", ["asked", "learned", "kept"])
def test_whoever_dies_while_asking_doubles_nothing(
    told: Told, notify: NotifyService, life: object, point: str
) -> None:
    device = told.device("carol")
    told.reaching.choose("carol", {Channel.PUSH: Pace.NEVER})
    notify.life = life
    told.here.declare("amina")
    told.goes()
    notify.life = IS_THERE_AT_ONCE

    def dies(at: str) -> None:
        if at == point:
            raise KeyboardInterrupt

    told.here.clock.goes_on(A_MINUTE)
    sender = told.sender
    sender._point = dies
    with pytest.raises(KeyboardInterrupt):
        sender.ask()
    for _ in range(5):
        told.here.clock.goes_on(2 * A_MINUTE)
        told.goes()
    assert len(told.happened(AlertSent)) == (2 if life is IS_REFUSED else 1)
    assert len(told.happened(AlertArrived)) == (0 if life is IS_REFUSED else 1)
    assert len(told.happened(AlertFailed)) == len(device.pushes) == (life is IS_REFUSED)
    assert len(notify.taken) == (2 if life is IS_NOT_SENT else 1)


@pytest.mark.parametrize("fate", [Fate.ARRIVED, Fate.REFUSED, Fate.CAME_BACK])
def test_of_two_who_ask_at_the_same_time_one_counts(
    told: Told, notify: NotifyService, fate: Fate
) -> None:
    told.here.declare("amina")
    told.goes()
    notices, turns = told.here.register.notices, told.here.register.turns

    def taken() -> fates.Asked:
        told.here.clock.goes_on(2 * A_MINUTE)
        with told.here.log.database.write_beside() as connection:
            (found,) = fates.take(connection, [Channel.EMAIL], told.here.clock.shows, 5)
        return found

    slow, next_one = taken(), taken()
    turns.run(fates.record, notices.plan(), next_one, fate)
    after = told.here.log.last_position(), told.here.register.notices.outbox.lines("ada")
    for each in (slow, next_one):
        turns.run(fates.record, notices.plan(), each, fate)
    assert after == (told.here.log.last_position(), told.here.register.notices.outbox.lines("ada"))


def test_a_corrected_address_is_written_to_when_it_is_sent_again(
    told: Told, notify: NotifyService
) -> None:
    notify.life = IS_REFUSED
    told.here.declare("amina")
    told.goes()
    told.here.clock.goes_on(A_MINUTE)
    told.goes()
    notify.life = IS_THERE_AT_ONCE
    outbox = told.here.register.notices.outbox
    (line,) = outbox.lines("ada", only_stuck=True)
    outbox.send_again("ada", str(line.id))
    told.goes()
    assert len(notify.taken) == 2
    told.here.clock.goes_on(A_MINUTE)
    told.goes()
    assert len(told.happened(AlertArrived)) == 1
    assert len(told.happened(AlertFailed)) == 1


def test_what_others_carry_is_not_asked_about(told: Told) -> None:
    told.here.declare("amina")
    told.goes()
    assert told.here.clock.shows > NOW
    told.here.clock.goes_on(A_DAY)
    assert told.sender.ask() == 0
    assert state_of(told) is Delivery.SENT
