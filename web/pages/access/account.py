"""What a person sees of their own account: how they sign in, where they are signed in, and news."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec
from starlette.responses import Response

from register.access.account import AccountNews
from register.access.means import MEANS
from register.access.sessions import Session
from register.deadlines import in_words
from register.declarations.names import Role
from register.directory.auditing import AUDITORS, limits_in_words
from register.reading.proposals import Decided
from web.pages.access.own_providers import OWN as PROVIDERS
from web.pages.access.own_providers import is_offered_more, providers_of
from web.pages.access.own_ways import (
    PASSKEYS,
    PASSWORD,
    has_password,
    passkeys_of,
    password_of,
)
from web.pages.access.ways import Way
from web.requests.visit import Visit, position, to

PATH = "/account"
FIRST = {
    "passkey": "The passkey is added. You can sign in with it from now on.",
    "password": "The password is set. You can sign in with it from now on.",
}
"""What is said to whoever came in by a link, and has just given themselves a way of their own."""
OTHERS = "others"
"""What the button says that ends all sessions but this one."""


WAYS: tuple[Callable[[Visit, str], Iterable[Way]], ...] = (
    passkeys_of,
    password_of,
    providers_of,
)
"""Each gives the ways of one sort that a person has."""


def ways_of(visit: Visit, person: str) -> list[Way]:
    return [way for ways in WAYS for way in ways(visit, person)]


def _add(visit: Visit) -> Iterator[tuple[str, str]]:
    """Links to the pages on which a person adds a way: address and words."""
    yield PASSKEYS, "Add a passkey"
    if is_offered_more(visit):
        yield PROVIDERS, "Add another place where you sign in"
    if visit.register.passwords.is_on:
        yield PASSWORD, "Change your password" if has_password(visit) else "Set a password"


def show(visit: Visit) -> Response:
    return visit.page(
        "account.html",
        "Your account",
        back="/",
        news=news_of_account(visit),
        ways=ways_of(visit, visit.by),
        add=list(_add(visit)),
        done=FIRST.get(visit.query.get("done", "")),
        audits=_audits(visit),
        link=visit.register.linking.pending(visit.by),
        sessions=shown(visit, visit.by),
        tokens=visit.register.tokens.of(visit.by),
    )


def _audits(visit: Visit) -> str | None:
    """Of what somebody reads the register as an auditor, and when; None for whoever does not."""
    person = visit.person
    if AUDITORS.isdisjoint(person.roles):
        return None
    limits = person.auditing
    at = [visit.directory.services[each].name for each in limits.services]
    what = f"what was declared at {' and '.join(at)}" if at else "the register of all services"
    if limits.last_on is not None and limits.last_on < visit.today:
        return f"You audited {what} until {in_words(limits.last_on)}. You do so no more."
    days = limits_in_words(msgspec.structs.replace(limits, services=()), str)
    return " ".join(filter(None, ("You audit", what, days))) + "."


def news_of_account(visit: Visit) -> list[AccountNews]:
    """What happened to somebody's account, and to the changes that they proposed; both are seen
    together."""
    name = visit.register.read.name
    decided = [
        AccountNews(
            f"{name(each.by)} {'agreed to' if each.is_approved else 'declined'} a change that you "
            "proposed.",
            each.at,
            each.position,
            is_of_account=False,
        )
        for each in _decided(visit)
    ]
    news = [*visit.register.account.news(visit.by, name), *decided]
    return sorted(news, key=lambda each: each.position, reverse=True)


def _decided(visit: Visit) -> Sequence[Decided]:
    """Only administrators propose changes."""
    return visit.register.changes_decided(visit.by) if Role.ADMINISTRATOR in visit.roles else ()


def shown(visit: Visit, person: str) -> list[tuple[Session, str, bool]]:
    """Somebody's sessions, each with how it began, and whether it is the one that looks."""
    this = visit.session.id if visit.session else None
    sessions = visit.register.signing_in.sessions_of(person)
    return [(each, MEANS[each.how], each.id == this) for each in sessions]


def seen(visit: Visit) -> Response:
    """Note that a person has seen the news of their account, up to a position."""
    up_to = position(str(visit.form.get("up_to", "")))
    if up_to is not None:
        visit.register.account.note_seen(visit.by, up_to)
    return to(str("/" if "home" in visit.form else PATH))


def end(visit: Visit) -> Response:
    """End one of a person's own sessions, or all but this one."""
    ended, signing_in = str(visit.form.get("end", "")), visit.register.signing_in
    if ended != OTHERS:
        signing_in.end_one(visit.by, ended)
    elif visit.session is not None:
        signing_in.end_all(visit.by, but=visit.session.id)
    return to(PATH)
