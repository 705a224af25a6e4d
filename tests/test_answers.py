"""The types that answers have: what is taken, and what is refused in which words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from register.answers import (
    LONGEST_TEXT,
    ComingDay,
    Day,
    Moment,
    Money,
    PastDay,
    Reference,
    Text,
    Year,
)
from tests.answering import Choice, Minutes, answer, refusal
from tests.cast import TODAY

# Text


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "Box of biscuits",
        "Two\nlines\n",
        "  spaces around  ",
        "“Quoted”, café, 10 £, 花, 🎁, 👩‍👩‍👧",
        "\u200f\u05e9\u05dc\u05d5\u05dd\u200e",
        "سلام\u200cعلیکم \u061c",
        "x" * LONGEST_TEXT,
        "🎁" * LONGEST_TEXT,
        "'; DROP TABLE entries; --",
        "<script>alert(1)</script>",
    ],
)
def test_text_is_kept_as_it_was_written(text):
    assert answer(Text, text) == text


def test_a_line_ends_in_one_character():
    assert answer(Text, "one\r\ntwo\r\n") == "one\ntwo\n"


def test_a_line_end_counts_once():
    assert answer(Text, "\r\n" * (LONGEST_TEXT - 1) + "x").endswith("\nx")


@pytest.mark.parametrize("text", ["", " ", "\n", "\r\n \r\n", "\u00a0\u2003\u3000", "\u2028"])
def test_blanks_are_no_text(text):
    assert refusal(Text, text) == "Write a few words here."


def test_text_that_is_too_long_says_how_long_it_is():
    assert "4,000 characters; this has 4,001" in refusal(Text, "x" * (LONGEST_TEXT + 1))


@pytest.mark.parametrize("code", [*range(0x20), 0x7F, *range(0x80, 0xA0)])
def test_control_characters_are_refused_but_for_the_lines_end(code):
    text = f"a{chr(code)}b"
    if text == "a\nb":
        assert answer(Text, text) == text
    else:
        assert "control character" in refusal(Text, text)


@pytest.mark.parametrize("text", ["\ra", "a\r", "a\r\r\nb"])
def test_a_lone_carriage_return_is_a_control_character(text):
    assert "control character" in refusal(Text, text)


@pytest.mark.parametrize("code", [*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
def test_marks_that_override_direction_are_refused(code):
    assert "turns its direction" in refusal(Text, f"a{chr(code)}b")


@pytest.mark.parametrize("value", [None, 1, 1.5, True, [], ["a"], {}, b"a"])
def test_text_is_a_string(value):
    assert refusal(Text, value) == "Write this as text."


# Case references


@pytest.mark.parametrize("reference", ["SU-1042", "a", "RV/007.b", "-", "1" * 40])
def test_a_reference_is_letters_digits_hyphens_slashes_and_full_stops(reference):
    assert answer(Reference, reference) == reference


@pytest.mark.parametrize(
    "reference",
    [
        "",
        " ",
        "M K",
        "SU_1",
        "SU-1\n",
        "Ñ-1",
        "\uff11\uff12",
        "x" * 41,
        "a\u200f",
        None,
        7,
        ["SU-1"],
    ],
)
def test_a_reference_of_another_form_is_refused(reference):
    assert "case reference" in refusal(Reference, reference)


# Money


@pytest.mark.parametrize("money", ["0", "0.5", "0.50", "12", "007", "9999999.99"])
def test_money_is_pounds_and_at_most_two_decimals(money):
    assert answer(Money, money) == money


@pytest.mark.parametrize(
    "money",
    [
        *("", " 1", "1 ", "1\n", "-1", "+1", "-0", "1.", ".5", "1.234", "10000000", "1,000", "£5"),
        *("1e3", "NaN", "Infinity", "٣", "\uff15", None, 5, 5.5, True, ["5"]),
    ],
)
def test_money_of_another_form_is_refused(money):
    assert "pounds" in refusal(Money, money)


# Whole numbers and years


@pytest.mark.parametrize(("value", "number"), [(0, 0), (3, 3), (3.0, 3), (-0.0, 0), (1440, 1440)])
def test_three_point_nought_is_three(value, number):
    found = answer(Minutes, value)
    assert (found, type(found)) == (number, int)


@pytest.mark.parametrize(
    "value", [3.5, True, False, "3", "", None, [3], {}, float("nan"), float("inf"), 0.1]
)
def test_what_is_no_whole_number_is_refused(value):
    assert refusal(Minutes, value) == "Give a whole number."


@pytest.mark.parametrize("value", [-1, 1441, 1e300, -1e300, 10**30])
def test_a_number_out_of_bounds_is_refused(value):
    assert refusal(Minutes, value)


@pytest.mark.parametrize("value", [1900, 2026, 2026.0])
def test_a_year_is_of_this_life(value):
    assert answer(Year, value) == value


@pytest.mark.parametrize("value", [1899, 2027, 26, -2026, 0, 1e300])
def test_a_year_to_come_or_long_gone_is_refused(value):
    assert refusal(Year, value) == "Give a year from 1900 to this year."


# Days


@pytest.mark.parametrize("text", ["1900-01-01", "2024-02-29", "2026-11-16", "9998-12-31"])
def test_a_day_is_year_month_day(text):
    assert answer(Day, text) == date.fromisoformat(text)


@pytest.mark.parametrize(
    "value",
    [
        *("", "today", "20261116", "2026-11-16T00:00:00", "2026-W47-1", "2026-321", "16/11/2026"),
        *(
            "2026-11-6",
            " 2026-11-16",
            "2026-11-16\n",
            "+2026-11-16",
            "\uff12026-11-16",
        ),
        *(None, 20261116, 1.5, True, []),
    ],
)
def test_a_day_of_another_form_is_refused(value):
    assert "year-month-day" in refusal(Day, value)


@pytest.mark.parametrize("text", ["2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31"])
def test_a_day_that_there_is_not_is_refused(text):
    assert refusal(Day, text) == "There is no such day."


@pytest.mark.parametrize("text", ["0001-01-01", "1899-12-31", "9999-01-01", "9999-12-31"])
def test_a_day_that_is_too_far_away_is_refused(text):
    assert refusal(Day, text) == "This day is too far away."


def test_there_is_no_year_nought():
    assert refusal(Day, "0000-01-01") == "There is no such day."


def test_today_has_come_and_is_still_to_come():
    assert answer(PastDay, str(TODAY)) == TODAY
    assert answer(ComingDay, str(TODAY)) == TODAY
    assert refusal(PastDay, "2026-11-17") == "This day has not come yet."
    assert refusal(ComingDay, "2026-11-15") == "This day has gone by."


# Moments


@pytest.mark.parametrize(
    "text",
    [
        *("2026-03-02T16:05:00Z", "2026-03-02t16:05:00z", "2026-03-02T16:05:00+00:00"),
        *("2026-03-02T17:05:00+01:00", "2026-03-02T16:05:00.000000000Z", "2026-03-02T16:05:00.0Z"),
        *("2026-03-03T16:04:00+23:59", "2026-03-01T16:06:00-23:59"),
    ],
)
def test_a_moment_is_date_time_and_offset(text):
    assert answer(Moment, text) == datetime(2026, 3, 2, 16, 5, tzinfo=UTC)


def test_a_moment_keeps_its_offset():
    found = answer(Moment, "2026-03-02T16:05:00+05:45")
    assert found.utcoffset() == timedelta(hours=5, minutes=45)


def test_a_moment_is_kept_to_the_microsecond():
    assert answer(Moment, "2026-03-02T16:05:00.1234567891Z").microsecond == 123456
    assert answer(Moment, "2026-03-02T16:05:00.5Z").microsecond == 500000


@pytest.mark.parametrize(
    "value",
    [
        *("", "now", "2026-03-02", "2026-03-02T16:05:00", "2026-03-02T16:05Z"),
        *("2026-03-02 16:05:00Z", "2026-03-02T16:05:00 Z", "2026-03-02T16:05:00+0000"),
        *("2026-03-02T16:05:00.Z", "2026-03-02T16:05:00+00", "2026-03-02T16:05:00Z\n"),
        *("2026-03-02T16:05:00,5Z", "\uff12026-03-02T16:05:00Z", None, 1772467500, 1.5, True, {}),
    ],
)
def test_a_moment_of_another_form_is_refused(value):
    assert "date, time and offset" in refusal(Moment, value)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29T10:00:00Z",
        "2026-03-02T25:00:00Z",
        "2026-03-02T10:61:00Z",
        "2026-03-02T10:00:61Z",
        "2026-03-02T10:00:00+24:00",
        "2026-03-02T10:00:00+99:99",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
    ],
)
def test_a_moment_that_there_is_not_is_refused(text):
    assert refusal(Moment, text) == "There is no such moment."


@pytest.mark.parametrize("text", ["0001-01-02T00:00:00Z", "1899-12-31T10:00:00Z"])
def test_a_moment_that_is_too_far_away_is_refused(text):
    assert refusal(Moment, text) == "This moment is too far away."


def test_the_last_moments_of_all_are_too_far_away():
    assert refusal(Moment, "9999-12-31T23:59:59Z") == "This moment is too far away."
    assert refusal(Moment, "9998-12-31T00:00:00Z") == "This moment is too far away."


# Yes or no, and choices


@pytest.mark.parametrize("value", [1, 0, "true", "yes", "", None, [], 1.0])
def test_yes_or_no_is_true_or_false(value):
    assert refusal(bool, value) == "Answer true or false."


@pytest.mark.parametrize("value", ["Keep", "keep ", "", "sell", None, 1, True, [], {}, ["keep"]])
def test_a_choice_is_one_of_those_there_are(value):
    assert refusal(Choice, value) == "Choose one of: keep or return."


def test_choices_are_a_list():
    assert answer(list[Choice], ["keep", "keep"]) == ["keep", "keep"]
    assert refusal(list[Choice], "keep") == "Give a list."
