"""The turn in which a second person approves a change, and it is made."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import msgspec

from events.directory import ChangeProposed, PersonWords, ProposedWords
from events.names import ChangeOf
from register.directory.altering import Alteration, alteration_of, altered
from register.directory.cache import names_at
from register.directory.directory import Directory
from register.directory.files import Files, LoadError
from register.directory.loading import compare
from register.directory.proposals import Proposal
from register.errors import ConflictError
from register.policy import Policies
from register.standing.two_persons import refusals
from register.turns import linking
from register.turns.directory_changes import change
from register.turns.proposing import agreed
from register.turns.turn import Turn


def approve(turn: Turn, by: str, wanted: UUID, policies: Policies) -> Proposal:
    """Make a change to which a second person agrees, as things are then. Raises `NotFoundError`,
    `ForbiddenError`, or `ConflictError` where it does not fit any more; then nothing changes."""
    proposal = agreed(turn, by, wanted)
    MADE[proposal.change](turn, proposal, policies)
    return proposal


def _change_directory(turn: Turn, proposal: Proposal, policies: Policies) -> None:
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
    change(turn, [msgspec.structs.replace(event, changed_by=by) for event in load.events])


def _unfit(problems: list[str]) -> ConflictError:
    return ConflictError(f"This does not fit any more: {'; '.join(problems)}.")


def _names_of(turn: Turn, proposal: Proposal) -> dict[str, PersonWords]:
    for event in turn.log.stream(proposal.id):
        if isinstance(event, ChangeProposed) and isinstance(event.words, ProposedWords):
            return event.words.people
    return {}


def _as_files(
    alteration: Alteration, after: Directory, words: dict[str, PersonWords | None]
) -> Files:
    """What is altered, as if files said it."""
    return Files(
        people=[(after.people[each.id], words.get(each.id)) for each in alteration.people],
        services=[after.services[each.id] for each in alteration.services],
        names_people=False,
    )


def _agree_to_link(turn: Turn, proposal: Proposal, _policies: Policies) -> None:
    """It is made by whoever asked for it, who is shown it once."""
    linking.agreed(turn, proposal.facts["person"], proposal.by, turn.now)


MADE: dict[ChangeOf, Callable[[Turn, Proposal, Policies], None]] = {
    ChangeOf.DIRECTORY: _change_directory,
    ChangeOf.LINK: _agree_to_link,
}
"""For each sort of change, how it is made once a second person has agreed."""
