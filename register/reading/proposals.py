"""The changes that wait for a second person, as administrators and service directors see them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from events.directory import ChangeApproved, ChangeDeclined, ChangeProposed, ProposedWords
from events.log.log import Log
from events.names import ChangeOf
from register.directory.altering import alteration_of, altered, sides
from register.directory.cache import names_at
from register.directory.comparing import (
    Called,
    Changed,
    Difference,
    Words,
    changed,
    people_in_words,
    services_in_words,
)
from register.directory.directory import Directory
from register.directory.proposals import Proposal
from register.errors import ConflictError
from register.policy import Policies
from register.standing.two_persons import (
    check_decides,
    is_open,
    may_decide,
    strangers,
    who_may_decide,
)

SOME = 5
"""How many are named who could be the second person: asking of each takes long where many work."""


@dataclass(frozen=True)
class Waiting:
    proposal: Proposal
    what: Sequence[Changed]
    """What would change, in words."""
    misfit: str | None
    """Why it could not be made any more; None if it could."""
    may_decide: bool
    """Whether whoever looks may be the second person."""
    could: Sequence[str]
    """For whoever may not, the names of some who could be, with their ids; maybe of nobody."""
    proposed_by: str
    strangers: Sequence[tuple[str, str]]
    """The names of those whom one administrator alone brought in, and of whoever did: agreeing to
    it agrees to them, but for a link or an address."""


def waiting(
    by: str, log: Log, directory: Directory, policies: Policies, now: datetime
) -> list[Waiting]:
    """What waits, the oldest first. Raises `ForbiddenError` for all but those who decide."""
    check_decides(by, directory)
    names: Words = names_at(log)
    return [
        _shown(each, by, _said(each, log), names, directory, policies)
        for each in directory.proposed.values()
        if is_open(each, directory, now)
    ]


def to_decide(by: str, directory: Directory, now: datetime) -> int:
    """How many changes wait for somebody who may be the second person; no more than some are
    counted."""
    if not (directory.people[by].administers(directory.today) or directory.directs(by)):
        return 0
    able = (
        each
        for each in directory.proposed.values()
        if is_open(each, directory, now) and may_decide(by, each, directory)
    )
    return len(list(islice(able, SOME)))


@dataclass(frozen=True)
class Decided:
    """What became of a change that somebody proposed."""

    by: str
    is_approved: bool
    at: datetime
    position: int


def decided(proposed_by: str, log: Log, after: int) -> list[Decided]:
    """What others decided after a position about the changes that somebody proposed, the latest
    first."""
    found = []
    for event in log.after(after, topics=DECIDED, words=False):
        match event:
            case ChangeApproved(approved_by=by) | ChangeDeclined(declined_by=by):
                if by != proposed_by and _proposer(log, event.originator_id) == proposed_by:
                    is_approved = isinstance(event, ChangeApproved)
                    found.append(Decided(by, is_approved, event.moment, event.position))
    return found[::-1]


DECIDED = (ChangeApproved.TOPIC, ChangeDeclined.TOPIC)


def _proposer(log: Log, change: UUID) -> str | None:
    stream = log.stream(change)
    return next((each.proposed_by for each in stream if isinstance(each, ChangeProposed)), None)


def _said(proposal: Proposal, log: Log) -> Words:
    """The names and addresses that are proposed."""
    for event in log.stream(proposal.id):
        if isinstance(event, ChangeProposed) and isinstance(event.words, ProposedWords):
            return event.words.people
    return {}


def _shown(
    proposal: Proposal,
    by: str,
    said: Words,
    known: Words,
    directory: Directory,
    policies: Policies,
) -> Waiting:
    called, may = Called({**said, **known}, directory.services), may_decide(by, proposal, directory)
    return Waiting(
        proposal,
        IN_WORDS[proposal.change](proposal, directory, said, known, policies),
        MISFIT[proposal.change](proposal, directory),
        may,
        [] if may else [called.person(each) for each in who_may_decide(proposal, directory, SOME)],
        called.person(proposal.by),
        [
            (
                called.person(each),
                " and ".join("you" if one == by else called.person(one) for one in who),
            )
            for each, who in strangers(proposal, directory).items()
        ],
    )


def _misfit(proposal: Proposal, directory: Directory) -> str | None:
    try:
        altered(directory, alteration_of(proposal.facts))
    except ConflictError as error:
        return str(error)
    return None


def _directory_in_words(
    proposal: Proposal, directory: Directory, said: Words, known: Words, policies: Policies
) -> Sequence[Changed]:
    names = {**said, **known}
    before, after = sides(alteration_of(proposal.facts), directory)
    called = Called(names, {**directory.services, **after.services})
    return [
        *changed(
            services_in_words(before, called, policies), services_in_words(after, called, policies)
        ),
        *changed(people_in_words(before, names, called), people_in_words(after, names, called)),
    ]


def _link_misfit(proposal: Proposal, directory: Directory) -> str | None:
    is_here = directory.is_here(proposal.facts["person"])
    return None if is_here else "This person has left."


def _link_in_words(
    proposal: Proposal, directory: Directory, _said: Words, known: Words, _policies: Policies
) -> Sequence[Changed]:
    called = Called(known, directory.services).person(proposal.facts["person"])
    link = Difference("A link that signs them in once", "not possible", "possible")
    return [Changed(called, False, (link,))]


def _address_in_words(
    proposal: Proposal, directory: Directory, said: Words, known: Words, _policies: Policies
) -> Sequence[Changed]:
    person = proposal.facts["person"]
    before, after = (
        words.email if words else "" for words in (known.get(person), said.get(person))
    )
    called = Called(known, directory.services).person(person)
    return [Changed(called, False, (Difference("Address", before, after),))]


MISFIT: dict[ChangeOf, Callable[[Proposal, Directory], str | None]] = {
    ChangeOf.DIRECTORY: _misfit,
    ChangeOf.LINK: _link_misfit,
    ChangeOf.ADDRESS: lambda *_: None,
}
"""For each sort of change, why it could not be made any more; None if it could."""
InWords = Callable[[Proposal, Directory, Words, Words, Policies], Sequence[Changed]]
IN_WORDS: dict[ChangeOf, InWords] = {
    ChangeOf.DIRECTORY: _directory_in_words,
    ChangeOf.LINK: _link_in_words,
    ChangeOf.ADDRESS: _address_in_words,
}
"""For each sort of change, what would change: by the names and addresses in it, and the known."""
