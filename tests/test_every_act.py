"""What holds for every act, whatever it is: found by listing their folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from events.names import Why
from register.acts import act_for, all_acts, participles
from register.acts.act import Act
from register.acts.deciding import decide
from register.acts.situation import Situation, situation_of
from register.acts.withdrawing import withdraw
from register.errors import ForbiddenError, InvalidError, NotFoundError, RegisterError
from register.policy import Then
from tests.cast import CAST, NOW, POLICIES
from tests.spec import Story, declared, did, entered, given
from web.urls import OPERATIONS, PAGES

GIFT = declared("gift", by="amina")
OTHERS_GIFT = declared("gift", by="eve")
AMINAS = [
    given(GIFT),
    given(GIFT, did(decide, "carol", {"outcome": "return", "reason": "Too much to keep"})),
    given(declared("post-service-friendship", by="amina")),
    given(declared("prior-acquaintance", by="amina")),
    given(GIFT, did(withdraw, "amina", {"reason": "By mistake"})),
    given(entered("gift", "ben", "amina")),
    given(declared("colleague-concern", by="amina")),
]
STORIES = [*AMINAS, given(OTHERS_GIFT)]
"""In one of these, at least, each act may be done."""

each_act = pytest.mark.parametrize("act", all_acts(), ids=lambda act: act.name)


def situations(act: Act[Any], by: str, stories: list[Story]) -> list[Situation]:
    """Somebody before each declaration, or each part of it that the act is done to."""
    wholes = (situation_of(by, story.state, POLICIES, CAST, NOW) for story in stories)
    return [situation for whole in wholes for situation in act.one_by_one(whole)]


def where_it_may_be_done(act: Act[Any]) -> Iterator[Situation]:
    for person in CAST.people:
        yield from filter(act.may, situations(act, person, STORIES))


def knows(act: Act[Any], situation: Situation) -> bool:
    try:
        act.knows(situation)
    except RegisterError:
        return False
    return True


@each_act
def test_its_name_is_its_own_and_fits_into_an_address(act: Act[Any]) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", act.name)
    assert act.path.endswith(f"/{act.name}")
    assert [each.name for each in all_acts()].count(act.name) == 1
    assert [each.path for each in all_acts()].count(act.path) == 1
    assert [each.operation for each in all_acts()].count(act.operation) == 1


@each_act
def test_it_has_a_page_with_a_form_and_a_call(act: Act[Any]) -> None:
    assert {page.method for page in PAGES if page.path == act.path} == {"GET", "POST"}
    (call,) = (each for each in OPERATIONS if each.path == f"/api{act.path}")
    assert (call.method, call.name, call.bodies) == ("POST", act.operation, act.bodies)


def test_nothing_else_is_sent_about_a_declaration_but_photographs() -> None:
    sent = {page.path for page in PAGES if page.method == "POST" and "{id}" in page.path}
    assert sent == {act.path for act in all_acts()} | {"/declarations/{id}/photographs"}
    called = {each.path for each in OPERATIONS if each.method == "POST" and "{id}" in each.path}
    assert called == {f"/api{act.path}" for act in all_acts()}


@each_act
def test_whoever_has_done_it_is_told_so_in_a_sentence(act: Act[Any]) -> None:
    assert re.fullmatch(r"[A-Z].*\.", act.done)


@pytest.mark.parametrize("why", Why)
def test_every_alert_asks_for_an_act_and_has_words_for_it(why: Why) -> None:
    assert act_for(why).awaited


def test_what_a_policy_may_order_is_an_act_with_a_word_for_it() -> None:
    assert participles().keys() >= set(Then) - {Then.CLOSED}


OF_SEVERAL = ("hand-over", "note", "lift")
"""The acts that are not one person's alone."""


@each_act
def test_somebody_may_do_it_and_nobody_else(act: Act[Any]) -> None:
    for found in where_it_may_be_done(act):
        by_others = [replace(found, by=CAST.people[each]) for each in CAST.people]
        others = [each for each in by_others if each.by != found.by]
        for other in others:
            if act.name in OF_SEVERAL and act.may(other):
                continue
            with pytest.raises((ForbiddenError, NotFoundError)):
                act(other, {})
    assert list(where_it_may_be_done(act))


@each_act
def test_for_whoever_may_not_know_of_the_declaration_there_is_none(act: Act[Any]) -> None:
    for by in ("eve", "femi", "ada"):
        hidden = situations(act, by, AMINAS)
        assert hidden
        for found in hidden:
            with pytest.raises(NotFoundError, match=r"no (declaration with|exclusion for) that"):
                act(found, {})


@each_act
def test_auditors_only_read(act: Act[Any]) -> None:
    seen = [found for found in situations(act, "dev", STORIES) if knows(act, found)]
    assert seen
    for found in seen:
        with pytest.raises(ForbiddenError, match="Auditors read the register"):
            act(found, {})


@each_act
@pytest.mark.parametrize("body", [None, [], "text", 1])
def test_a_body_that_is_no_object_is_refused(act: Act[Any], body: object) -> None:
    for found in where_it_may_be_done(act):
        with pytest.raises(InvalidError):
            act(found, body)


@each_act
def test_a_field_that_it_does_not_have_is_refused_by_its_name(act: Act[Any]) -> None:
    for found in where_it_may_be_done(act):
        with pytest.raises(InvalidError) as refused:
            act(found, {"surprise": "!"})
        assert "surprise" in {error.field for error in refused.value.errors}


@each_act
def test_every_answer_has_words_to_ask_for_it(act: Act[Any]) -> None:
    for model in act.bodies:
        for name, field in model.model_fields.items():
            assert field.title or name in ("details", "service_user", "happened_on"), name
