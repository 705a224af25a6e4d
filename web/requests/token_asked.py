"""What somebody says of a token that they would like to have, on the page or by the API."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from register.access.token_holders import NewToken
from register.access.tokens import Scope
from register.answers import Answers, Day, Line, read


class TokenAsked(Answers):
    name: Line = Field(title="What is it for?")
    scopes: list[Literal[Scope.READ, Scope.DECLARE, Scope.ACT, Scope.SCIM]] = Field(
        title="What may it do?", strict=False
    )
    services: list[str] = Field(default=[], title="At which services?")
    until: Day | None = Field(default=None, title="On which day does it end?")


def asked_for(person: str, body: object) -> NewToken:
    """Raises `InvalidError`."""
    said = read(TokenAsked, body)
    return NewToken(person, said.name.strip(), said.scopes, said.services, said.until)
