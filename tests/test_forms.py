"""A form of many answers is taken or refused as a whole, whatever is sent."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from register.acts.declaring import read_telling
from register.answers import (
    Answers,
    Moment,
    Text,
    read,
)
from register.errors import InvalidError
from tests.answering import TYPES, answer, wrong
from tests.cast import NOW, gift, told

# Forms


class Form(Answers):
    note: Text
    token: bool
    again: Form | None = None


@pytest.mark.parametrize("body", [None, [], "", 0, 1.5, True, [{"note": "a", "token": True}]])
def test_a_body_is_an_object(body):
    assert wrong(lambda: read(Form, body)) == {"": "Send an object with named fields."}


def test_every_bad_field_is_told_at_once_by_its_path():
    body = {"note": "", "token": 1, "extra": 2, "again": {"note": 3, "more": 4, "again": []}}
    assert wrong(lambda: read(Form, body)) == {
        "note": "Write a few words here.",
        "token": "Answer true or false.",
        "extra": "There is no field called 'extra' here.",
        "again.note": "Write this as text.",
        "again.token": "This answer is missing.",
        "again.more": "There is no field called 'more' here.",
        "again.again": "Send an object with named fields.",
    }


def test_several_bad_fields_are_counted():
    with pytest.raises(InvalidError, match="2 answers need another look"):
        read(Form, {})


def test_one_bad_field_speaks_for_itself():
    with pytest.raises(InvalidError, match=r"^This answer is missing\.$"):
        read(Form, {"note": "a"})


def test_a_field_nobody_asked_for_is_named_but_not_at_any_length():
    with pytest.raises(InvalidError) as refused:
        read(Form, {"note": "a", "token": True, "x" * 1000: 1})
    assert len(str(refused.value)) < 120


# Whatever is sent

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
TELLING = told("gift", "amina")


@pytest.mark.parametrize("kind", TYPES.values(), ids=TYPES.keys())
@given(value=json_values)
def test_an_answer_is_taken_or_refused_in_words_and_nothing_else(kind, value):
    found = wrong(lambda: answer(kind, value))
    assert {field.split(".")[0] for field in found} <= {"answer"}
    assert all(found.values())


@given(body=json_values)
def test_a_body_that_is_no_declaration_is_refused(body):
    assert wrong(lambda: read_telling(body, NOW))


@given(field=st.sampled_from(sorted(TELLING)), value=json_values)
@example(field="captured_at", value="0001-01-01T00:00:00+23:59")
@example(field="captured_at", value="9999-12-31T23:59:59-23:59")
@example(field="happened_on", value="9999-12-31")
@example(field="kind", value="gift\x00")
def test_a_declaration_with_any_value_anywhere_is_taken_or_refused_there(field, value):
    found = wrong(lambda: read_telling({**TELLING, field: value}, NOW))
    assert {each.split(".")[0] for each in found} <= {field}


@given(field=st.sampled_from(sorted(gift())), value=json_values)
def test_details_with_any_value_anywhere_are_taken_or_refused_there(field, value):
    body = {**TELLING, "details": gift(**{field: value})}
    assert wrong(lambda: read_telling(body, NOW)).keys() <= {f"details.{field}"}


@given(text=st.text(max_size=20))
@example("a\r\nb")
@example("\r\n\r\n")
def test_text_that_was_taken_reads_the_same_again(text):
    if wrong(lambda: answer(Text, text)):
        return
    taken = answer(Text, text)
    assert answer(Text, taken) == taken
    assert "\r" not in taken


@given(
    moment=st.datetimes(
        min_value=datetime(1900, 1, 2),
        max_value=datetime(9998, 12, 29),
        timezones=st.sampled_from([UTC, NOW.tzinfo]),
    )
)
def test_a_moment_reads_as_it_is_written(moment):
    assert answer(Moment, moment.isoformat()) == moment


def test_a_declaration_that_was_read_and_dumped_reads_the_same():
    first = read_telling(TELLING, NOW)
    dumped = json.loads(first.model_dump_json())
    assert read_telling(dumped, NOW) == first
