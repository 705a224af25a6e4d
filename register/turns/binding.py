"""The turns in which a person is bound to who they are at a provider, and let go of again."""

from __future__ import annotations

from events.access import SignInAdded, SignInRemoved, account_of
from events.directory import PersonJoined, PersonRenamed
from events.log.log import Log
from register.access import bindings, sessions
from register.access.bindings import UNKNOWN, Bindings, Claimed
from register.access.marks import Marks
from register.access.means import How, way_of
from register.declarations.names import Role
from register.directory.by_email import folded
from register.errors import ConflictError, ForbiddenError, NotFoundError
from register.turns.running import Turns
from register.turns.turn import Turn

NOT_ONE = (
    "More than one person here has the email address of this sign-in, so it can be none of them. "
    "Ask the administrator to put the addresses right."
)
BOUND_BEFORE = (
    "Whoever has this email address already signs in with another account, there or elsewhere. If "
    "that is you, sign in as you did before and add this one under “Your account”. If you cannot, "
    "ask the administrator to remove the other one."
)
OF_SOMEBODY_ELSE = "This sign-in is already somebody else's."
HAS_ONE = "You can already sign in there with another account. Remove that one first."
NAMED = (PersonJoined.TOPIC, PersonRenamed.TOPIC)


class ProviderBindings(Bindings):
    """Who signs in as whom at a provider, and how that comes about and ends."""

    def __init__(self, log: Log, turns: Turns) -> None:
        super().__init__(log.database, log.keyring, log.right_now)
        self._turns = turns

    def bind_by_email(self, claimed: Claimed) -> str:
        """Bind who somebody is at a provider to the one person with the address that the provider
        has verified; gives the person. Raises `ForbiddenError` where that is not plain."""
        return self._turns.run(bind_by_email, claimed)

    def bind_oneself(self, by: str, claimed: Claimed, session: str) -> None:
        """`session`: the one in which they do so. Raises `UnauthenticatedError` where that has
        ended meanwhile, and `ConflictError`."""
        self._turns.run(bind_oneself, by, claimed, session)

    def unbind(self, by: str, person: str, provider: str, session: str | None = None) -> None:
        """Let go of how a person signs in at a provider: their own, or an administrator's to do.
        The sessions that came of it end, but not `session`, in which its owner removes it."""
        self._turns.run(unbind, by, person, provider, session)


def bind_by_email(turn: Turn, claimed: Claimed) -> str:
    """Bind a subject for the first time to the one person here with its address; gives who that
    is. Raises `ForbiddenError`, and binds nobody, where that is not plain."""
    bound = bindings.bound_to(turn.connection, Marks(turn.log.keyring), claimed)
    if bound is not None:  # by another request of the same browser, meanwhile
        return bound.person
    found = _with_address(turn, claimed.email)
    if not found:
        raise ForbiddenError(UNKNOWN)
    if len(found) > 1:
        raise ForbiddenError(NOT_ONE)
    [person] = found
    if bindings.is_bound(turn.connection, person):
        raise ForbiddenError(BOUND_BEFORE)
    _bind(turn, person, claimed)
    return person


def bind_oneself(turn: Turn, person: str, claimed: Claimed, session: str) -> None:
    """Bind a subject to the person who is signed in. Raises `ConflictError` and
    `UnauthenticatedError`."""
    sessions.check_goes_on(turn.connection, person, session)
    bound = bindings.bound_to(turn.connection, Marks(turn.log.keyring), claimed)
    if bound is not None and bound.person != person:
        raise ConflictError(OF_SOMEBODY_ELSE)
    if bound is not None:
        return
    if bindings.is_bound(turn.connection, person, claimed.provider):
        raise ConflictError(HAS_ONE)
    _bind(turn, person, claimed)


def unbind(turn: Turn, by: str, person: str, provider: str, session: str | None = None) -> None:
    """Nobody signs in as this person at the provider any longer. Raises `ForbiddenError` and
    `NotFoundError`."""
    if by != person and Role.ADMINISTRATOR not in turn.directory.people[by].roles:
        raise ForbiddenError("Only an administrator removes how somebody else signs in.")
    if not bindings.is_bound(turn.connection, person, provider):
        raise NotFoundError("This sign-in has been removed already.")
    bindings.unbind(turn.connection, person, provider)
    way = way_of(How.PROVIDER, provider)
    sessions.end_with_way(turn.connection, person, way, by, session)
    removed = SignInRemoved(
        originator_id=account_of(person),
        person=person,
        how=How.PROVIDER,
        removed_by=by,
        provider=provider,
    )
    turn.append([removed])


def _bind(turn: Turn, person: str, claimed: Claimed) -> None:
    bindings.bind(turn.connection, Marks(turn.log.keyring), person, claimed, turn.now)
    added = SignInAdded(
        originator_id=account_of(person),
        person=person,
        how=How.PROVIDER,
        added_by=person,
        provider=claimed.provider,
    )
    turn.append([added])


def _with_address(turn: Turn, email: str | None) -> list[str]:
    """Everybody here with an address."""
    if email is None:
        return []
    addresses: dict[str, str] = {}
    for event in turn.log.after(0, topics=NAMED):
        if isinstance(event, PersonJoined | PersonRenamed):
            addresses[event.person] = event.words.email if event.words else ""
    wanted = folded(email)
    same = (person for person, address in addresses.items() if folded(address) == wanted)
    return [person for person in same if wanted and turn.directory.is_here(person)]
