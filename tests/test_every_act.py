"""What holds for every act, whatever it is: found by listing their folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from register.acts import all_acts
from register.acts.act import Act
from register.acts.situation import Situation, situation_of
from register.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from tests.cast import CAST, NOW, POLICIES
from tests.spec import Story, declared, given

GIFT = declared("gift", by="amina")
OTHERS_GIFT = declared("gift", by="eve")
FRIENDSHIP = declared("post-service-friendship", by="amina")
STORIES = {"amina's gift": GIFT, "eve's gift": OTHERS_GIFT, "a friendship": FRIENDSHIP}

each_act = pytest.mark.parametrize("act", all_acts(), ids=lambda act: act.name)


def situation(story: Story, by: str) -> Situation:
    return situation_of(by, story.state, POLICIES, CAST, NOW)


def where_it_may_be_done(act: Act[Any]) -> Iterator[Situation]:
    for step in STORIES.values():
        for person in CAST.people:
            found = situation(given(step), person)
            if act.may(found):
                yield found


@each_act
def test_its_name_is_its_own_and_fits_into_an_address(act: Act[Any]) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", act.name)
    assert [each.name for each in all_acts()].count(act.name) == 1
    assert [each.operation for each in all_acts()].count(act.operation) == 1


@each_act
def test_somebody_may_do_it(act: Act[Any]) -> None:
    assert list(where_it_may_be_done(act))


@each_act
def test_for_whoever_may_not_know_of_the_declaration_there_is_none(act: Act[Any]) -> None:
    for by in ("eve", "femi", "ada"):
        with pytest.raises(NotFoundError, match="no declaration with that id"):
            act(situation(given(GIFT), by), {})


@each_act
def test_auditors_only_read(act: Act[Any]) -> None:
    for step in STORIES.values():
        with pytest.raises(ForbiddenError, match="Auditors read the register"):
            act(situation(given(step), "dev"), {})


@each_act
def test_it_is_refused_to_whoever_it_does_not_belong_to(act: Act[Any]) -> None:
    """Somebody who may see the declaration, is not its worker and is not the one who must act."""
    with pytest.raises((ForbiddenError, ConflictError)):
        act(situation(given(GIFT), "ben"), {})


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
