"""Describes the policy packs for people: who is told, who decides, by when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from register.kinds import all_kinds
from register.policy import WHOEVER_ACTS, KindRules, Pack, Policies, PolicyError, Rule
from register.standing.roles import ROLES

Participles = Mapping[str, str]
"""The participle of every act that a rule may order, by its name: "decision" has "decided"."""
AT_ONCE = "closed at once"


def check(policies: Policies) -> None:
    """Raises `PolicyError` if a pack has a setting or an outcome that its kind does not have."""
    wrong = [
        f"{policy} {version}: kinds.{kind}: {problem}"
        for policy, versions in policies.packs.items()
        for version, pack in versions.items()
        for kind, rules in pack.kinds.items()
        for wrong_in in (_wrong_settings, _wrong_outcomes, _wrong_readers)
        for problem in wrong_in(kind, rules)
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


def _wrong_readers(kind: str, rules: KindRules) -> list[str]:
    if kind not in all_kinds() or not all_kinds()[kind].excludes_from_key_working:
        return []
    return [
        f"cases.{case}: seen_by: many read the list of exclusions, so it cannot be `acting` alone"
        for case, rule in rules.cases.items()
        if rule.seen_by == WHOEVER_ACTS
    ]


def _wrong_outcomes(kind: str, rules: KindRules) -> list[str]:
    if kind not in all_kinds():
        return []
    known = all_kinds()[kind].outcomes
    return [
        f"cases.{case}: {outcome!r} is none of its outcomes: {', '.join(known) or 'it has none'}"
        for case, rule in rules.cases.items()
        for outcome in (*rule.outcomes, *filter(None, [rule.answered]))
        if outcome not in known
    ]


def described(policies: Policies, participles: Participles) -> Iterator[str]:
    """Each pack as lines of text."""
    for policy, versions in sorted(policies.packs.items()):
        for version, pack in sorted(versions.items()):
            yield f"{policy}, version {version}: {pack.title}"
            yield from _pack_described(pack, participles)


def _pack_described(pack: Pack, participles: Participles) -> Iterator[str]:
    for kind, rules in pack.kinds.items():
        yield f"  {kind}" + ("" if kind in all_kinds() else "  (no code for this kind yet)")
        for case, rule in rules.cases.items():
            yield f"    {case}: {_rule_described(rule, participles)}"


def _rule_described(rule: Rule, participles: Participles) -> str:
    told = " and ".join(ROLES[role].words for role in rule.tells)
    late = ", ".join(_deadlines(rule)) or "no deadline"
    return f"tells {told}; {_orders(rule, participles)}; {late} ({rule.clause})"


def _orders(rule: Rule, participles: Participles) -> str:
    if rule.acts is None:
        return AT_ONCE
    allowed = f" ({' or '.join(rule.outcomes)})" if rule.outcomes else ""
    days = f"{rule.days_to_act()} working days"
    return f"{participles[rule.then]} by the {ROLES[rule.acts].words}{allowed} within {days}"


HEADINGS = (
    "case",
    "told",
    "then",
    "outcomes",
    "to act within",
    "deadline for telling",
    "an acknowledgement needs",
    "clause",
    "conduct",
)


def table(policies: Policies) -> Iterator[str]:
    """What follows from each kind under each pack, as Markdown."""
    yield "# What follows from a declaration"
    yield ""
    yield "Made by `python -m register policies table`; a test holds it against the packs."
    for policy, versions in sorted(policies.packs.items()):
        for version, pack in sorted(versions.items()):
            yield f"\n## {policy}, {version}\n\n{pack.title}."
            for kind, rules in pack.kinds.items():
                yield from _kind_table(kind, rules)


def _kind_table(kind: str, rules: KindRules) -> Iterator[str]:
    flags = all_kinds()[kind].flag_names if kind in all_kinds() else ()
    known = f"Flags: {', '.join(flags)}." if flags else "No code for this kind yet."
    yield f"\n### {kind}\n\n{known}\n"
    yield f"| {' | '.join(HEADINGS)} |"
    yield "|---" * len(HEADINGS) + "|"
    for case, rule in rules.cases.items():
        yield f"| {' | '.join(_row(case, rule))} |"


def asks(case: str, rule: Rule) -> dict[str, str]:
    """What a rule says, by heading; headings about which it says nothing are left out."""
    cells = zip(HEADINGS, _row(case, rule), strict=True)
    return {heading: words for heading, words in cells if words and heading != "case"}


def _row(case: str, rule: Rule) -> Iterator[str]:
    yield case
    yield ", ".join(ROLES[role].words for role in rule.tells)
    answered = f"; the rule answers {rule.answered}" if rule.answered else ""
    yield (f"{rule.then} by the {ROLES[rule.acts].words}" if rule.acts else AT_ONCE) + answered
    yield ", ".join(rule.outcomes)
    yield f"{rule.days_to_act()} working days" if rule.acts else ""
    yield ", ".join(_deadlines(rule)) or "none"
    needed = [*rule.must_record, *(f"an action when {flag}" for flag in rule.actions_when)]
    yield ", ".join(needed)
    yield rule.clause if rule.duty else f"{rule.clause} (no duty to tell)"
    yield ", ".join(rule.conduct)


def _deadlines(rule: Rule) -> list[str]:
    words = [rule.deadline, *(f"{word} if {flag}" for flag, word in rule.deadline_when.items())]
    return [word for word in words if word]
