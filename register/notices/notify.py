"""GOV.UK Notify, for public bodies: e-mail and texts. It is asked before anything goes again."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import OctKey

from events.names import Channel, Unsent
from register.notices.message import Later, Message, Never, Outcome, Sent
from register.notices.posting import Answer, Poster
from register.notices.services import NOTIFY
from register.notices.words import words_of

OF_AN_ID = 36
GONE_WRONG = ("permanent-failure",)
NOT_YET = ("temporary-failure", "technical-failure")


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

    def _asked(self, message: Message) -> Outcome | None:
        """What became of it when it was tried before; None if Notify does not know of it."""
        answer = self._call("GET", f"/v2/notifications?{urlencode({'reference': message.id})}")
        if isinstance(answer, Later):
            return answer
        if answer.status != 200:
            return Later(Unsent.NOT_TAKEN)
        try:
            found = json.loads(answer.body)["notifications"]
            states = {each["status"] for each in found}
        except (ValueError, KeyError, TypeError):
            return Later(Unsent.NOT_TAKEN)
        if not states or states <= set(NOT_YET):
            return None
        return Never(Unsent.REFUSED) if states <= set(GONE_WRONG) else Sent()

    def _call(self, method: str, path: str, body: Any = None) -> Answer | Later:
        headers = {
            "Authorization": f"Bearer {self.key.token()}",
            "Content-Type": "application/json",
        }
        content = None if body is None else json.dumps(body).encode()
        return self.poster.call(method, self.url + path, headers=headers, content=content)


def _outcome(answer: Answer) -> Outcome:
    """400 is about this message alone; whatever else it is, that may be over at the next try."""
    if answer.status == 201:
        return Sent()
    return Never(Unsent.REFUSED) if answer.status == 400 else Later(Unsent.NOT_TAKEN)
