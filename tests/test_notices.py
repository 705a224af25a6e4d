"""What waits for somebody is told to them: by the ways that they have, and once by each."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from events.alerts import AlertFailed, AlertRaised, AlertSent, AlertUnreachable
from events.log.clocks import ClockPartedError, ClockWatch
from events.names import Channel, Delivery, Pace
from register.errors import InvalidError
from register.notices.tables import notices
from tests.browser import words
from tests.cast import A_DAY, A_MINUTE, directed, left, london
from tests.told import Told

AN_HOUR = timedelta(hours=1)


def text_of(mail) -> str:
    return str(mail.get_body(("plain",)).get_content())


def html_of(mail) -> str:
    return str(mail.get_body(("html",)).get_content())


def test_an_alert_goes_to_its_person_by_email(told: Told) -> None:
    told.here.declare("amina")
    told.goes()
    (mail,) = told.mail.taken
    assert mail["To"] == "carol@example.org"
    assert mail["Subject"] == "Something waits for you in the register"
    assert "It is due by Monday 23 November 2026" in text_of(mail)
    for form in (text_of(mail), html_of(mail)):
        assert "https://register.test/" in form


def test_nothing_in_a_message_tells_the_kind_or_the_person(told: Told) -> None:
    device = told.device("carol")
    told.here.declare("amina")
    told.goes()
    (mail,) = told.mail.taken
    (push,) = device.pushes.values()
    said = f"{mail.as_string()} {push}".casefold()
    for word in ("gift", "amina", "yusuf", "su-1042", "frame", "decide", "elm", "director"):
        assert word not in said


def test_that_it_was_sent_is_an_event_of_the_alert(told: Told) -> None:
    told.device("carol"), told.device("carol")
    told.here.declare("amina")
    told.goes()
    (raised,) = told.happened(AlertRaised)
    sent = told.happened(AlertSent)
    assert {each.originator_id for each in sent} == {raised.originator_id}
    assert sorted((each.person, each.channel, each.cause) for each in sent) == [
        ("carol", Channel.EMAIL, raised.position),
        ("carol", Channel.PUSH, raised.position),
    ]


def test_nothing_is_sent_twice(told: Told) -> None:
    told.here.declare("amina")
    for _ in range(3):
        told.goes()
        told.here.clock.goes_on(A_DAY)
    assert len(told.mail.taken) == len(told.happened(AlertSent)) == 1


def test_what_was_done_before_it_went_is_not_told(told: Told) -> None:
    gift = told.here.declare("amina")
    told.here.register.decide("carol", str(gift), {"outcome": "keep", "reason": "It is small"})
    told.goes()
    assert told.mail.to("carol@example.org") == []


def test_what_waits_at_the_same_time_is_one_message(told: Told) -> None:
    told.here.declare("amina")
    told.here.declare("gus")
    told.goes()
    (mail,) = told.mail.to("carol@example.org")
    assert mail["Subject"] == "2 things wait for you in the register"
    assert len(told.happened(AlertSent)) == 2


def test_what_happened_to_an_account_is_told_by_every_way_at_once(told: Told) -> None:
    told.reaching.choose("amina", {Channel.EMAIL: Pace.DAILY, Channel.PUSH: Pace.NEVER})
    device = told.device("amina")
    told.here.register.passwords.set("amina", "a long and odd pass phrase", "a session")
    told.goes()
    (mail,) = told.mail.to("amina@example.org")
    assert "https://register.test/account" in text_of(mail)
    (push,) = device.pushes.values()
    assert push["notification"]["navigate"] == "https://register.test/account"


# By which ways, and when


def test_a_daily_message_goes_at_eight_and_tells_everything(told: Told) -> None:
    told.reaching.choose("carol", {Channel.EMAIL: Pace.DAILY})
    told.here.declare("amina")
    told.here.declare("gus")
    told.goes()
    told.here.clock.shows = london("2026-11-17 07:59")
    told.goes()
    assert told.mail.taken == []
    told.here.clock.shows = london("2026-11-17 08:00")
    told.goes()
    (mail,) = told.mail.taken
    assert mail["Subject"] == "2 things wait for you in the register"


def test_what_the_policy_wants_for_everybody_cannot_be_chosen_away(told: Told) -> None:
    with pytest.raises(InvalidError, match="choose when"):
        told.reaching.choose("carol", {Channel.EMAIL: Pace.NEVER})
    told.reaching.choose("carol", {Channel.PUSH: Pace.NEVER})
    device = told.device("carol")
    told.here.declare("amina")
    told.goes()
    assert len(told.mail.taken) == 1
    assert device.pushes == {}


def test_texts_to_one_person_are_an_hour_apart(told: Told) -> None:
    told.reaching.set_number("carol", "07700 900123")
    told.here.declare("amina")
    told.goes()
    assert told.texts.taken[0]["to"] == "+447700900123"
    for _ in range(3):
        told.here.clock.goes_on(A_MINUTE)
        told.here.declare("gus")
        told.goes()
    assert len(told.texts.taken) == 1
    told.here.clock.goes_on(AN_HOUR)
    told.goes()
    assert len(told.texts.taken) == 2
    assert told.texts.taken[1]["text"].startswith("3 things wait for you in the register.")


# What does not arrive


def test_what_can_never_arrive_goes_another_way_at_once(told: Told) -> None:
    told.reaching.choose("carol", {Channel.PUSH: Pace.NEVER})
    device = told.device("carol")
    told.mail.refuses.add("carol@example.org")
    told.here.declare("amina")
    told.goes()
    (failed,) = told.happened(AlertFailed)
    assert (failed.person, failed.channel, failed.is_final) == ("carol", Channel.EMAIL, True)
    assert len(device.pushes) == 1
    assert told.happened(AlertUnreachable) == []


def test_nobody_who_cannot_be_reached_goes_unnoticed(told: Told) -> None:
    told.mail.refuses.add("carol@example.org")
    told.here.declare("amina")
    told.goes()
    (unreachable,) = told.happened(AlertUnreachable)
    assert unreachable.person == "carol"
    told.here.declare("gus")
    told.goes()
    assert len(told.happened(AlertUnreachable)) == 2


def test_a_device_that_is_gone_is_a_way_no_more(told: Told) -> None:
    told.device("carol").is_gone = True
    told.here.declare("amina")
    told.goes()
    (failed,) = told.happened(AlertFailed)
    assert failed.channel is Channel.PUSH
    assert [each.channel for each in told.reaching.of("carol")] == [Channel.EMAIL]


def test_after_a_day_of_dead_mail_one_message_tells_everything(told: Told) -> None:
    told.mail.stop()
    for _ in range(30):
        told.here.declare("amina")
        told.goes()
        told.here.clock.goes_on(AN_HOUR)
    told.mail = type(told.mail)()
    told.__post_init__()
    told.goes()
    told.here.clock.goes_on(AN_HOUR)
    told.goes()
    (mail,) = told.mail.to("carol@example.org")
    assert mail["Subject"] == "30 things wait for you in the register"
    assert len(told.happened(AlertSent)) == 30


def test_a_leaver_is_told_nothing(told: Told) -> None:
    told.here.declare("amina")
    told.here.register.change_directory([left("carol")])
    told.goes()
    assert told.mail.to("carol@example.org") == []


def test_whoever_sees_the_declaration_sees_what_did_not_arrive(told: Told) -> None:
    told.mail.refuses.add("carol@example.org")
    gift = told.here.declare("amina")
    told.goes()
    page = words(told.browser("ben").get(f"/declarations/{gift}"))
    assert "An e-mail about it did not reach Carol Price; it is not tried again." in page
    assert "No notice can reach Carol Price" in page


def test_what_passed_to_somebody_else_is_not_told_to_whom_it_was_asked_of(told: Told) -> None:
    told.reaching.choose("carol", {Channel.EMAIL: Pace.DAILY})
    told.here.declare("amina")
    told.goes()
    told.here.register.change_directory([directed("elm-house", "dana")])
    told.here.clock.goes_on(A_DAY)
    told.goes()
    assert told.mail.to("carol@example.org") == []
    assert len(told.mail.to("dana@example.org")) == 1


def test_while_the_clock_is_not_believed_nothing_goes(told: Told, tmp_path: Path) -> None:
    told.here.declare("amina")
    sender = told.sender
    sender.spread()
    told.here.log.watch = ClockWatch(
        tmp_path / "clock", wall=lambda: told.here.clock.shows, steady=lambda: 0.0
    )
    told.here.log.right_now()
    told.here.clock.goes_on(A_DAY)
    with pytest.raises(ClockPartedError):
        sender.send(Channel.EMAIL)
    assert told.mail.taken == []


def test_what_was_sent_is_forgotten_after_ninety_days_and_what_waits_is_not(told: Told) -> None:
    told.here.declare("amina")
    told.goes()
    told.mail.stop()
    told.here.declare("eve")
    told.goes()
    told.here.clock.goes_on(91 * A_DAY)
    told.goes()
    lines = told.here.register.notices.outbox.lines("ada")
    assert {each.state for each in lines} == {Delivery.WAITING}
    with told.here.log.database.read() as connection:
        kept = connection.execute(sa.select(notices.c.person)).scalars().all()
    assert "dana" in kept or "femi" in kept
    assert len(kept) == sum(len(each.causes) for each in lines)
