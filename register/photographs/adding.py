"""The turn that adds a photograph to a declaration."""

from __future__ import annotations

from events.log import photographs
from register.acts import photographing
from register.acts.situation import situation_of
from register.alerts.sorts import DECLARATIONS
from register.photographs.keeping import Added, Prepared
from register.policy import Policies
from register.turns.turn import Turn


def add(turn: Turn, by: str, prepared: Prepared, policies: Policies) -> Added:
    """Store a cleaned and sealed picture, with the entry that tells of it."""
    sealed, now = prepared.sealed, turn.now
    before = turn.declaration(sealed.declaration)
    situation = situation_of(by, before, policies, turn.directory, now)
    kept = photographs.fingerprint(turn.connection, sealed.declaration, sealed.photograph)
    was_sent = kept == sealed.fingerprint
    events = photographing.add(situation, prepared.added(by, now), was_sent=was_sent)
    (done,) = turn.store([turn.draft(DECLARATIONS, before.id, before, events, now)])
    if done.is_new:
        photographs.keep(turn.connection, sealed, done.state.version)
    return Added(photographing.found(done.state, sealed.photograph), done.is_new)
