"""Who has an e-mail address. What is remembered of each is its blind index alone."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping

from events.directory import PersonJoined, PersonRenamed
from events.log.log import Log
from register.directory.cache import names_at

TOPICS = (PersonJoined.TOPIC, PersonRenamed.TOPIC)


class ByEmail:
    """Finds people by their address, read again only when somebody joined or has a new one."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._known: tuple[int, Mapping[bytes, str]] = (0, {})

    def person(self, email: str) -> str | None:
        """Whose address it is; None if nobody's, or that of several."""
        return self._people().get(self._index(email))

    def _people(self) -> Mapping[bytes, str]:
        position, people = self._known
        last, has_changed = self._log.grown(position, TOPICS)
        if has_changed:
            people = self._read(last)
        self._known = (last, people)
        return people

    def _read(self, position: int) -> Mapping[bytes, str]:
        indexes = {
            person: self._index(words.email)
            for person, words in names_at(self._log, position).items()
            if words is not None and words.email
        }
        how_many = Counter(indexes.values())
        return {index: person for person, index in indexes.items() if how_many[index] == 1}

    def _index(self, email: str) -> bytes:
        return self._log.keyring.fingerprint(f"e-mail|{folded(email)}".encode())


def folded(email: str) -> str:
    """The same for every way to write one address. Letters that only look like others stay what
    they are: they may be somebody else's address."""
    return unicodedata.normalize("NFC", email).strip().lower().encode(errors="replace").decode()
