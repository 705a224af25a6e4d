"""What ways remain to a worker who is left alone with a concern: on its page, and on the page on
which they note that they went one of them."""

from __future__ import annotations

from dataclasses import dataclass

from register.declarations.declaration import Declaration
from register.ruling.ways import Way, is_left_alone, patience_of, ways_that_remain
from web.requests.visit import Visit


@dataclass(frozen=True)
class Ways:
    ways: list[Way]
    patience: int


def ways(visit: Visit, declaration: Declaration) -> Ways:
    policy = visit.register.situation(visit.by, declaration).policy
    service = visit.directory.services[declaration.service]
    return Ways(ways_that_remain(service, policy), patience_of(policy))


def ways_if_left_alone(visit: Visit, declaration: Declaration) -> Ways | None:
    """None for everybody but the worker, and as long as something is done."""
    if declaration.worker != visit.by:
        return None
    policy = visit.register.situation(visit.by, declaration).policy
    alone = is_left_alone(declaration, policy, visit.now)
    return ways(visit, declaration) if alone else None
