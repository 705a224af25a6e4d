"""What people write on a form is read as people in the UK mean it."""

from __future__ import annotations

import pytest

from web.forms import written
from web.forms.fields import params
from web.forms.questions import Question


@pytest.mark.parametrize(
    "text", ["31/3/2026", "31/03/2026", "31.3.2026", "31-03-2026", "31 March 2026", "31 Mar 2026"]
)
def test_a_day_is_day_month_and_year(text: str) -> None:
    assert written.day(f" {text} ") == "2026-03-31"


@pytest.mark.parametrize(
    "text", ["2026-03-31", "yesterday", "31/13/2026", "31 Foo 2026", "120", ""]
)
def test_what_is_no_such_day_stays_as_it_is(text: str) -> None:
    assert written.day(text) == text


def test_a_moment_may_have_a_time_of_day() -> None:
    assert written.moment("31/3/2026 16:05") == "2026-03-31 16:05"
    assert written.moment("31 March 2026") == "2026-03-31"
    assert written.moment("120") == "120"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("8,50", "8.50"),
        ("£8.5", "8.5"),
        (" 8 ", "8"),
        ("£ 8", "8"),
        ("8", "8"),
        ("1,000", "1000"),
        ("1,000.00", "1000.00"),
        ("£1,234,567.89", "1234567.89"),
        ("12,345", "12345"),
    ],
)
def test_pounds_may_have_a_comma_and_a_sign(text: str, read: str) -> None:
    assert written.pounds(text) == read


UNCLEAR = ["about 8 pounds", "1,00,0", "1,0000", "1000,000", "1,00.0", "1,000,50", "0,500"]


@pytest.mark.parametrize("text", [*UNCLEAR, "0,5,0", "1.000,00"])
def test_what_is_no_clear_amount_stays_as_it_is(text: str) -> None:
    assert written.pounds(text) == text


@pytest.mark.parametrize("text", ["su-1042", "su1042", "SU 1042", "Su/1042"])
def test_a_reference_is_looked_for_in_its_usual_spelling(text: str) -> None:
    assert "SU-1042" in written.spellings(text)
    assert written.is_same(text, "SU-1042")


def test_other_references_are_not_the_same() -> None:
    assert not written.is_same("SU-1042", "SU-1043")


@pytest.mark.parametrize(
    ("widget", "written_down", "shown_as"),
    [
        ("date", "2026-03-31", "date"),
        ("date", "31 Marchember", "text"),
        ("month", "2026-03", "month"),
        ("month", "never", "text"),
        ("line", "2026-03", "text"),
    ],
)
def test_what_a_picker_cannot_show_stays_as_it_was_written(
    widget: str, written_down: str, shown_as: str
) -> None:
    shown = params(Question("when", "When?", None, widget, value=written_down))
    assert (shown["type"], shown["value"]) == (shown_as, written_down)
