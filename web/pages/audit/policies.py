"""One version of a policy: its clauses in our words, and what each of its rules asks."""

from __future__ import annotations

from datetime import date

from starlette.responses import Response

from register.errors import NotFoundError
from register.kinds import all_kinds
from register.policy import Pack
from register.ruling.describing import asks, cases_of
from web.requests.visit import Visit, administrator


def show(visit: Visit) -> Response:
    policy, version = visit.path["policy"], visit.path["version"]
    pack = _pack(visit, policy, version)
    rules = {
        kind: [(case, asks(case, rule)) for case, rule in cases_of(rules)]
        for kind, rules in pack.kinds.items()
    }
    return visit.page(
        "policy.html",
        pack.title,
        back="/people" if administrator(visit) else "/register/people",
        policy=policy,
        version=date.fromisoformat(version),
        pack=pack,
        rules=rules,
        kinds=all_kinds(),
    )


def _pack(visit: Visit, policy: str, version: str) -> Pack:
    versions = visit.register.policies.packs.get(policy, {})
    for day, pack in versions.items():
        if day.isoformat() == version:
            return pack
    raise NotFoundError("There is no such version of a policy.")
