"""Somebody who covers for another, and the days that go by."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from register.directory.covers import Cover
from tests.browser import Office
from tests.cast import A_DAY, TODAY, joined, moved

FRIDAY = TODAY + 4 * A_DAY


@pytest.fixture
def there(here: Office) -> Office:
    """Mo is another line manager at Elm House, whom Gus answers to now."""
    here.register.change_directory([joined("mo", under="carol"), moved("gus", under="mo")])
    return here


def covers(
    there: Office,
    person: str,
    by: str,
    first_on: date = TODAY,
    last_on: date = FRIDAY,
    named_by: str | None = None,
) -> Cover:
    body = {"covered_by": by, "first_on": str(first_on), "last_on": str(last_on)}
    if named_by is not None:
        body["person"] = person
    cover, _ = there.register.covering.name(named_by or person, body)
    return cover


def days_go_by(there: Office, days: int) -> None:
    """And the clock does what is due, without anybody doing anything."""
    there.clock.goes_on(timedelta(days=days))
    there.register.clock.tick()
