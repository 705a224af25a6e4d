"""Who may change how they sign in, in the session that they have now."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request

from register.access.means import How
from register.access.sessions import Session
from register.errors import NotFreshError
from register.register import Register
from web.requests.session import session_of

FIRST_WITHIN = timedelta(minutes=15)
"""Whoever came in by a link, and has no way of their own yet, may give themselves one this long."""


def may_change(request: Request, session: Session) -> bool:
    """Whether they proved lately who they are, or have just come in by a link and have no way of
    their own yet."""
    register: Register = request.app.state.register
    is_new = session.how is How.LINK and not has_a_way(register, session.person)
    if is_new and register.now() - session.began_at <= FIRST_WITHIN:
        return True
    try:
        register.signing_in.check_fresh(session_of(request) or "")
    except NotFreshError:
        return False
    return True


def has_a_way(register: Register, person: str) -> bool:
    passwords = register.passwords
    has_password = passwords.is_on and passwords.has_one(person)
    return has_password or bool(register.passkeys.of(person) or register.bindings.of(person))
