"""What the API refuses for its form, its description refuses too."""

from __future__ import annotations

from datetime import date
from typing import Any

import jsonschema
import pytest
from pydantic import create_model

from register.answers import (
    EACH_ONCE,
    Answers,
    ComingDay,
    Day,
    Moment,
    PastDay,
    PersonId,
    Text,
    read,
)
from register.errors import InvalidError
from register.kinds import all_kinds
from tests.cast import TODAY
from web.api.documentation import BY_THE_DECLARATION, describe
from web.requests.queries import AsAtQuery, PositionOrMoment
from web.urls import OPERATIONS

REFUSED = [
    (Text, "a\ttab"),
    (Text, "a\rreturn"),
    (Text, "a bell \x07"),
    (Text, "turned \u202e round"),
    (Text, " \r\n "),
    (Day, "1899-12-31"),
    (Day, "2026-13-01"),
    (Day, "2026-1-1"),
    (Day, "9999-01-01"),
    (Moment, "2026-03-02T16:05:00"),
    (Moment, "2026-03-02T24:05:00Z"),
    (Moment, "1850-03-02T16:05:00Z"),
    (PositionOrMoment, "yesterday"),
    (PositionOrMoment, "-1"),
    (PositionOrMoment, "2026-03-02"),
    (PositionOrMoment, "1" * 19),
]
TAKEN = [
    (Text, "two\nlines"),
    (Text, "\n words \n"),
    (Text, "\u200fعربي"),
    (Day, "1900-01-01"),
    (Day, "9998-12-31"),
    (Moment, "2026-03-02t16:05:00.123456789-03:30"),
    (PositionOrMoment, "0"),
    (PositionOrMoment, "2026-03-02T16:05:00Z"),
]


def model_of(answer: Any) -> type[Answers]:
    return create_model("Asked", __base__=Answers, value=(answer, ...))


@pytest.mark.parametrize(("answer", "value"), REFUSED)
def test_what_is_refused_for_its_form_is_described_as_refused(answer: Any, value: str) -> None:
    model = model_of(answer)
    with pytest.raises(InvalidError):
        read(model, {"value": value}, today=TODAY)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"value": value}, model.model_json_schema())


@pytest.mark.parametrize(("answer", "value"), TAKEN)
def test_what_is_taken_is_described_as_taken(answer: Any, value: str) -> None:
    model = model_of(answer)
    read(model, {"value": value}, today=TODAY)
    jsonschema.validate({"value": value}, model.model_json_schema())


def test_an_id_with_a_control_character_is_nobody_s() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"value": "a\x00"}, model_of(PersonId).model_json_schema())


def test_what_no_schema_can_tell_is_said_in_words() -> None:
    for answer, words in ((PastDay, "Today or earlier."), (ComingDay, "Today or later.")):
        schema = model_of(answer).model_json_schema()["properties"]["value"]
        assert schema["$comment"] == words
    described = describe(OPERATIONS)["paths"]["/api/declarations/{id}/correction"]["post"]
    assert described["requestBody"]["description"] == BY_THE_DECLARATION
    assert AsAtQuery.model_json_schema()["properties"]["as_at"]["anyOf"][0]["pattern"]


@pytest.mark.parametrize("kind", all_kinds())
def test_a_list_of_choices_takes_each_choice_once(kind: str) -> None:
    for name, field in all_kinds()[kind].details.model_fields.items():
        schema = all_kinds()[kind].details.model_json_schema()["properties"][name]
        if schema.get("type") != "array" or "$ref" in schema["items"]:
            continue
        assert schema["uniqueItems"] is True
        assert EACH_ONCE[0] in field.metadata
        first = schema["items"]["enum"][0]
        model = create_model("Asked", __base__=Answers, value=(field.rebuild_annotation(), ...))
        assert read(model, {"value": [first]}, today=date.max)
        with pytest.raises(InvalidError, match="Choose each of these only once"):
            read(model, {"value": [first] * 40_000}, today=date.max)
