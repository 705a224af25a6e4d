"""SCIM's groups: services, roles, and groups that are a provider's own."""

from __future__ import annotations

from dataclasses import replace

from scim2_models import ScimFilter, SearchRequest
from starlette.responses import Response

from register.directory.grouping import Group, WantedGroup
from web.api.scim.answers import changed, check_version, itself, listed, search_of, shown, shows
from web.api.scim.operations import ScimCall
from web.api.scim.resources import (
    GROUP,
    group_of,
    new_of,
    patch_of,
    patched,
    replaced_of,
    wanted_group,
)


def list_groups(call: ScimCall) -> Response:
    wanted = search_of(call, GROUP)
    return listed(wanted, wanted.sort(groups_found(call, wanted)), itself)


def search_groups(call: ScimCall) -> Response:
    return list_groups(call)


def groups_found(call: ScimCall, wanted: SearchRequest) -> list[GROUP]:
    """Those that a filter finds; their members only where these are asked for."""
    is_shown = shows(wanted, "members")
    return [
        group_of(each, call.base, with_members=is_shown)
        for each in call.register.groups.all(call.by)
        if wanted.filter is None or _is_found(each, wanted.filter, call.base)
    ]


def _is_found(group: Group, asked: ScimFilter, base: str) -> bool:
    """Whether a filter finds a group by any of its names: a provider may mean a service's id."""
    is_by_member = "member" in asked.casefold()
    return any(
        asked.match(group_of(replace(group, name=name), base, with_members=is_by_member))
        for name in group.names
    )


def get_group(call: ScimCall) -> Response:
    group = call.register.groups.group(call.by, call.path["id"])
    is_shown = shows(call.selection, "members")
    return shown(call, group_of(group, call.base, with_members=is_shown))


def post_group(call: ScimCall) -> Response:
    group = call.register.groups.add(call.by, wanted_group(new_of(GROUP, call)))
    return shown(call, group_of(group, call.base), 201)


def put_group(call: ScimCall) -> Response:
    sent = replaced_of(GROUP, call)

    def wanting(group: Group) -> WantedGroup:
        check_version(call, group_of(group, call.base, with_members=False))
        return wanted_group(sent)

    group = call.register.groups.replace(call.by, call.path["id"], wanting)
    return shown(call, group_of(group, call.base))


def patch_group(call: ScimCall) -> Response:
    patch = patch_of(GROUP, call)

    def wanting(group: Group) -> WantedGroup:
        present = group_of(group, call.base)
        check_version(call, present)
        return wanted_group(patched(patch, present))

    group = call.register.groups.replace(call.by, call.path["id"], wanting)
    is_shown = shows(call.selection, "members")
    return changed(call, group_of(group, call.base, with_members=is_shown))


def delete_group(call: ScimCall) -> Response:
    def check(group: Group) -> None:
        check_version(call, group_of(group, call.base, with_members=False))

    call.register.groups.remove(call.by, call.path["id"], check)
    return Response(status_code=204)
