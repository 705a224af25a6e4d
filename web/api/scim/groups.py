"""SCIM's groups: services, roles, and groups that are a provider's own."""

from __future__ import annotations

from dataclasses import replace

from scim2_models import SearchRequest
from starlette.responses import Response

from register.directory.grouping import Group, WantedGroup
from web.api.scim.answers import changed, check_version, listed, search_of, shown
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
    return listed(wanted, wanted.sort(groups_found(call, wanted)))


def search_groups(call: ScimCall) -> Response:
    return list_groups(call)


def groups_found(call: ScimCall, wanted: SearchRequest) -> list[GROUP]:
    groups = call.register.groups.all(call.by)
    return [group_of(each, call.base) for each in groups if _is_found(each, wanted, call.base)]


def _is_found(group: Group, wanted: SearchRequest, base: str) -> bool:
    """Whether a filter finds a group by any of its names: a provider may mean a service's id."""
    meant = (group_of(replace(group, name=name), base) for name in group.names)
    return wanted.filter is None or any(wanted.filter.match(each) for each in meant)


def get_group(call: ScimCall) -> Response:
    group = call.register.groups.group(call.by, call.path["id"])
    return shown(call, group_of(group, call.base))


def post_group(call: ScimCall) -> Response:
    group = call.register.groups.add(call.by, wanted_group(new_of(GROUP, call)))
    return shown(call, group_of(group, call.base), 201)


def put_group(call: ScimCall) -> Response:
    sent = replaced_of(GROUP, call)

    def wanting(group: Group) -> WantedGroup:
        check_version(call, group_of(group, call.base))
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
    return changed(call, group_of(group, call.base))


def delete_group(call: ScimCall) -> Response:
    def check(group: Group) -> None:
        check_version(call, group_of(group, call.base))

    call.register.groups.remove(call.by, call.path["id"], check)
    return Response(status_code=204)
