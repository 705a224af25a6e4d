"""The pages of notices: how one is told, who can hardly be reached, and what was sent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from register.notices.names import Cause, Channel, Pace
from tests.browser import words
from tests.carriers import Device
from tests.told import Told

OWN, REACHABLE, OUTBOX = "/account/notices", "/people/reachable", "/people/outbox"


def test_a_person_sees_by_what_they_are_told(told: Told) -> None:
    page = words(told.browser("carol").get(OWN))
    assert "E-mail to carol@example.org" in page
    assert "One way may fail." in page


def test_a_person_chooses_once_a_day(told: Told) -> None:
    carol = told.browser("carol")
    answer = carol.post(OWN, {"do": "choose", "email": "daily", "push": "never"})
    assert answer.headers["location"] == f"{OWN}?done=chosen"
    paces = told.reaching.paces("carol")
    assert (paces[Channel.EMAIL], paces[Channel.PUSH]) == (Pace.DAILY, Pace.NEVER)


def test_nobody_chooses_away_what_the_policy_wants(told: Told) -> None:
    carol = told.browser("carol")
    assert 'name="email" type="radio" value="never"' not in carol.get(OWN).text
    answer = carol.post(OWN, {"do": "choose", "email": "never"})
    assert answer.status_code == 422
    assert "everybody gets this" in words(answer)


def test_a_device_is_added_and_removed(told: Told) -> None:
    carol, device = told.browser("carol"), Device(told.pushes)
    assert f'data-push="{told.reaching.public_key}"' in carol.get(OWN).text
    carol.post(OWN, {"do": "device", "subscription": device.subscription})
    assert "A device of yours" in words(carol.get(OWN))
    (way,) = [each for each in told.reaching.of("carol") if each.channel is Channel.PUSH]
    carol.post(OWN, {"do": "remove", "way": str(way.id)})
    assert "A device of yours" not in words(carol.get(OWN))


def test_nobody_removes_what_is_anothers(told: Told) -> None:
    told.device("carol")
    (way,) = [each for each in told.reaching.of("carol") if each.channel is Channel.PUSH]
    told.browser("amina").post(OWN, {"do": "remove", "way": str(way.id)})
    assert len(told.reaching.of("carol")) == 2


def test_a_number_is_added_or_refused_in_words(told: Told) -> None:
    carol = told.browser("carol")
    answer = carol.post(OWN, {"do": "number", "number": "my phone"})
    assert answer.status_code == 422
    assert "Give a telephone number like" in words(answer)
    carol.post(OWN, {"do": "number", "number": "07700 900 123"})
    assert "Texts to +447700900123" in words(carol.get(OWN))


def test_what_no_browser_gives_is_refused_in_words(told: Told) -> None:
    for given in ("", "{}", "[]", '{"endpoint": "https://localhost/", "keys": {}}', "\0"):
        answer = told.browser("carol").post(OWN, {"do": "device", "subscription": given})
        assert answer.status_code == 422, given
        assert "could not be read" in words(answer)


def test_a_trial_goes_by_every_way_and_is_said_to_have_gone(told: Told) -> None:
    device, carol = told.device("carol"), told.browser("carol")
    assert carol.post(OWN, {"do": "trial"}).headers["location"] == f"{OWN}?done=trial"
    assert carol.post(OWN, {"do": "trial"}).status_code == 422
    told.goes()
    (mail,) = told.mail.taken
    assert mail["Subject"] == "This is the trial that you asked the register for"
    assert len(device.pushes) == 1
    assert words(carol.get(OWN)).count("The last one was sent") == 2


def test_a_form_that_says_nothing_is_refused(told: Told) -> None:
    for form in ({}, {"do": "fly"}, {"do": "choose"}, {"do": "choose", "email": "hourly"}):
        assert told.browser("carol").post(OWN, form).status_code == 400


# For administrators


def test_an_administrator_sees_who_can_hardly_be_reached(told: Told) -> None:
    told.device("carol")
    page = words(told.browser("ada").get(REACHABLE))
    assert "8 of 9 people can be reached by fewer than two ways." in page
    assert "Ben Okoro 1" in page
    assert "Carol Price" not in page


def test_an_administrator_sees_what_is_stuck_and_sends_it_again(told: Told) -> None:
    told.mail.refuses.add("carol@example.org")
    told.here.declare("amina")
    told.goes()
    ada = told.browser("ada")
    page = ada.get(f"{OUTBOX}?show=stuck")
    assert "Carol Price, e-mail: failed" in words(page)
    assert "it was refused for good" in words(page)
    told.mail.refuses.clear()
    (line,) = told.here.register.notices.outbox.lines("ada", only_stuck=True)
    ada.post(OUTBOX, {"message": str(line.id)})
    told.goes()
    assert len(told.mail.to("carol@example.org")) == 1
    assert "e-mail: sent" in words(ada.get(OUTBOX))


@pytest.mark.parametrize("subject", ["ada", "gus"])
def test_no_line_is_about_what_few_may_know(told: Told, subject: str) -> None:
    told.mail.refuses.add("carol@example.org")
    told.here.declare("amina", "colleague-concern", subject=subject, at_risk_now=True)
    told.here.declare("eve")
    told.goes()
    assert len(told.mail.taken) == 1
    outbox, page = told.here.register.notices.outbox, told.browser("ada").get(OUTBOX)
    assert [each.person for each in outbox.lines("ada")] == ["femi"]
    assert outbox.lines("ada", only_stuck=True) == []
    assert "Carol Price" not in words(page)
    assert [each.person for each in outbox.lines("carol", only_stuck=True)] == ["carol"]


def test_what_went_in_one_message_with_it_is_a_line_as_if_it_had_gone_alone(told: Told) -> None:
    told.reaching.choose("carol", {Channel.EMAIL: Pace.DAILY})
    told.here.declare("amina")
    told.here.declare("amina", "colleague-concern", subject="ada")
    told.goes()
    told.here.clock.goes_on(timedelta(days=1))
    told.goes()
    (line,) = [
        each for each in told.here.register.notices.outbox.lines("ada") if each.person == "carol"
    ]
    assert line.causes == {Cause.RAISED}


def test_nothing_else_than_what_is_stuck_is_sent_again(told: Told) -> None:
    told.here.declare("amina")
    told.goes()
    (line,) = told.here.register.notices.outbox.lines("ada")
    for message in (str(line.id), "no id"):
        assert told.browser("ada").post(OUTBOX, {"message": message}).status_code == 404
