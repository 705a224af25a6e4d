"""People and groups as SCIM's users and groups, and back."""

from __future__ import annotations

import hashlib
from typing import TypeVar

import msgspec
from scim2_models import (
    Context,
    Email,
    EnterpriseUser,
    Group,
    GroupMember,
    InvalidSyntaxException,
    InvalidValueException,
    Manager,
    Meta,
    Name,
    PatchOp,
    Resource,
    SCIMException,
    ScimPolicy,
    User,
)
from scim2_models.resources.user import GroupMembership

from register.directory import grouping
from register.directory.grouping import WantedGroup
from register.directory.provisioned import Spelling
from register.directory.provisioning import Wanted
from register.directory.roll import Member
from web.api.scim import shapes
from web.api.scim.operations import ScimCall

USER = User[EnterpriseUser]
GROUP = Group
LENIENT = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)
"""What providers send that SCIM does not know of is let go; the rest is taken as they mean it."""
WORK = Email.Type.work

Shown = TypeVar("Shown", bound=Resource)


def user_of(member: Member, base: str) -> USER:
    spelling = member.spelling
    user = USER(
        id=member.id,
        external_id=spelling.external_id,
        user_name=spelling.user_name,
        display_name=spelling.display_name,
        active=member.is_active,
        meta=Meta(
            resource_type="User",
            created=member.joined_at,
            last_modified=member.changed_at,
            location=f"{base}/Users/{member.id}",
            version=_version(spelling, member.person.line_manager, member.is_active),
        ),
    )
    parts = spelling.formatted, spelling.given_name, spelling.family_name
    if any(parts):
        formatted, given, family = parts
        user.name = Name(formatted=formatted, given_name=given, family_name=family)
    if spelling.address:
        user.emails = [
            Email.model_construct(value=spelling.address, type=WORK, primary=spelling.is_primary)
        ]
    above, number = member.person.line_manager, spelling.staff_number
    if above is not None or number is not None:
        named = {"value": above, "$ref": f"{base}/Users/{above}"}
        manager = Manager.model_validate(named) if above is not None else None
        user[EnterpriseUser] = EnterpriseUser(manager=manager, employee_number=number)
    user.groups = [
        GroupMembership.model_validate(
            {"value": each.id, "$ref": f"{base}/Groups/{each.id}", "display": each.name}
        )
        for each in grouping.groups_of(member.person, member.directory)
    ] or None
    return user


def group_of(group: grouping.Group, base: str, *, with_members: bool = True) -> GROUP:
    own = group.own
    return GROUP(
        id=group.id,
        external_id=group.external_id,
        display_name=group.name,
        members=[_member(each, base) for each in group.members if with_members] or None,
        meta=Meta(
            resource_type="Group",
            created=own.made_at if own else None,
            last_modified=own.changed_at if own else None,
            location=f"{base}/Groups/{group.id}",
            version=_version(group.name, group.external_id, sorted(group.members)),
        ),
    )


def _member(person: str, base: str) -> GroupMember:
    reference = f"{base}/Users/{person}"
    return GroupMember.model_validate({"value": person, "$ref": reference, "type": "User"})


def _version(*said: object) -> str:
    """What changes whenever something does that a provider may write."""
    return f'W/"{hashlib.sha256(msgspec.json.encode(said)).hexdigest()[:24]}"'


def wanted_person(user: USER, before: Member | None) -> Wanted:
    """What a user as a provider sends it makes of a person."""
    name, address, extension = user.name or Name(), _address(user), user[EnterpriseUser]
    spelling = Spelling(
        user_name=(user.user_name or "").strip(),
        external_id=user.external_id or None,
        display_name=user.display_name or None,
        formatted=_formatted(name, before.spelling if before is not None else None),
        given_name=name.given_name or None,
        family_name=name.family_name or None,
        email=_email(user, address, before.spelling if before is not None else None),
        is_primary=address.primary if address is not None else True,
        staff_number=(extension.employee_number or None) if extension is not None else None,
    )
    manager = extension.manager if extension is not None else None
    is_active = before.is_active if before is not None else True
    return Wanted(
        spelling,
        (manager.value or None) if manager is not None else None,
        is_active if user.active is None else user.active,
    )


def _formatted(name: Name, before: Spelling | None) -> str | None:
    """The whole name. It follows new parts if it was made of the old ones."""
    if before is not None and name.formatted == before.formatted == before.parts:
        return " ".join(filter(None, (name.given_name, name.family_name))) or None
    return name.formatted or None


def _address(user: USER) -> Email | None:
    """The one address that the register keeps: the primary one, else the one at work."""
    given = [each for each in user.emails or () if each.value]
    return min(given, key=lambda each: (not each.primary, each.type != WORK), default=None)


def _email(user: USER, address: Email | None, before: Spelling | None) -> str | None:
    """The address, where it is not the `userName`. It follows a new `userName` if it was that."""
    email = str(address.value) if address is not None else None
    if email is None or email == user.user_name:
        return None
    follows = before is not None and email == before.address == before.user_name
    return None if follows and "@" in (user.user_name or "") else email


def wanted_group(group: GROUP) -> WantedGroup:
    members = dict.fromkeys(each.value or "" for each in group.members or ())
    return WantedGroup(group.display_name or "", group.external_id or None, tuple(members))


def new_of(model: type[Shown], call: ScimCall) -> Shown:
    """The resource that a POST brings."""
    body = shapes.resource(call.body)
    return model.model_validate(
        body, scim_ctx=Context.RESOURCE_CREATION_REQUEST, scim_policy=LENIENT
    )


def replaced_of(model: type[Shown], call: ScimCall) -> Shown:
    """The resource that a PUT brings."""
    body = shapes.resource(call.body)
    return model.model_validate(
        body, scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST, scim_policy=LENIENT
    )


def patch_of(model: type[Shown], call: ScimCall) -> PatchOp[Shown]:
    """The operations of a PATCH."""
    body = shapes.operations(call.body)
    patch: type[PatchOp[Shown]] = PatchOp[model]  # type: ignore[valid-type]
    return patch.model_validate(body, scim_ctx=Context.RESOURCE_PATCH_REQUEST, scim_policy=LENIENT)


def patched(patch: PatchOp[Shown], resource: Shown) -> Shown:
    """The resource after the operations, all of them or none."""
    try:
        patch.patch(resource, LENIENT)
    except SCIMException as error:
        raise _in_words(error) from None
    except (TypeError, ValueError, AttributeError, LookupError):
        raise InvalidSyntaxException(detail="An operation has a value of another sort.") from None
    return resource


def _in_words(error: SCIMException) -> SCIMException:
    """A refusal without what the library says of itself."""
    if isinstance(error, InvalidValueException) and "\n" in error.detail:
        return InvalidValueException(detail="An operation has a value of another sort.")
    return error
