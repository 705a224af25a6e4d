"""The versions of what a worker said, as a page shows them: what each answer was, and became."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from register.acts.declaring import TELLINGS
from register.declarations.declaration import Account, Declaration
from register.declarations.versions import Version, versions
from register.kinds import all_kinds
from web.forms.people import named
from web.forms.questions import Question, filled, questions
from web.templating import answered_in_words


@dataclass(frozen=True)
class Change:
    label: str
    was: str
    now: str


@dataclass(frozen=True)
class VersionShown:
    said_at: datetime
    reason: str | None
    lost_flags: tuple[str, ...]
    state: str | None
    """Whether it waits, if it does."""
    answers: list[Change]


def versions_shown(declaration: Declaration, name: Callable[[str], str]) -> list[VersionShown]:
    """Every version, the oldest first, each with what is not as it was in the one before."""
    all_of_them = versions(declaration)
    before = [None, *(each.account for each in all_of_them)]
    return [
        VersionShown(
            each.said_at,
            each.reason,
            each.lost_flags,
            _state(declaration, each),
            _changes(declaration, was, each, name) if was else [],
        )
        for was, each in zip(before, all_of_them, strict=False)
    ]


def _state(declaration: Declaration, version: Version) -> str | None:
    if version.account.version == declaration.facts_version:
        return "This counts now"
    review = declaration.review
    is_waiting = review is not None and review.version == version.account.version
    return "This waits to be looked at" if is_waiting else None


def _changes(
    declaration: Declaration, was: Account, version: Version, name: Callable[[str], str]
) -> list[Change]:
    before, after = (
        _in_words(declaration.kind, account, name) for account in (was, version.account)
    )
    labels = _labels(declaration.kind)
    return [
        Change(labels.get(answer, answer), before.get(answer, ""), after.get(answer, ""))
        for answer in labels
        if answer in version.changed
    ]


def _asked(kind: str) -> list[Question]:
    if kind not in all_kinds():
        return []
    about = [each for each in questions(TELLINGS[kind]) if each.name in WHEN]
    return [*about, *questions(all_kinds()[kind].details)]


WHEN = ("happened_on", "service_user")
"""What is asked beside the answers of a kind, where the kind asks for it."""


def _labels(kind: str) -> dict[str, str]:
    return {each.name: each.label for each in _asked(kind)}


def _in_words(kind: str, account: Account, name: Callable[[str], str]) -> dict[str, str]:
    said = {
        "service_user": account.service_user,
        "happened_on": account.happened_on.isoformat(),
        **(account.details or {}),
    }
    return {each.name: answered_in_words(each) for each in named(filled(_asked(kind), said), name)}
