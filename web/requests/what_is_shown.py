"""What each route shows of what people declared: every route that reads stands here.

What is shown is kept as a look (see `looking`); where there are no words, there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from register.acts import all_acts
from register.acts.lifting import lift
from register.declarations.names import Shown

NO_WORDS, A_LIST, ONE = Shown.NO_WORDS, Shown.LIST, "/declarations/{id}"
PHOTOGRAPH = f"{ONE}/photographs/{{photograph}}"

WITH_WORDS: Mapping[str, Shown] = {
    "GET /": A_LIST,
    "GET /mine": A_LIST,
    f"GET {ONE}": Shown.DECLARATION,
    f"GET {PHOTOGRAPH}": Shown.PHOTOGRAPH,
    f"GET {PHOTOGRAPH}/thumbnail": Shown.PHOTOGRAPH,
    "GET /inbox": A_LIST,
    "GET /team": A_LIST,
    "GET /service-user": A_LIST,
    "GET /exclusions": Shown.KEY_WORKING,
    "GET /how-soon/overdue": A_LIST,
    "GET /register": A_LIST,
    "GET /register/print": Shown.EXPORT,
    "GET /register.csv": Shown.EXPORT,
    "GET /entries": Shown.ENTRY,
    "GET /entries/{position}": Shown.ENTRY,
    "POST /api/declarations/search": A_LIST,
    f"PUT /api{ONE}": Shown.DECLARATION,
    f"GET /api{ONE}": Shown.DECLARATION,
    f"GET /api{ONE}/history": Shown.HISTORY,
    f"GET /api{PHOTOGRAPH}": Shown.PHOTOGRAPH,
    f"GET /api{PHOTOGRAPH}/thumbnail": Shown.PHOTOGRAPH,
    "GET /api/declarations": A_LIST,
    "GET /api/workers/{worker}/declarations": A_LIST,
    "GET /api/exclusions": Shown.KEY_WORKING,
    "POST /api/exclusions/check": Shown.KEY_WORKING,
    "GET /api/entries": Shown.ENTRY,
    "POST /requests/{request}/bundle": Shown.EXPORT,
    "POST /api/requests/{request}/bundle": Shown.EXPORT,
}
WITHOUT_WORDS = (
    "GET /api/erasures",
    "GET /api/erasures/{erasure}",
    "GET /erasures",
    "GET /erasures/ask",
    "GET /erasures/{erasure}",
    "GET /account",
    "GET /account/link",
    "GET /account/notices",
    "GET /account/passkeys",
    "GET /account/passkeys/options",
    "GET /account/password",
    "GET /account/providers",
    "GET /account/tokens",
    "GET /api/alerts",
    "GET /api/covers",
    "GET /api/docs",
    "GET /api/looks",
    "GET /api/notices",
    "GET /api/openapi.json",
    "GET /api/roles",
    "GET /changed",
    "GET /cover",
    "GET /declare",
    "GET /declare/{kind}",
    f"GET {ONE}/looked",
    f"GET {ONE}/photographs",
    f"GET {PHOTOGRAPH}/view",
    f"GET {ONE}/sent",
    "GET /healthz",
    "GET /how-soon",
    "GET /looked",
    "GET /looks",
    "GET /looks.ndjson",
    "GET /news",
    "GET /on-behalf",
    "GET /on-behalf/{worker}",
    "GET /on-behalf/{worker}/{kind}",
    "GET /people",
    "GET /people/changes",
    "GET /people/{person}/cover",
    "GET /people/lines",
    "GET /people/lines/{person}",
    "GET /people/new",
    "GET /people/outbox",
    "GET /people/reachable",
    "GET /people/of/{person}",
    "GET /people/services/new",
    "GET /people/services/of/{service}",
    "GET /people/upload",
    "GET /api/complaints",
    "GET /api/holds",
    "GET /api/requests",
    "GET /complaints",
    "GET /complaints/{complaint}",
    "GET /requests",
    "GET /requests/{request}",
    "GET /api/retention",
    "GET /holds",
    "GET /holds/{hold}/lift",
    "GET /policies/{policy}/{version}",
    "GET /policy",
    "GET /privacy/mine",
    "GET /protection",
    "GET /register/compare",
    "GET /register/people",
    "GET /register/proof",
    "GET /register/proof/{job}",
    "GET /should-i-declare",
    "GET /api/sessions",
    "GET /api/tokens",
    "GET /people/slips",
    "GET /people/{person}/link",
    "GET /people/{person}/sessions",
    "GET /people/{person}/sign-in",
    "GET /people/{person}/tokens",
    "GET /api/checkpoint",
    "GET /api/proofs/consistency",
    "GET /api/proofs/inclusion",
    "GET /api/proofs/promise-keys",
    "GET /api/declarations/{id}/receipt",
    "GET /declarations/{id}/receipt",
    "GET /log/checkpoint",
    "GET /log/tile/{tile:path}",
    "GET /sign-in/again",
    "GET /sign-in/again/options",
    "GET /readyz",
    "GET /statusz",
    "GET /year",
)
"""What reads and shows no words: states, dates and numbers, a policy, people and services, an empty
form; or of what one wrote oneself no more than that it was sent."""

KEPT_BEFORE = ("GET /register/proof/{job}/bundle",)
"""What was kept as looks while it was made, before anybody could download it."""


def _of_acts() -> Iterator[tuple[str, Shown]]:
    """The form of an act shows what it is about; its call is answered with that."""
    for act in all_acts():
        shown = Shown.KEY_WORKING if act is lift else Shown.DECLARATION
        yield f"GET {act.path}", shown
        yield f"POST {act.path}", shown
        yield f"POST /api{act.path}", NO_WORDS if act is lift else shown


SHOWS = {
    **WITH_WORDS,
    **dict.fromkeys((*WITHOUT_WORDS, *KEPT_BEFORE), NO_WORDS),
    **dict(_of_acts()),
}


def shown_at(method: str, path: str) -> Shown:
    """What a route shows; a form that is sent shows no words, if it does not stand here."""
    return SHOWS.get(f"{method} {path}", NO_WORDS)
