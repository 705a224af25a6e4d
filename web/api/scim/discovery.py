"""What SCIM at this register offers: its configuration, its types, and a search in all of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from scim2_models import (
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    Context,
    EnterpriseUser,
    ETag,
    Filter,
    Group,
    Meta,
    Patch,
    Required,
    Resource,
    ResourceType,
    Schema,
    ServiceProviderConfig,
    Sort,
    User,
)
from scim2_models.resources.schema import Attribute
from starlette.responses import Response

from register.errors import ForbiddenError, NotFoundError
from web.api.scim.answers import MOST, itself, listed, scim_response, search_of
from web.api.scim.groups import groups_found
from web.api.scim.operations import ScimCall
from web.api.scim.resources import GROUP, USER, WORK
from web.api.scim.users import users_found

KEPT: Mapping[type, Mapping[str, Collection[str]]] = {
    User: {
        "userName": (),
        "name": ("formatted", "familyName", "givenName"),
        "displayName": (),
        "active": (),
        "emails": ("value", "type", "primary"),
        "groups": ("value", "$ref", "display"),
    },
    EnterpriseUser: {"employeeNumber": (), "manager": ("value", "$ref")},
    Group: {"displayName": (), "members": ("value", "$ref", "type")},
}
"""The attributes of which the register keeps anything, each with its parts."""
TYPES = {"emails": [WORK.value], "members": ["User"]}
"""The one type that each of these values has here."""


def get_config(call: ScimCall) -> Response:
    call.register.provisioning.roll(call.by)
    config = ServiceProviderConfig(
        patch=Patch(supported=True),
        bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
        filter=Filter(supported=True, max_results=MOST),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=True),
        etag=ETag(supported=True),
        authentication_schemes=[
            AuthenticationScheme(
                type=AuthenticationScheme.Type.oauthbearertoken,
                name="Bearer token",
                description="A token of the register with the scope scim, of an administrator",
                primary=True,
            )
        ],
        meta=Meta(
            resource_type="ServiceProviderConfig", location=f"{call.base}/ServiceProviderConfig"
        ),
    )
    return scim_response(_dumped(config))


def list_resource_types(call: ScimCall) -> Response:
    return _all(call, _resource_types(call))


def get_resource_type(call: ScimCall) -> Response:
    return _one(call, _resource_types(call))


def list_schemas(call: ScimCall) -> Response:
    return _all(call, _schemas(call))


def get_schema(call: ScimCall) -> Response:
    return _one(call, _schemas(call))


def search_everything(call: ScimCall) -> Response:
    wanted = search_of(call, USER | GROUP)
    roll = call.register.provisioning.roll(call.by)
    found = [*users_found(call, roll, wanted), *groups_found(call, wanted)]
    return listed(wanted, wanted.sort(found), itself)


def _resource_types(call: ScimCall) -> list[ResourceType]:
    call.register.provisioning.roll(call.by)
    types = [ResourceType.from_resource(model) for model in (USER, GROUP)]
    for each in types:
        location = f"{call.base}/ResourceTypes/{each.id}"
        each.meta = Meta(resource_type="ResourceType", location=location)
    return types


def _schemas(call: ScimCall) -> list[Schema]:
    call.register.provisioning.roll(call.by)
    schemas = [_schema(model) for model in KEPT]
    for each in schemas:
        each.meta = Meta(resource_type="Schema", location=f"{call.base}/Schemas/{each.id}")
    return schemas


def _schema(model: type) -> Schema:
    """The library's description, without what the register does not keep."""
    schema: Schema = model.to_schema()  # type: ignore[attr-defined]
    schema.attributes = [
        _attribute(each, KEPT[model][each.name])
        for each in schema.attributes or ()
        if each.name is not None and each.name in KEPT[model]
    ]
    return schema


def _attribute(attribute: Attribute, parts: Collection[str]) -> Attribute:
    if attribute.name == "active":
        attribute.required = Required.true  # everybody is either here or not
    if parts:
        attribute.sub_attributes = [
            each for each in attribute.sub_attributes or () if each.name in parts
        ]
    for each in attribute.sub_attributes or ():
        if each.name == "type":
            each.canonical_values = TYPES[attribute.name or ""]
    return attribute


def _all(call: ScimCall, resources: Sequence[Resource]) -> Response:
    if "filter" in call.query:  # RFC 7644, section 4
        raise ForbiddenError("These are listed as a whole.")
    return scim_response(
        {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": len(resources),
            "startIndex": 1,
            "itemsPerPage": len(resources),
            "Resources": [_dumped(each) for each in resources],
        }
    )


def _one(call: ScimCall, resources: Sequence[Resource]) -> Response:
    for each in resources:
        if (each.id or "").casefold() == call.path["id"].casefold():
            return scim_response(_dumped(each))
    raise NotFoundError("There is nothing with this id.")


def _dumped(resource: Resource) -> dict[str, object]:
    return resource.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
