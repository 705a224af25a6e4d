"""Who may do what: every call of the API and every page, by role and by the way in which somebody
comes. What is not listed here, nobody may do.

A row says who comes in at the door. What they see and do there, `register/standing` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from events.names import Role, Scope
from register.acts import all_acts
from register.errors import ForbiddenError, LimitedError
from register.standing.held import (
    ABOVE,
    ACTING,
    ADMINISTRATOR,
    ANYBODY,
    AUDITOR,
    DIRECTOR,
    ERASES,
    OFFICER,
    READER,
    WORKER,
    Of,
)


@dataclass(frozen=True)
class Row:
    roles: frozenset[Role]
    of: Of = Of.NOBODY
    scope: Scope | None = None
    """What a token must be for; None if no token does it."""
    limited: bool = False
    """Whether a session does it that nobody has proved themselves in for long."""
    is_public: bool = False
    """Whether people do it who are not signed in."""
    by_token: bool = False
    """Whether only programs do it, with a token, and no session is enough."""
    whole: bool = False
    """Whether a token for some services does not do it: it is of no service, or of all."""
    by_standing: bool = False
    """Whether nobody is refused at the door: what they may know of, and then what is theirs, is
    asked about the one declaration that it is about."""


PUBLIC = Row(ANYBODY, limited=True, is_public=True)
READS = Scope.READ
DECLARES = Scope.DECLARE
ACTS = Scope.ACT
ONE = "/declarations/{id}"
PHOTOGRAPH = f"{ONE}/photographs/{{photograph}}"

CALLS: Mapping[str, Row] = {
    "POST /api/declarations/search": Row(ANYBODY, Of.SEEN, READS),
    f"PUT /api{ONE}": Row(WORKER | ACTING, Of.OWN, DECLARES, limited=True, by_standing=True),
    f"GET /api{ONE}": Row(READER, Of.SEEN, READS, by_standing=True),
    f"GET /api{ONE}/history": Row(READER, Of.SEEN, READS, by_standing=True),
    f"GET /api{ONE}/receipt": Row(READER, Of.SEEN, READS, by_standing=True),
    f"PUT /api{PHOTOGRAPH}": Row(WORKER, Of.OWN, DECLARES, limited=True, by_standing=True),
    f"GET /api{PHOTOGRAPH}": Row(READER, Of.SEEN, READS, by_standing=True),
    f"GET /api{PHOTOGRAPH}/thumbnail": Row(READER, Of.SEEN, READS, by_standing=True),
    "GET /api/declarations": Row(ANYBODY, Of.SEEN, READS),
    "GET /api/workers/{worker}/declarations": Row(ANYBODY, Of.SEEN, READS),
    "GET /api/alerts": Row(ANYBODY, Of.HELD, READS),
    "GET /api/notices": Row(ANYBODY, Of.OWN, READS),
    "GET /api/exclusions": Row(ABOVE | AUDITOR, Of.SEEN, READS),
    "POST /api/exclusions/check": Row(ABOVE | AUDITOR, Of.SEEN, READS),
    "GET /api/covers": Row(ABOVE | ADMINISTRATOR, Of.OWN, READS),
    "POST /api/covers": Row(ABOVE | ADMINISTRATOR, Of.OWN),
    "POST /api/covers/{cover}/end": Row(ABOVE | ADMINISTRATOR, Of.OWN, ACTS, whole=True),
    "GET /api/erasures": Row(ERASES, Of.HELD, READS, whole=True),
    "POST /api/erasures": Row(ERASES, Of.SEEN),
    "GET /api/erasures/{erasure}": Row(ERASES, Of.HELD, READS, whole=True),
    "POST /api/erasures/{erasure}/confirmation": Row(OFFICER, Of.HELD),
    "POST /api/erasures/{erasure}/refusal": Row(ERASES, Of.HELD),
    "GET /api/entries": Row(AUDITOR, Of.SEEN, READS, whole=True),
    "GET /api/looks": Row(READER, Of.SEEN, READS),
    "GET /api/sessions": Row(ANYBODY, Of.OWN),
    "POST /api/sessions/{session}/end": Row(ANYBODY, Of.OWN),
    "GET /api/tokens": Row(ANYBODY, Of.OWN, READS),
    "POST /api/tokens": Row(ANYBODY, Of.OWN),
    "POST /api/tokens/{token}/end": Row(ANYBODY, Of.OWN),
    "GET /api/roles": Row(ADMINISTRATOR | AUDITOR, Of.ALL, READS, whole=True),
    "POST /api/roles": Row(ADMINISTRATOR, Of.ALL),
    "GET /api/retention": Row(OFFICER, Of.ALL, READS, whole=True),
    "GET /api/requests": Row(OFFICER, Of.ALL, READS, whole=True),
    "POST /api/requests": Row(OFFICER, Of.ALL, ACTS, whole=True),
    "POST /api/requests/{request}/disclosures": Row(OFFICER, Of.ALL),
    "POST /api/requests/{request}/bundle": Row(OFFICER, Of.ALL),
    "POST /api/requests/{request}/answer": Row(OFFICER, Of.ALL, ACTS, whole=True),
    "GET /api/complaints": Row(OFFICER, Of.ALL, READS, whole=True),
    "POST /api/complaints": Row(OFFICER, Of.ALL, ACTS, whole=True),
    "POST /api/complaints/{complaint}/answer": Row(OFFICER, Of.ALL, ACTS, whole=True),
    "GET /api/holds": Row(OFFICER | DIRECTOR, Of.SEEN, READS, whole=True),
    "POST /api/holds": Row(OFFICER | DIRECTOR, Of.SEEN, ACTS, whole=True),
    "POST /api/holds/{hold}/lift": Row(OFFICER | DIRECTOR, Of.SEEN),
    "GET /api/checkpoint": PUBLIC,
    "GET /api/proofs/consistency": PUBLIC,
    "GET /api/proofs/inclusion": Row(ANYBODY, Of.SEEN, READS),
    "GET /api/proofs/promise-keys": PUBLIC,
    "GET /log/checkpoint": PUBLIC,
    "GET /log/tile/{tile:path}": PUBLIC,
    "GET /statusz": PUBLIC,
    "GET /readyz": PUBLIC,
    "GET /healthz": PUBLIC,
    "GET /api/openapi.json": PUBLIC,
    "GET /api/docs": PUBLIC,
}
PROVISIONS = Row(ADMINISTRATOR, Of.ALL, Scope.SCIM, by_token=True, whole=True)
PROVISIONING: Mapping[str, Row] = dict.fromkeys(
    (
        "GET /scim/v2/ServiceProviderConfig",
        "GET /scim/v2/ResourceTypes",
        "GET /scim/v2/ResourceTypes/{id}",
        "GET /scim/v2/Schemas",
        "GET /scim/v2/Schemas/{id}",
        "POST /scim/v2/.search",
        "GET /scim/v2/Users",
        "POST /scim/v2/Users",
        "POST /scim/v2/Users/.search",
        "GET /scim/v2/Users/{id}",
        "PUT /scim/v2/Users/{id}",
        "PATCH /scim/v2/Users/{id}",
        "DELETE /scim/v2/Users/{id}",
        "GET /scim/v2/Groups",
        "POST /scim/v2/Groups",
        "POST /scim/v2/Groups/.search",
        "GET /scim/v2/Groups/{id}",
        "PUT /scim/v2/Groups/{id}",
        "PATCH /scim/v2/Groups/{id}",
        "DELETE /scim/v2/Groups/{id}",
    ),
    PROVISIONS,
)
PAGES: Mapping[str, Row] = {
    "GET /sign-in": PUBLIC,
    "POST /sign-in": PUBLIC,
    "POST /sign-in/passkey": PUBLIC,
    "GET /sign-in/passkey/options": PUBLIC,
    "POST /sign-in/password": PUBLIC,
    "GET /sign-in/again": Row(ANYBODY, Of.OWN, limited=True),
    "POST /sign-in/again": Row(ANYBODY, Of.OWN, limited=True),
    "GET /sign-in/again/options": Row(ANYBODY, Of.OWN, limited=True),
    "POST /sign-in/again/passkey": Row(ANYBODY, Of.OWN, limited=True),
    "POST /sign-in/again/password": Row(ANYBODY, Of.OWN, limited=True),
    "GET /sign-in/{code}": PUBLIC,
    "POST /sign-in/{code}": PUBLIC,
    "POST /sign-in/with/{name}": PUBLIC,
    "GET /sign-in/with/{name}/callback": PUBLIC,
    "POST /sign-in/with/{name}/logout": PUBLIC,
    "POST /sign-out": PUBLIC,
    "GET /accessibility": PUBLIC,
    "GET /privacy": PUBLIC,
    "GET /offline": PUBLIC,
    "GET /offline/declare": PUBLIC,
    "GET /offline/declare/{kind}": PUBLIC,
    "GET /outbox": PUBLIC,
    "GET /receipts": PUBLIC,
    "GET /install": PUBLIC,
    "GET /manifest.webmanifest": PUBLIC,
    "GET /service-worker.js": PUBLIC,
    "GET /": Row(ANYBODY, Of.OWN),
    "GET /account": Row(ANYBODY, Of.OWN),
    "POST /account/seen": Row(ANYBODY, Of.OWN),
    "POST /account/sessions": Row(ANYBODY, Of.OWN),
    "GET /account/tokens": Row(ANYBODY, Of.OWN),
    "GET /account/notices": Row(ANYBODY, Of.OWN),
    "POST /account/notices": Row(ANYBODY, Of.OWN),
    "POST /account/tokens": Row(ANYBODY, Of.OWN),
    "POST /account/tokens/end": Row(ANYBODY, Of.OWN),
    "GET /privacy/mine": Row(ANYBODY, Of.OWN),
    "POST /seen": Row(WORKER, Of.OWN),
    "GET /news": Row(READER, Of.SEEN),
    "POST /news": Row(READER, Of.OWN),
    "GET /mine": Row(WORKER, Of.OWN),
    "GET /should-i-declare": Row(WORKER),
    "POST /should-i-declare": Row(WORKER),
    "GET /policy": Row(READER),
    "GET /declare": Row(WORKER, limited=True),
    "GET /declare/{kind}": Row(WORKER, limited=True),
    "POST /declare/{kind}": Row(WORKER, Of.OWN, limited=True),
    "POST /declare/{kind}/send": Row(WORKER, Of.OWN, limited=True),
    "GET /on-behalf": Row(ACTING),
    "GET /on-behalf/{worker}": Row(ACTING),
    "GET /on-behalf/{worker}/{kind}": Row(ACTING),
    "POST /on-behalf/{worker}/{kind}": Row(ACTING, Of.HELD),
    "POST /on-behalf/{worker}/{kind}/send": Row(ACTING, Of.HELD),
    f"GET {ONE}": Row(READER, Of.SEEN),
    f"GET {ONE}/sent": Row(WORKER, Of.OWN, limited=True),
    f"GET {ONE}/receipt": Row(READER, Of.SEEN),
    f"GET {ONE}/photographs": Row(WORKER, Of.OWN),
    f"POST {ONE}/photographs": Row(WORKER, Of.OWN),
    f"GET {PHOTOGRAPH}": Row(READER, Of.SEEN),
    f"GET {PHOTOGRAPH}/thumbnail": Row(READER, Of.SEEN),
    f"GET {PHOTOGRAPH}/view": Row(READER, Of.SEEN),
    "GET /account/providers": Row(ANYBODY, Of.OWN),
    "POST /account/providers/remove": Row(ANYBODY, Of.OWN),
    "GET /account/passkeys": Row(ANYBODY, Of.OWN),
    "POST /account/passkeys": Row(ANYBODY, Of.OWN),
    "GET /account/passkeys/options": Row(ANYBODY, Of.OWN),
    "POST /account/passkeys/remove": Row(ANYBODY, Of.OWN),
    "GET /account/password": Row(ANYBODY, Of.OWN),
    "POST /account/password": Row(ANYBODY, Of.OWN),
    "POST /account/password/remove": Row(ANYBODY, Of.OWN),
    "GET /inbox": Row(ABOVE, Of.HELD),
    "GET /changed": Row(ANYBODY, Of.SEEN),
    "GET /team": Row(ABOVE, Of.SEEN),
    "POST /team": Row(ABOVE, Of.SEEN),
    "GET /service-user": Row(ABOVE | AUDITOR, Of.SEEN),
    "POST /service-user": Row(ABOVE | AUDITOR, Of.SEEN),
    "GET /year": Row(DIRECTOR, Of.SEEN),
    "GET /how-soon": Row(DIRECTOR | AUDITOR, Of.SEEN),
    "GET /how-soon/overdue": Row(DIRECTOR | AUDITOR, Of.SEEN),
    "GET /exclusions": Row(ABOVE | AUDITOR, Of.SEEN),
    "POST /exclusions": Row(ABOVE | AUDITOR, Of.SEEN),
    "GET /register": Row(AUDITOR, Of.SEEN),
    "POST /register": Row(AUDITOR, Of.SEEN),
    "GET /register/print": Row(AUDITOR, Of.SEEN),
    "GET /register.csv": Row(AUDITOR, Of.SEEN),
    "GET /register/people": Row(AUDITOR, Of.ALL),
    "POST /register/people": Row(AUDITOR, Of.ALL),
    "GET /register/compare": Row(AUDITOR, Of.SEEN),
    "GET /register/proof": Row(AUDITOR, Of.ALL),
    "POST /register/proof": Row(AUDITOR, Of.SEEN),
    "GET /register/proof/{job}": Row(AUDITOR, Of.OWN),
    "GET /register/proof/{job}/bundle": Row(AUDITOR, Of.OWN),
    "GET /entries": Row(AUDITOR, Of.SEEN),
    "GET /entries/{position}": Row(AUDITOR, Of.SEEN),
    "GET /erasures": Row(ERASES, Of.HELD),
    "GET /erasures/ask": Row(ERASES, Of.SEEN),
    "POST /erasures/ask": Row(ERASES, Of.SEEN),
    "GET /erasures/{erasure}": Row(ERASES, Of.HELD),
    "POST /erasures/{erasure}": Row(ERASES, Of.HELD),
    "GET /looked": Row(WORKER, Of.OWN),
    f"GET {ONE}/looked": Row(WORKER, Of.OWN),
    "GET /looks": Row(AUDITOR, Of.ALL),
    "POST /looks": Row(AUDITOR, Of.ALL),
    "GET /looks.ndjson": Row(AUDITOR, Of.ALL),
    "GET /protection": Row(OFFICER, Of.ALL),
    "GET /requests": Row(OFFICER, Of.ALL),
    "POST /requests": Row(OFFICER, Of.ALL),
    "GET /requests/{request}": Row(OFFICER, Of.ALL),
    "POST /requests/{request}/disclosures": Row(OFFICER, Of.ALL),
    "POST /requests/{request}/bundle": Row(OFFICER, Of.ALL),
    "POST /requests/{request}/answer": Row(OFFICER, Of.ALL),
    "GET /complaints": Row(OFFICER, Of.ALL),
    "POST /complaints": Row(OFFICER, Of.ALL),
    "GET /complaints/{complaint}": Row(OFFICER, Of.ALL),
    "POST /complaints/{complaint}": Row(OFFICER, Of.ALL),
    "GET /holds": Row(OFFICER | DIRECTOR, Of.SEEN),
    "POST /holds": Row(OFFICER | DIRECTOR, Of.SEEN),
    "GET /holds/{hold}/lift": Row(OFFICER | DIRECTOR, Of.SEEN),
    "POST /holds/{hold}/lift": Row(OFFICER | DIRECTOR, Of.SEEN),
    "GET /policies/{policy}/{version}": Row(ANYBODY),
    "GET /account/link": Row(ANYBODY, Of.OWN),
    "POST /account/link": Row(ANYBODY, Of.OWN),
    "GET /people/{person}/link": Row(ADMINISTRATOR, Of.ALL),
    "POST /people/{person}/link": Row(ADMINISTRATOR, Of.ALL),
    "GET /people/slips": Row(ADMINISTRATOR, Of.ALL),
    "POST /people/slips": Row(ADMINISTRATOR, Of.ALL),
    "GET /cover": Row(ABOVE, Of.OWN),
    "POST /cover": Row(ABOVE, Of.OWN),
    "POST /cover/{cover}/end": Row(ABOVE | ADMINISTRATOR, Of.OWN),
    "GET /people/{person}/cover": Row(ADMINISTRATOR, Of.ALL),
    "POST /people/{person}/cover": Row(ADMINISTRATOR, Of.ALL),
    "GET /people": Row(ADMINISTRATOR, Of.ALL),
    "POST /people": Row(ADMINISTRATOR, Of.ALL),
    "GET /people/{person}/sign-in": Row(ADMINISTRATOR, Of.ALL),
    "POST /people/{person}/sign-in": Row(ADMINISTRATOR, Of.ALL),
    "GET /people/{person}/sessions": Row(ADMINISTRATOR, Of.ALL),
    "POST /people/{person}/sessions": Row(ADMINISTRATOR, Of.ALL),
    "GET /people/{person}/tokens": Row(ADMINISTRATOR, Of.ALL),
    "POST /people/{person}/tokens": Row(ADMINISTRATOR, Of.ALL),
    "GET /people/new": Row(ADMINISTRATOR, Of.ALL),
    "POST /people/new": Row(ADMINISTRATOR, Of.ALL),
    "GET /people/of/{person}": Row(ADMINISTRATOR, Of.ALL),
    "POST /people/of/{person}": Row(ADMINISTRATOR, Of.ALL),
    "GET /people/services/new": Row(ADMINISTRATOR, Of.ALL),
    "POST /people/services/new": Row(ADMINISTRATOR, Of.ALL),
    "GET /people/services/of/{service}": Row(ADMINISTRATOR, Of.ALL),
    "POST /people/services/of/{service}": Row(ADMINISTRATOR, Of.ALL),
    "GET /people/lines": Row(ADMINISTRATOR, Of.ALL),
    "GET /people/lines/{person}": Row(ADMINISTRATOR, Of.ALL),
    "GET /people/changes": Row(ADMINISTRATOR | DIRECTOR, Of.ALL),
    "POST /people/changes/{change}": Row(ADMINISTRATOR | DIRECTOR, Of.HELD),
    "GET /people/reachable": Row(ADMINISTRATOR, Of.ALL),
    "GET /people/outbox": Row(ADMINISTRATOR, Of.ALL),
    "POST /people/outbox": Row(ADMINISTRATOR, Of.ALL),
    "GET /people/upload": Row(ADMINISTRATOR, Of.ALL),
    "POST /people/upload": Row(ADMINISTRATOR, Of.ALL),
    "POST /people/upload/confirm": Row(ADMINISTRATOR, Of.ALL),
}


def _acts() -> dict[str, Row]:
    """An act says itself whose it is: as a call, and as a page."""
    rows = {}
    for act in all_acts():
        row = Row(act.roles, act.of, by_standing=True)
        rows[f"POST /api{act.path}"] = replace(row, scope=ACTS)
        rows[f"GET {act.path}"] = rows[f"POST {act.path}"] = row
    return rows


WHO_MAY: Mapping[str, Row] = MappingProxyType({**CALLS, **_acts(), **PROVISIONING, **PAGES})
"""By method and path."""


def is_call(key: str) -> bool:
    """Whether a key of the table is of the API, and not of a page."""
    return key in CALLS or key in PROVISIONING or " /api/" in key


def row_of(method: str, path: str) -> Row:
    """Raises `KeyError` for what is not listed."""
    return WHO_MAY[f"{method} {path}"]


@dataclass(frozen=True)
class Comer:
    """Somebody at the door."""

    roles: frozenset[Role] = frozenset()
    scopes: frozenset[Scope] | None = None
    """Those of the token with which they come; None for whoever comes with a session."""
    is_for_some: bool = False
    """Whether the token is for some services alone."""
    is_limited: bool = False
    """Whether their session is one that nobody has proved themselves in for long."""


def may_come_in(row: Row, comer: Comer) -> bool:
    return row.is_public or (_has_a_role(row, comer) and _comes_in_a_way(row, comer))


def check_may_come_in(row: Row, comer: Comer) -> None:
    """Raises `ForbiddenError` for whoever the row does not let in."""
    check_way(row, comer)
    if row.is_public:
        return
    if not _has_a_role(row, comer):
        who = IN_WORDS[row.roles]
        raise ForbiddenError(f"This is for {who}. Your work here has no need of it.")


def check_way(row: Row, comer: Comer) -> None:
    """Raises `LimitedError` or `ForbiddenError` for whoever does not come in a way that the row
    lets in, whatever their roles."""
    if row.is_public or _comes_in_a_way(row, comer):
        return
    if comer.scopes is None:
        raise LimitedError
    if row.scope is None:
        raise ForbiddenError("No token does this. Sign in with a browser.")
    if row.scope in comer.scopes:
        raise ForbiddenError("A token for some services alone is not enough for this.")
    raise ForbiddenError(f"Your token is not for this: it needs the scope '{row.scope}'.")


def _has_a_role(row: Row, comer: Comer) -> bool:
    return row.by_standing or row.roles == ANYBODY or not row.roles.isdisjoint(comer.roles)


def _comes_in_a_way(row: Row, comer: Comer) -> bool:
    if comer.scopes is not None:
        return row.scope in comer.scopes and not (row.whole and comer.is_for_some)
    return not row.by_token and (row.limited or not comer.is_limited)


IN_WORDS = {
    ERASES: "line managers, service directors, administrators and data protection officers",
    OFFICER: "data protection officers",
    WORKER: "people who declare",
    ABOVE: "line managers and service directors",
    ACTING: "whoever acts on what others declare",
    DIRECTOR: "service directors",
    OFFICER | DIRECTOR: "data protection officers and service directors",
    DIRECTOR | AUDITOR: "service directors and auditors",
    AUDITOR: "auditors",
    ADMINISTRATOR: "administrators",
    ABOVE | ADMINISTRATOR: "line managers, service directors and administrators",
    ADMINISTRATOR | DIRECTOR: "administrators and service directors",
    ADMINISTRATOR | AUDITOR: "administrators and auditors",
    ABOVE | AUDITOR: "line managers, service directors and auditors",
    READER: "people who declare, their managers and directors, and auditors",
}
