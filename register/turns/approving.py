"""The turn in which a second person approves a change, and it is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

import msgspec

from events.directory import PersonRenamed, PersonWords
from events.event import Event
from events.ids import own_id
from events.names import ChangeOf
from register.directory.altering import Alteration, alteration_of, altered
from register.directory.cache import names_at, words_of
from register.directory.directory import Directory
from register.directory.files import Files, LoadError
from register.directory.loading import compare
from register.directory.proposals import Proposal, named
from register.errors import ConflictError
from register.policy import Policies
from register.standing.two_persons import is_open, may_decide, part, refusals
from register.turns import linking
from register.turns.directory_changes import change
from register.turns.proposing import agreed, said
from register.turns.turn import Turn


def approve(turn: Turn, by: str, wanted: UUID, policies: Policies) -> Proposal:
    """Make a change to which a second person agrees, as things are then. Raises `NotFoundError`,
    `ForbiddenError`, or `ConflictError` where it does not fit any more; then nothing changes."""
    proposal = agreed(turn, by, wanted)
    MADE[proposal.change](turn, proposal, policies)
    _make_what_waited_for_them(turn, by, named(proposal), policies)
    return proposal


def _make_what_waited_for_them(turn: Turn, by: str, people: set[str], policies: Policies) -> None:
    """Make what else waited, only because nobody had agreed to the same people yet: whoever
    proposed it could make it alone by now. So of many lines to somebody one is agreed to."""
    for each in list(turn.directory.proposed.values()):
        if each.change is not ChangeOf.DIRECTORY or people.isdisjoint(named(each)):
            continue
        if not is_open(each, turn.directory, turn.now):
            continue
        if _needs_nobody(each, turn.directory, policies) and may_decide(by, each, turn.directory):
            try:
                events = _events(turn, each, policies)
            except ConflictError:  # it waits on, and its page says that it does not fit
                continue
            agreed(turn, by, each.id)
            change(turn, events)


def _needs_nobody(proposal: Proposal, directory: Directory, policies: Policies) -> bool:
    try:
        after = altered(directory, alteration_of(proposal.facts))
    except ConflictError:
        return False
    return not part(proposal.by, directory, after, policies).waiting


def _change_directory(turn: Turn, proposal: Proposal, policies: Policies) -> None:
    change(turn, _events(turn, proposal, policies))


def _events(turn: Turn, proposal: Proposal, policies: Policies) -> list[Event]:
    """What makes a change of the directory. Raises `ConflictError` where it does not fit."""
    alteration, before = alteration_of(proposal.facts), turn.directory
    after = altered(before, alteration)
    if problems := list(refusals(proposal.by, before, after)):
        raise _unfit(problems)
    words = names_at(turn.log) | _names_of(turn, proposal)
    try:
        load = compare(_as_files(alteration, after, words), turn.log, before, policies)
    except LoadError as error:
        raise _unfit(error.problems) from None
    by = proposal.by
    return [msgspec.structs.replace(event, changed_by=by) for event in load.events]


def _unfit(problems: Sequence[str]) -> ConflictError:
    return ConflictError(f"This does not fit any more: {'; '.join(problems)}.")


def _names_of(turn: Turn, proposal: Proposal) -> dict[str, PersonWords]:
    words = said(turn.log, proposal)
    return {} if words is None else words.people


def _as_files(
    alteration: Alteration, after: Directory, words: dict[str, PersonWords | None]
) -> Files:
    """What is altered, as if files said it."""
    return Files(
        people=[(after.people[each.id], words.get(each.id)) for each in alteration.people],
        services=[after.services[each.id] for each in alteration.services],
        names_people=False,
    )


def _change_address(turn: Turn, proposal: Proposal, _policies: Policies) -> None:
    """Whatever else is known of the person by now stays as it is."""
    person, known = proposal.facts["person"], words_of(turn.log, proposal.facts["person"])
    words = _names_of(turn, proposal).get(person)
    if words is None:
        raise _unfit(["the address has been erased"])
    if known is not None:
        words = msgspec.structs.replace(known, email=words.email)
    renamed = PersonRenamed(
        originator_id=own_id("person", person), person=person, changed_by=proposal.by, words=words
    )
    change(turn, [renamed] if words != known else [])


def _agree_to_link(turn: Turn, proposal: Proposal, _policies: Policies) -> None:
    """It is made by whoever asked for it, who is shown it once."""
    linking.agreed(turn, proposal.facts["person"], proposal.by, turn.now)


MADE: dict[ChangeOf, Callable[[Turn, Proposal, Policies], None]] = {
    ChangeOf.DIRECTORY: _change_directory,
    ChangeOf.LINK: _agree_to_link,
    ChangeOf.ADDRESS: _change_address,
}
"""For each sort of change, how it is made once a second person has agreed."""
