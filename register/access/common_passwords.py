"""Which passwords are among the first that somebody would guess.

The library `zxcvbn` knows 30,000 common passwords, words, names, and how they are put together.
What it cannot know is what anybody here would try: the names of the person and of the services.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from zxcvbn import zxcvbn

FEWEST_GUESSES = 10**10
"""Refuses `Manchester United` and `Password12345678!`, and takes four words that do not belong
together. With the limits on tries it would take a million years to guess so often."""
LOOKED_AT = 72
"""Characters of which the library makes sense in some milliseconds."""
LEFT_OVER = 8
"""How many letters and digits there must be besides what anybody here would try."""
FAMOUS = (
    *("correct horse battery staple", "the quick brown fox jumps over the lazy dog"),
    *("purple monkey dishwasher", "to be or not to be that is the question"),
    *("once upon a time", "happy birthday to you", "open sesame", "may the force be with you"),
    *("four words all lowercase", "you will never walk alone", "youll never walk alone"),
)
"""What guides to good passwords show, and what everybody knows by heart."""
OURS = ("declarations", "declaration", "register", "password", "passphrase", "care", "home")


def is_common(password: str, around: Iterable[str]) -> bool:
    """Whether it would be guessed early. `around` has the names of the person and the services."""
    letters = _plain(password)
    if letters and any(letters in _plain(each) or _plain(each) in letters for each in FAMOUS):
        return True
    tried = sorted({*OURS, *_words(around)}, key=len, reverse=True)
    if len(re.sub("|".join(map(re.escape, tried)), "", letters)) < LEFT_OVER:
        return True
    found = zxcvbn(password[:LOOKED_AT], user_inputs=[*tried, *map(_plain, around)])
    return bool(found["guesses"] < FEWEST_GUESSES)


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _words(around: Iterable[str]) -> Iterable[str]:
    """The words of names, but for those so short that they stand in other words."""
    for each in around:
        yield from (word for word in re.split(r"\W+", each.casefold()) if len(word) > 2)
