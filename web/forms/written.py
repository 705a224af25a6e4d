"""What people write, read as the register keeps it. What cannot be read so does not change."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
NUMBERS = re.compile(r"([0-9]{1,2})[/. -]([0-9]{1,2})[/. -]([0-9]{4})")
WORDS = re.compile(r"([0-9]{1,2}) ([a-z]{3,9})\.? ([0-9]{4})", re.IGNORECASE)
MONTH = re.compile(
    r"(?:(?P<number>0?[1-9]|1[0-2])[/. -]|"
    rf"(?P<name>(?:{'|'.join(MONTHS)})[a-z]{{0,6}})\.? )(?P<year>[0-9]{{4}})",
    re.IGNORECASE,
)
THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?")
"""With a comma after the thousands, and pence after a full stop."""
POUNDS = re.compile(r"([0-9]{1,7})(?:[.,]([0-9]{1,2}))?")
LETTERS_AND_DIGITS = re.compile(r"([A-Za-z]+)[^A-Za-z0-9]?([0-9]+)")


def day(text: str) -> str:
    """A day as people in the UK write it, such as 31/3/2026, as 2026-03-31."""
    text = text.strip()
    found, named = NUMBERS.fullmatch(text), WORDS.fullmatch(text)
    month = 0
    if found:
        month = int(found[2])
    elif named and named[2][:3].lower() in MONTHS:
        month = MONTHS.index(named[2][:3].lower()) + 1
    parts = found or named
    if parts is None or not month:
        return text
    try:
        return date(int(parts[3]), month, int(parts[1])).isoformat()
    except ValueError:
        return text


def month(text: str) -> str:
    """A month as people in the UK write it, such as 3/2026 or March 2026, as 2026-03."""
    found = MONTH.fullmatch(text.strip())
    if found is None:
        return text.strip()
    number = found["number"] or str(MONTHS.index(found["name"][:3].lower()) + 1)
    return f"{found['year']}-{int(number):02d}"


def moment(text: str) -> str:
    """The same with or without a time of day after it."""
    *before, last = text.strip().rsplit(" ", 1)
    if before and ":" in last:
        return f"{day(before[0])} {last}"
    return day(text)


def pounds(text: str) -> str:
    """An amount such as `8,50`, `£8.5` or `1,000.00` as digits with a full stop."""
    amount = re.sub("^£ ?", "", text.strip())
    if THOUSANDS.fullmatch(amount):
        return amount.replace(",", "")
    found = POUNDS.fullmatch(amount)
    if found is None:
        return text.strip()
    return f"{found[1]}.{found[2]}" if found[2] else found[1]


def spellings(reference: str) -> Iterable[str]:
    """How a case reference may be listed that somebody wrote, the likeliest first."""
    written = reference.strip()
    parts = LETTERS_AND_DIGITS.fullmatch(written)
    hyphened = [f"{parts[1].upper()}-{parts[2]}"] if parts else []
    return dict.fromkeys([*hyphened, written.upper(), written])


def is_same(one: str, other: str) -> bool:
    """Whether two references differ in their case or in their marks alone."""
    return _bare(one) == _bare(other)


def _bare(reference: str) -> str:
    return re.sub(r"[^a-z0-9]", "", reference.casefold())
