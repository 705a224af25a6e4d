"""The turns in which changes are proposed, approved and declined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from events.directory import ChangeApproved, ChangeDeclined, ChangeProposed, ProposedWords
from events.log.log import Log
from events.names import ChangeOf
from register.directory.proposals import Proposal
from register.errors import ConflictError, NotFoundError
from register.standing.two_persons import check_may_change, check_may_decide, is_open
from register.turns.turn import Turn

NO_SUCH_CHANGE = "There is no change with that id that waits for anybody."
LAPSED = "This change has lapsed; propose it again if it is still wanted."


def propose(
    turn: Turn,
    by: str,
    change: ChangeOf,
    facts: Mapping[str, Any],
    words: ProposedWords | None = None,
) -> Proposal:
    """Let a change wait for a second person. The same one waits only once."""
    check_may_change(by, turn.directory)
    for known in turn.directory.proposed.values():
        is_same = (known.change, known.facts) == (change, facts)
        if is_same and is_open(known, turn.directory, turn.now) and words == said(turn.log, known):
            return known
    new = uuid4()
    proposed = ChangeProposed(
        originator_id=new, change=change, facts=dict(facts), proposed_by=by, words=words
    )
    turn.append([proposed])
    return turn.directory.proposed[new]


def said(log: Log, proposal: Proposal) -> ProposedWords | None:
    """The names and addresses in a proposal; None if there are none, or they are erased."""
    for event in log.stream(proposal.id):
        if isinstance(event, ChangeProposed):
            return event.words
    return None


def agreed(turn: Turn, by: str, change: UUID) -> Proposal:
    """Note that a second person approves a change. Whoever calls this makes it, in the same turn.
    Raises `NotFoundError`, `ForbiddenError` or `ConflictError`."""
    proposal = _waiting(turn, change)
    check_may_decide(by, proposal, turn.directory)
    _check_open(turn, proposal)
    turn.append([ChangeApproved(originator_id=change, approved_by=by)])
    return proposal


def decline(turn: Turn, by: str, change: UUID) -> None:
    """Decline a change; whoever proposed it withdraws it. Raises what `agreed` raises."""
    proposal = _waiting(turn, change)
    if by != proposal.by:
        check_may_decide(by, proposal, turn.directory)
    _check_open(turn, proposal)
    turn.append([ChangeDeclined(originator_id=change, declined_by=by)])


def _waiting(turn: Turn, change: UUID) -> Proposal:
    proposal = turn.directory.proposed.get(change)
    if proposal is None:
        raise NotFoundError(NO_SUCH_CHANGE)
    return proposal


def _check_open(turn: Turn, proposal: Proposal) -> None:
    if not is_open(proposal, turn.directory, turn.now):
        raise ConflictError(LAPSED)
