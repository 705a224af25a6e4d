"""SCIM's users: the people of the register."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scim2_models import SearchRequest
from scim2_models.path import (
    CompareOperator,
    Comparison,
    FilterNode,
    LogicalExpr,
    LogicalOperator,
    ValuePath,
)
from starlette.responses import Response

from register.directory.provisioning import Wanted
from register.directory.roll import Member, Roll
from web.api.scim.answers import check_version, itself, listed, search_of, shown
from web.api.scim.operations import ScimCall
from web.api.scim.resources import (
    USER,
    new_of,
    patch_of,
    patched,
    replaced_of,
    user_of,
    wanted_person,
)


def list_users(call: ScimCall) -> Response:
    wanted = search_of(call, USER)
    roll = call.register.provisioning.roll(call.by)
    if wanted.filter is None and wanted.sort_by is None:
        return listed(wanted, roll.ids, lambda each: user_of(roll.member(each), call.base))
    return listed(wanted, wanted.sort(users_found(call, roll, wanted)), itself)


def search_users(call: ScimCall) -> Response:
    return list_users(call)


def users_found(call: ScimCall, roll: Roll, wanted: SearchRequest) -> list[USER]:
    """Those whom a filter finds."""
    if wanted.filter is None:
        return [user_of(roll.member(each), call.base) for each in roll.ids]
    users = (user_of(roll.member(each), call.base) for each in _candidates(roll, wanted.filter.ast))
    return [each for each in users if wanted.filter.match(each)]


def _candidates(roll: Roll, asked: FilterNode) -> Iterable[str]:
    """Whom a filter may find. Providers look for one person at a time, so these are found without
    making a user of everybody."""
    for name, value in _equal(asked):
        match name.casefold():
            case "username":
                return roll.called(value)
            case "externalid":
                return roll.known_as(value)
            case "id":
                return [each for each in roll.ids if each == value]
            case "emails" | "emails.value":
                return [each for each in roll.ids if roll.address(each) == value.casefold()]
    return roll.ids


def _equal(asked: FilterNode, within: str = "") -> Iterator[tuple[str, str]]:
    """The names that have to equal something for a filter to find anybody, each with what."""
    match asked:
        case Comparison(path, CompareOperator.eq, str(value)):
            yield f"{within}{path}", value
        case ValuePath(path, inner):
            yield from _equal(inner, f"{path}.")
        case LogicalExpr(LogicalOperator.and_, terms):
            for each in terms:
                yield from _equal(each, within)


def get_user(call: ScimCall) -> Response:
    return _shown(call, call.register.provisioning.roll(call.by).member(call.path["id"]))


def post_user(call: ScimCall) -> Response:
    wanted = wanted_person(new_of(USER, call), None)
    return _shown(call, call.register.provisioning.add(call.by, wanted), 201)


def put_user(call: ScimCall) -> Response:
    sent = replaced_of(USER, call)

    def wanting(member: Member) -> Wanted:
        check_version(call, user_of(member, call.base))
        return wanted_person(sent, member)

    return _shown(call, call.register.provisioning.replace(call.by, call.path["id"], wanting))


def patch_user(call: ScimCall) -> Response:
    patch = patch_of(USER, call)

    def wanting(member: Member) -> Wanted:
        user = user_of(member, call.base)
        check_version(call, user)
        return wanted_person(patched(patch, user), member)

    return _shown(call, call.register.provisioning.replace(call.by, call.path["id"], wanting))


def delete_user(call: ScimCall) -> Response:
    def check(member: Member) -> None:
        check_version(call, user_of(member, call.base))

    call.register.provisioning.remove(call.by, call.path["id"], check)
    return Response(status_code=204)


def _shown(call: ScimCall, member: Member, status: int = 200) -> Response:
    return shown(call, user_of(member, call.base), status)
