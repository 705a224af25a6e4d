"""Everything that a worker said of one thing, version after version, with what changed in each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from events.declarations import DeclarationCorrected, DeclarationMade
from register.declarations.declaration import Account, Declaration
from register.declarations.looking_again import account_of


@dataclass(frozen=True)
class Version:
    """One version: what was said, when, and why it was corrected."""

    account: Account
    said_at: datetime
    reason: str | None
    changed: frozenset[str]
    """The names of the answers that are not what they were in the version before."""
    lost_flags: tuple[str, ...]
    """The flags that the version before had, and this one has not."""


def versions(declaration: Declaration) -> list[Version]:
    """All versions, the newest last; also one that waits, and one that was refused."""
    found: list[Version] = []
    for event in declaration.past:
        if isinstance(event, DeclarationMade | DeclarationCorrected):
            before = found[-1].account if found else None
            found.append(_version(event, before))
    return found


def _version(event: DeclarationMade | DeclarationCorrected, before: Account | None) -> Version:
    account, words = account_of(event), event.words
    return Version(
        account=account,
        said_at=event.moment,
        reason=words.reason if words else None,
        changed=frozenset() if before is None else frozenset(_changed(before, account)),
        lost_flags=() if before is None else _lost(before, account),
    )


def _changed(before: Account, after: Account) -> list[str]:
    was, now = _answers(before), _answers(after)
    return [name for name in (*was, *now) if was.get(name) != now.get(name)]


def _answers(account: Account) -> dict[str, object]:
    said = {"service_user": account.service_user, "happened_on": account.happened_on}
    return {**said, **(account.details or {})}


def _lost(before: Account, after: Account) -> tuple[str, ...]:
    return tuple(flag for flag in before.ruling.flags if flag not in after.ruling.flags)
