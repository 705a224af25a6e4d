"""A worker takes a concern further, outside the line: they note it, and nobody learns of it but
the auditors of what few may know."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from events.further import DeclarationTakenFurther, further_stream
from events.names import Role
from register.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from tests.browser import Office, here, words
from tests.cast import audits, joined

__all__ = ["here"]
KIND = "colleague-concern"
TO_REGULATOR = {"to": "regulator", "reference": "CQC-1234"}
ACTION = {"what": "Talk to both", "by": "carol", "due_on": "2099-01-31"}


@pytest.fixture
def concern(here: Office) -> str:
    here.register.change_directory([joined("rhea", roles=("auditor-restricted",))])
    return str(here.declare("amina", KIND))


def noted(here: Office) -> list[DeclarationTakenFurther]:
    return [each for each in here.log.after() if isinstance(each, DeclarationTakenFurther)]


def history(here: Office, person: str, concern: str) -> str:
    return here.browser(person).get(f"/api/declarations/{concern}/history").text


# Who may


@pytest.mark.parametrize("to", ["whistleblowing", "regulator", "professional_body"])
def test_the_worker_notes_by_which_way(here: Office, concern: str, to: str) -> None:
    here.register.take_further("amina", concern, {"to": to})
    (one,) = noted(here)
    assert one.words is not None
    assert (one.declaration, one.words.to, one.words.reference) == (UUID(concern), to, None)


def test_they_may_go_one_way_after_the_other(here: Office, concern: str) -> None:
    here.register.take_further("amina", concern, {"to": "whistleblowing"})
    here.register.take_further("amina", concern, TO_REGULATOR)
    here.register.take_further("amina", concern, TO_REGULATOR)  # sent twice
    assert [each.words and each.words.to for each in noted(here)] == ["whistleblowing", "regulator"]


def test_whoever_acts_may_not(here: Office, concern: str) -> None:
    with pytest.raises(ForbiddenError):
        here.register.take_further("carol", concern, TO_REGULATOR)


@pytest.mark.parametrize("person", ["ben", "gus", "eve", "dev", "ada"])
def test_to_nobody_else_is_there_anything(here: Office, concern: str, person: str) -> None:
    with pytest.raises(NotFoundError):
        here.register.take_further(person, concern, TO_REGULATOR)


@pytest.mark.parametrize("kind", ["gift", "own-conduct"])
def test_another_kind_does_not_take_it(here: Office, kind: str) -> None:
    other = str(here.declare("amina", kind))
    with pytest.raises(ConflictError):
        here.register.take_further("amina", other, TO_REGULATOR)


@pytest.mark.parametrize(
    ("body", "field"),
    [({"to": "gscc"}, "to"), ({}, "to"), ({"to": "regulator", "reference": " "}, "reference")],
)
def test_what_is_wrong_is_said_with_its_field(
    here: Office, concern: str, body: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidError) as refusal:
        here.register.take_further("amina", concern, body)
    assert [each.field for each in refusal.value.errors] == [field]
    assert noted(here) == []


def test_it_may_be_noted_whatever_has_come_of_the_concern(here: Office, concern: str) -> None:
    said = {"note": "I will look", "actions": [ACTION]}
    here.register.acknowledge("carol", concern, said)
    here.register.take_further("amina", concern, TO_REGULATOR)
    (action,) = here.register.read.declaration("carol", concern).actions
    here.register.complete("carol", concern, action.id, {"evidence": "Talked to both"})
    here.register.take_further("amina", concern, {"to": "professional_body"})
    assert len(noted(here)) == 2


# Who knows of it


def test_nothing_about_the_concern_itself_is_another(here: Office, concern: str) -> None:
    before = here.browser("carol").get(f"/api/declarations/{concern}").text
    page_before = words(here.browser("carol").get(f"/declarations/{concern}"))
    history_before = history(here, "carol", concern)
    here.register.take_further("amina", concern, TO_REGULATOR)
    assert here.browser("carol").get(f"/api/declarations/{concern}").text == before
    assert words(here.browser("carol").get(f"/declarations/{concern}")) == page_before
    assert history(here, "carol", concern) == history_before
    assert list(here.register.read.news("carol", 20).items) == []


@pytest.mark.parametrize("person", ["amina", "rhea"])
def test_the_worker_and_the_auditor_of_what_few_may_know_read_it(
    here: Office, concern: str, person: str
) -> None:
    before = here.log.last_position()
    here.register.take_further("amina", concern, TO_REGULATOR)
    page = words(here.browser(person).get(f"/declarations/{concern}"))
    assert "took this further to the regulator of the service" in page
    assert "CQC-1234" in page
    assert "CQC-1234" in history(here, person, concern)
    then = words(here.browser(person).get(f"/declarations/{concern}?as_at={before}"))
    assert "CQC-1234" not in then


def test_of_its_entry_an_auditor_sees_that_it_is_there_and_no_more(
    here: Office, concern: str
) -> None:
    here.register.take_further("amina", concern, TO_REGULATOR)
    at = noted(here)[0].position
    plain = here.browser("dev").get(f"/api/entries?after={at - 1}&limit=1").json()["items"][0]
    assert "stream" not in plain
    assert "Few may know" in words(here.browser("dev").get(f"/entries/{at}"))
    whole = here.browser("rhea").get(f"/api/entries?after={at - 1}&limit=1").json()["items"][0]
    assert whole["stream"] == str(further_stream(UUID(concern)))
    assert "took this further" in words(here.browser("rhea").get(f"/entries/{at}"))


def test_whoever_acts_and_audits_besides_does_not_read_it(here: Office, concern: str) -> None:
    here.register.change_directory([audits("carol")])
    here.register.take_further("amina", concern, TO_REGULATOR)
    at = noted(here)[0].position
    assert "CQC-1234" not in words(here.browser("carol").get(f"/declarations/{concern}"))
    assert "Few may know" in words(here.browser("carol").get(f"/entries/{at}"))
    listed = here.browser("carol").get(f"/api/entries?after={at - 1}&limit=1").json()["items"][0]
    assert "stream" not in listed


def test_an_auditor_of_what_few_may_know_whom_it_is_about_does_not_read_it(here: Office) -> None:
    here.register.change_directory([audits("gus", role=Role.AUDITOR_RESTRICTED)])
    concern = str(here.declare("amina", KIND, subject="gus"))
    here.register.take_further("amina", concern, TO_REGULATOR)
    at = noted(here)[0].position
    assert here.browser("gus").get(f"/declarations/{concern}").status_code == 404
    assert "CQC-1234" not in here.browser("gus").get(f"/entries/{at}").text


def test_the_page_of_the_worker_says_that_it_is_noted(here: Office, concern: str) -> None:
    browser = here.browser("amina")
    sent = browser.post(f"/declarations/{concern}/taken-further", {"to": "regulator"})
    assert sent.status_code == 303
    assert "Noted. Nobody reads this but you" in words(browser.get(sent.headers["location"]))
    wrong = browser.post(f"/declarations/{concern}/taken-further", {})
    assert wrong.status_code == 422
