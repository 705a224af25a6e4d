"""The page of a declaration says when it was written down, and both waits."""

from __future__ import annotations

from datetime import timedelta

from tests.browser import words
from tests.cast import A_DAY, NOW, days_ago

SENT = {
    "at once, on the day": (
        {"captured_at": NOW},
        "Sent 16 November 2026, 10:00 ",
    ),
    "the day after, hours without a signal": (
        {"captured_at": NOW - timedelta(hours=3), "happened_on": days_ago(1)},
        "Written down 16 November 2026, 07:00, the day after it happened; "
        "it reached the register 3 hours later",
    ),
    "days after, days without a signal": (
        {"captured_at": NOW - 2 * A_DAY, "happened_on": days_ago(6)},
        "Written down 14 November 2026, 10:00, 4 days after it happened; "
        "it reached the register 2 days later",
    ),
    "by a clock that was ahead": (
        {"captured_at": NOW + timedelta(hours=1)},
        "Written down 16 November 2026, 11:00, on the day it happened; "
        "it reached the register on 16 November 2026, 10:00: the clock was ahead",
    ),
    "before the day that was given": (
        {"captured_at": NOW - A_DAY},
        "Written down 15 November 2026, 10:00, before the day on which it happened; "
        "it reached the register 1 day later",
    ),
}
"""What was sent, and what the page says of it."""


def test_everybody_who_may_read_it_sees_when_it_was_written_down_and_both_waits(here):
    for sent, says in SENT.values():
        gift = here.declare("amina", **sent)
        for person in ("amina", "ben", "carol", "dev"):
            page = words(here.browser(person).get(f"/declarations/{gift}"))
            assert says in page


def test_whoever_acts_sees_it_beside_the_form(here):
    sent, says = SENT["the day after, hours without a signal"]
    gift = here.declare("amina", **sent)
    assert says in words(here.browser("carol").get(f"/declarations/{gift}/decision"))
