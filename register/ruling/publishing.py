"""Puts a policy version into the log when it is first in force, and refuses edits after that."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from events.directory import PolicyPublished
from events.ids import own_id
from register.directory.directory import Directory
from register.policy import Policies, PolicyError, PolicyInForce


def publish(
    policies: Policies, policy: PolicyInForce, directory: Directory
) -> list[PolicyPublished]:
    """The event with the policy version in force; nothing if the log has it already."""
    name, version = policy.policy, policy.version
    if name is None or version is None or (name, version) in directory.published:
        return []
    return [
        PolicyPublished(
            originator_id=own_id("policy", name, version),
            policy=name,
            version=version,
            pack=policies.files[name, version],
        )
    ]


def check_unchanged(policies: Policies, directory: Directory) -> None:
    """Raises `PolicyError`, with what changed, if a pack differs from its version in the log."""
    wrong = [
        line
        for (policy, version), pack in directory.published.items()
        for line in _differences(policy, version, pack, policies.files.get((policy, version)))
    ]
    if wrong:
        raise PolicyError("\n".join(wrong))


def _differences(
    policy: str, version: date, was: dict[str, Any], now: dict[str, Any] | None
) -> Iterator[str]:
    name = f"policy {policy} of {version}"
    if now is None:
        yield f"{name} has been in force, and its pack is missing"
        return
    before, after = dict(_leaves(was)), dict(_leaves(now))
    for place in sorted(before.keys() | after.keys()):
        if before.get(place) != after.get(place):
            yield (
                f"{name} has been in force and may not change; write a new version. "
                f"{place} was {before.get(place)!r}, and is now {after.get(place)!r}"
            )


def _leaves(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{place}.{key}" if place else key)
    else:
        yield place, value
