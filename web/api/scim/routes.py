"""Every URL of SCIM. An address for searching comes before the one with an id in its place."""

from __future__ import annotations

from web.api.scim.operations import ROOT, ScimOperation

USERS, GROUPS = f"{ROOT}/Users", f"{ROOT}/Groups"

SCIM_OPERATIONS = [
    ScimOperation("GET", f"{ROOT}/ServiceProviderConfig", "discovery.get_config", "What it can do"),
    ScimOperation(
        "GET", f"{ROOT}/ResourceTypes", "discovery.list_resource_types", "Users and groups"
    ),
    ScimOperation(
        "GET", f"{ROOT}/ResourceTypes/{{id}}", "discovery.get_resource_type", "Users, or groups"
    ),
    ScimOperation("GET", f"{ROOT}/Schemas", "discovery.list_schemas", "What is kept of them"),
    ScimOperation("GET", f"{ROOT}/Schemas/{{id}}", "discovery.get_schema", "What is kept of one"),
    ScimOperation("POST", f"{ROOT}/.search", "discovery.search_everything", "People and groups"),
    ScimOperation("GET", USERS, "users.list_users", "People, by a filter"),
    ScimOperation("POST", USERS, "users.post_user", "Add a person"),
    ScimOperation("POST", f"{USERS}/.search", "users.search_users", "People, by a filter"),
    ScimOperation("GET", f"{USERS}/{{id}}", "users.get_user", "A person"),
    ScimOperation("PUT", f"{USERS}/{{id}}", "users.put_user", "Replace a person"),
    ScimOperation("PATCH", f"{USERS}/{{id}}", "users.patch_user", "Change a person"),
    ScimOperation("DELETE", f"{USERS}/{{id}}", "users.delete_user", "End a person"),
    ScimOperation("GET", GROUPS, "groups.list_groups", "Services, roles, own groups, by a filter"),
    ScimOperation("POST", GROUPS, "groups.post_group", "Add a group of the provider's own"),
    ScimOperation("POST", f"{GROUPS}/.search", "groups.search_groups", "Groups, by a filter"),
    ScimOperation("GET", f"{GROUPS}/{{id}}", "groups.get_group", "A group and its members"),
    ScimOperation("PUT", f"{GROUPS}/{{id}}", "groups.put_group", "Replace a group's members"),
    ScimOperation("PATCH", f"{GROUPS}/{{id}}", "groups.patch_group", "Change a group's members"),
    ScimOperation("DELETE", f"{GROUPS}/{{id}}", "groups.delete_group", "Delete an own group"),
]
