"""Examples of what happens to a person's ways of signing in."""

from __future__ import annotations

from datetime import UTC, date, datetime

from events.access import (
    LinkMade,
    MeansWords,
    SessionsEnded,
    SignInAdded,
    SignInRemoved,
    TokenEnded,
    TokenMade,
    account_of,
)
from events.event import Event
from events.names import How, Scope

ACCOUNT = account_of("amina")
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
OF_ACCESS: list[Event] = [
    SignInAdded(
        originator_id=ACCOUNT,
        person="amina",
        how=How.PASSKEY,
        provider="nhs",
        added_by="amina",
        words=MeansWords("Amina's phone"),
    ),
    SignInRemoved(
        originator_id=ACCOUNT,
        person="amina",
        how=How.PROVIDER,
        removed_by="ada",
        provider="nhs",
        words=MeansWords("Amina's phone"),
    ),
    LinkMade(
        originator_id=ACCOUNT,
        person="amina",
        made_by="ada",
        works_from=NOON,
        works_until=datetime(2026, 5, 7, 12, tzinfo=UTC),
    ),
    SessionsEnded(originator_id=ACCOUNT, person="amina", ended_by="ada"),
    TokenMade(
        originator_id=ACCOUNT,
        person="amina",
        made_by=None,
        scopes=(Scope.READ, Scope.DECLARE),
        services=("elm-house",),
        ends_on=date(2026, 5, 8),
        words=MeansWords("rota"),
    ),
    TokenEnded(originator_id=ACCOUNT, person="amina", ended_by="amina", words=MeansWords("rota")),
]
