"""A policy for everyone who works under it: its clauses in our words, and what each rule asks."""

from __future__ import annotations

from datetime import date

from starlette.responses import Response

from register.directory.service import Service
from register.errors import NotFoundError
from register.kinds import all_kinds
from register.policy import Pack
from register.ruling.describing import asks, cases_of, clauses_on
from register.ruling.retaining import retention_in_words
from web.requests.visit import Visit, above, administrator, auditor, to, worker

OWN = "/policy"


def own(visit: Visit) -> Response:
    """The policy at the service where somebody works; a list, if they have several services."""
    found = {service.id: held(visit, service) for service in _services(visit)}
    addresses = {address for address in found.values() if address}
    if len(addresses) == 1 and all(found.values()):
        return to(addresses.pop())
    services = [(service.name, found[service.id]) for service in _services(visit)]
    return visit.page("policy_own.html", "The policy at your service", services=services)


def held(visit: Visit, service: Service) -> str | None:
    """The address of the policy in force at a service; None if there is none."""
    policy = service.policy_on(visit.today)
    version = None if policy is None else visit.register.policies.version_on(policy, visit.today)
    return None if version is None else f"/policies/{policy}/{version}"


def _services(visit: Visit) -> list[Service]:
    """Somebody's own services and those they direct; all, for a worker who has none."""
    services = visit.directory.services
    ids = [*visit.person.services, *sorted(visit.directory.directs(visit.by))]
    return [services[each] for each in dict.fromkeys(ids)] or list(services.values())


def show(visit: Visit) -> Response:
    policy, version = visit.path["policy"], visit.path["version"]
    pack = _pack(visit, policy, version)
    rules = {
        kind: [(case, asks(case, rule)) for case, rule in cases_of(rules)]
        for kind, rules in pack.kinds.items()
    }
    clauses = {kind: clauses_on(kind, pack) for kind in pack.kinds}
    on_kinds = {clause for on_one in clauses.values() for clause in on_one}
    return visit.page(
        "policy.html",
        pack.title,
        back=_back(visit),
        policy=policy,
        version=date.fromisoformat(version),
        pack=pack,
        rules=rules,
        clauses=clauses,
        kept=list(retention_in_words(pack.retention)),
        others={each: text for each, text in pack.clauses.items() if each not in on_kinds},
        kinds=all_kinds(),
    )


def _back(visit: Visit) -> str:
    if worker(visit) or above(visit):
        return "/"
    if administrator(visit):
        return "/people"
    return "/register/people" if auditor(visit) else "/"


def _pack(visit: Visit, policy: str, version: str) -> Pack:
    versions = visit.register.policies.packs.get(policy, {})
    for day, pack in versions.items():
        if day.isoformat() == version:
            return pack
    raise NotFoundError("There is no such version of a policy.")
