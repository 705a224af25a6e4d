"""GOV.UK Notify, for public bodies: e-mail and texts. It is asked before anything goes again, and
what became of what it took."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import OctKey

from events.names import Channel, Unsent
from register.notices.message import Fate, Later, Message, Never, Outcome, Taken
from register.notices.posting import Answer, Poster
from register.notices.services import NOTIFY
from register.notices.words import words_of

OF_AN_ID = 36
ARRIVED = "delivered"
FATES = {
    ARRIVED: Fate.ARRIVED,
    "permanent-failure": Fate.REFUSED,
    "temporary-failure": Fate.CAME_BACK,
    "technical-failure": Fate.CAME_BACK,
}
"""Whatever else Notify says of a message: it is still on its way."""


class NotifyKeyError(ValueError):
    """A key of Notify is not one. The message never holds it."""


@dataclass(frozen=True)
class NotifyKey:
    """An API key: a name, the service's id and the secret, with hyphens between."""

    service: str
    secret: str = field(repr=False)

    @classmethod
    def of(cls, text: str) -> NotifyKey:
        """Raises `NotifyKeyError`."""
        if len(text) < 2 * OF_AN_ID + 1:
            raise NotifyKeyError("This is not an API key of Notify")
        return cls(text[-2 * OF_AN_ID - 1 : -OF_AN_ID - 1], text[-OF_AN_ID:])

    def token(self) -> str:
        claims = {"iss": self.service, "iat": int(time.time())}
        return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(self.secret))


@dataclass(frozen=True)
class Notify:
    """Its template has the two places `((subject))` and `((words))`."""

    PATHS: ClassVar = {
        Channel.EMAIL: ("email", "email_address"),
        Channel.TEXT: ("sms", "phone_number"),
    }

    poster: Poster
    key: NotifyKey
    template: str
    channel: Channel
    address: str
    url: str = NOTIFY

    def send(self, message: Message, address: str) -> Outcome:
        if message.tries > 1:
            before = self._asked(message)
            if before is not None:
                return before
        path, name = self.PATHS[self.channel]
        words = words_of(message, self.address)
        body = {
            name: address,
            "template_id": self.template,
            "reference": str(message.id),
            "personalisation": {
                "subject": words.subject,
                "words": words.short if self.channel is Channel.TEXT else words.text,
            },
        }
        answer = self._call("POST", f"/v2/notifications/{path}", body)
        return answer if isinstance(answer, Later) else _outcome(answer)

    def fate(self, message: UUID) -> Fate:
        found = self._sendings(message)
        return Fate.UNKNOWN if isinstance(found, Later) or not found else _fate(found)

    def _asked(self, message: Message) -> Outcome | None:
        """What became of it when it was tried before; None if it is to be sent."""
        found = self._sendings(message.id)
        if isinstance(found, Later):
            return found
        fate = _fate(found) if found else Fate.CAME_BACK
        if fate is Fate.CAME_BACK:
            return None
        return Never(Unsent.REFUSED) if fate is Fate.REFUSED else Taken()

    def _sendings(self, message: UUID) -> list[Sending] | Later:
        """Each time that Notify took it."""
        answer = self._call("GET", f"/v2/notifications?{urlencode({'reference': message})}")
        if isinstance(answer, Later):
            return answer
        if answer.status != 200:
            return Later(Unsent.NOT_TAKEN)
        try:
            found = json.loads(answer.body)["notifications"]
            return [Sending(str(each["created_at"]), str(each["status"])) for each in found]
        except (ValueError, KeyError, TypeError):
            return Later(Unsent.NOT_TAKEN)

    def _call(self, method: str, path: str, body: Any = None) -> Answer | Later:
        headers = {
            "Authorization": f"Bearer {self.key.token()}",
            "Content-Type": "application/json",
        }
        content = None if body is None else json.dumps(body).encode()
        return self.poster.call(method, self.url + path, headers=headers, content=content)


class Sending(NamedTuple):
    """One time that Notify took a message, and how it stands."""

    created_at: str
    status: str


def _fate(found: Sequence[Sending]) -> Fate:
    """It goes again only after it came back, so the last time says it; unless it came late."""
    if any(each.status == ARRIVED for each in found):
        return Fate.ARRIVED
    return FATES.get(max(found).status, Fate.UNKNOWN)


def _outcome(answer: Answer) -> Outcome:
    """400 is about this message alone; whatever else it is, that may be over at the next try."""
    if answer.status == 201:
        return Taken()
    return Never(Unsent.REFUSED) if answer.status == 400 else Later(Unsent.NOT_TAKEN)
