"""Texts through any gateway that takes JSON over HTTP."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from events.names import Unsent
from register.notices.message import Later, Message, Never, Outcome, Sent
from register.notices.posting import Poster
from register.notices.services import FIELDS
from register.notices.words import words_of


@dataclass(frozen=True)
class Texts:
    poster: Poster
    url: str = field(repr=False)
    address: str
    token: str | None = field(default=None, repr=False)
    fields: tuple[str, ...] = FIELDS

    def send(self, message: Message, address: str) -> Outcome:
        said = (address, words_of(message, self.address).short, str(message.id))
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(message.id)}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        content = json.dumps(dict(zip(self.fields, said, strict=True))).encode()
        answer = self.poster.call("POST", self.url, headers=headers, content=content)
        if isinstance(answer, Later):
            return answer
        if 200 <= answer.status < 300:
            return Sent()
        is_about_this = answer.status in (400, 404, 410, 422)
        return Never(Unsent.REFUSED) if is_about_this else Later(Unsent.NOT_TAKEN)
