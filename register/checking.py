"""What the policy packs say, for people: who is told, who decides, by when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import ValidationError

from register.kinds import all_kinds
from register.policy import KindRules, Pack, Policies, PolicyError, Rule

ROLES = {"line_manager": "line manager", "service_director": "service director"}
DOES = {
    "closed": "closed at once",
    "acknowledgement": "acknowledged by the {who} within {days} working days",
    "decision": "decided by the {who} ({outcomes}) within {days} working days",
    "answer": "answered by the {who} ({outcomes}) within {days} working days",
}


def check(policies: Policies) -> None:
    """Raises `PolicyError` where a pack sets what its kind does not know."""
    wrong = [
        f"{policy} {version}: kinds.{kind}: {problem}"
        for policy, versions in policies.packs.items()
        for version, pack in versions.items()
        for kind, rules in pack.kinds.items()
        for problem in _wrong_settings(kind, rules)
    ]
    if wrong:
        raise PolicyError("\n".join(wrong))


def _wrong_settings(kind: str, rules: KindRules) -> list[str]:
    if kind not in all_kinds():
        return []
    try:
        all_kinds()[kind].settings.model_validate(rules.settings)
    except ValidationError as error:
        return [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
    return []


def described(policies: Policies) -> Iterator[str]:
    """Each pack as lines to read."""
    for policy, versions in sorted(policies.packs.items()):
        for version, pack in sorted(versions.items()):
            yield from _pack_described(policy, version, pack)


def _pack_described(policy: str, version: date, pack: Pack) -> Iterator[str]:
    yield f"{policy}, version {version}: {pack.title}"
    for kind, rules in pack.kinds.items():
        yield f"  {kind}" + ("" if kind in all_kinds() else "  (no code for this kind yet)")
        for case, rule in rules.cases.items():
            yield f"    {case}: {_rule_described(rule)}"


def _rule_described(rule: Rule) -> str:
    does = DOES[rule.then].format(
        who=ROLES.get(rule.acts or "", ""),
        days=rule.days_to_act(),
        outcomes=" or ".join(rule.outcomes),
    )
    told = " and ".join(ROLES[role] for role in rule.tells)
    words = [rule.deadline, *(f"{word} if {flag}" for flag, word in rule.deadline_when.items())]
    late = ", ".join(word for word in words if word) or "no deadline"
    return f"tells {told}; {does}; {late} ({rule.clause})"
