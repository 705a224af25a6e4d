"""Which service users a worker is excluded for by a declaration, as its facts change."""

from __future__ import annotations

from msgspec.structs import replace

from register.declarations.declaration import Declaration, Exclusion


def excluding(after: Declaration, version: int) -> Declaration:
    """With the exclusions that follow from the facts after the entry with this version.

    One begins where the rule excludes and none for this service user holds. No correction ends
    one: while nobody has acted or looked since, those of the facts before hold too.
    """
    held = tuple(
        each if _still_holds(after, each) else replace(each, holds=False)
        for each in after.exclusions
    )
    begins = after.ruling.excludes and not any(each.holds and _is_own(after, each) for each in held)
    new = (Exclusion(version, after.service, after.service_user),) if begins else ()
    return replace(after, exclusions=(*held, *new))


def _still_holds(after: Declaration, exclusion: Exclusion) -> bool:
    if not exclusion.holds or after.is_unlooked:
        return exclusion.holds
    return after.ruling.excludes and _is_own(after, exclusion)


def _is_own(after: Declaration, exclusion: Exclusion) -> bool:
    return exclusion.is_for(after.service_user)
