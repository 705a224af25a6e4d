"""Describes the policy packs for people: who is told, who decides, by when."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from events.names import SeenBy
from register.kinds import all_kinds
from register.kinds.kind import Asked, Kind
from register.policy import (
    WHOEVER_ACTS,
    Guidance,
    KindRules,
    Pack,
    Policies,
    PolicyError,
    Rule,
)
from register.ruling.advising import AT_RISK, TOPICS
from register.ruling.retaining import retention_in_words, wrong_terms
from register.standing.roles import ROLES

Participles = Mapping[str, str]
"""The participle of every act that a rule may order, by its name: "decision" has "decided"."""
AT_ONCE = "closed at once"


def check(policies: Policies, needs: Collection[str]) -> None:
    """Raises `PolicyError` if a pack has a setting, an outcome or a flag that its kind does not
    have, or asks an acknowledgement for something that is none of `needs`."""
    wrong = [
        f"{policy} {version}: kinds.{kind}: {problem}"
        for policy, versions in policies.packs.items()
        for version, pack in versions.items()
        for kind, rules in pack.kinds.items()
        for problem in (*_wrong_needs(rules, needs), *_wrong_for_kind(kind, rules))
    ]
    wrong += [
        f"{policy} {version}: advice.{topic}: {problem}"
        for policy, versions in policies.packs.items()
        for version, pack in versions.items()
        for topic, guidance in pack.advice.items()
        for problem in _wrong_guidance(topic, guidance)
    ]
    wrong += [
        f"{policy} {version}: {problem}"
        for policy, versions in policies.packs.items()
        for version, pack in versions.items()
        for problem in wrong_terms(pack)
    ]
    if wrong:
        raise PolicyError("\n".join(wrong))


def _wrong_guidance(topic: str, guidance: Guidance) -> Iterator[str]:
    if guidance.happened is None and topic not in (AT_RISK, *TOPICS):
        yield "a topic of the pack's own says what `happened`"
    named = (guidance.kind, *(each.kind for each in guidance.instead))
    for kind in filter(None, named):
        if kind not in all_kinds():
            yield f"kind: {kind!r} is none of {', '.join(all_kinds())}"


def _wrong_for_kind(kind: str, rules: KindRules) -> Iterator[str]:
    if kind not in all_kinds():
        return
    for wrong_in in (
        _wrong_settings,
        _wrong_outcomes,
        _wrong_readers,
        _wrong_exclusions,
        _wrong_flags,
    ):
        yield from wrong_in(all_kinds()[kind], rules)


def cases_of(rules: KindRules) -> Iterator[tuple[str, Rule]]:
    """Each rule with the name of its case; then as it is for each flag for which it is another."""
    for case, rule in rules.cases.items():
        yield case, rule
        for flag in rule.when:
            yield f"{case}, when {flag}", rule.under([flag])


def clauses_on(kind: str, pack: Pack) -> dict[str, str]:
    """The clauses that the rules for a kind cite, in our words, in the order of the pack."""
    rules = [rule for _, rule in cases_of(pack.kinds[kind])]
    cited = {clause for rule in rules for clause in (rule.clause, *rule.conduct)}
    return {clause: text for clause, text in pack.clauses.items() if clause in cited}


def _wrong_needs(rules: KindRules, needs: Collection[str]) -> list[str]:
    return [
        f"cases.{case}: needs: {need!r} is none of {', '.join(needs)}"
        for case, rule in cases_of(rules)
        for need in rule.needs
        if need not in needs
    ]


def _wrong_flags(kind: Kind, rules: KindRules) -> list[str]:
    return [
        f"cases.{case}.when: {flag!r} is none of its flags: "
        f"{', '.join(kind.flag_names) or 'it has none'}"
        for case, rule in rules.cases.items()
        for flag in rule.when
        if flag not in kind.flag_names
    ]


def _wrong_settings(kind: Kind, rules: KindRules) -> list[str]:
    try:
        kind.settings.model_validate(rules.settings)
    except ValidationError as error:
        return [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
    return []


def _wrong_readers(kind: Kind, rules: KindRules) -> list[str]:
    few = kind.is_restricted or kind.names_subject
    return [
        f"cases.{case}: excludes: many read the list of exclusions, and few may know of this"
        for case, rule in rules.cases.items()
        if rule.excludes and (few or rule.seen_by == WHOEVER_ACTS)
    ]


def _wrong_exclusions(kind: Kind, rules: KindRules) -> list[str]:
    if kind.service_user is Asked.REQUIRED:
        return []
    return [
        f"cases.{case}: excludes: an exclusion is from one service user, and this may name none"
        for case, rule in rules.cases.items()
        if rule.excludes
    ]


def _wrong_outcomes(kind: Kind, rules: KindRules) -> list[str]:
    known = kind.outcomes
    return [
        f"cases.{case}: {outcome!r} is none of its outcomes: {', '.join(known) or 'it has none'}"
        for case, rule in cases_of(rules)
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
    for line in retention_in_words(pack.retention):
        yield f"    {line}"
    for kind, rules in pack.kinds.items():
        yield f"  {kind}" + ("" if kind in all_kinds() else "  (no code for this kind yet)")
        for case, rule in cases_of(rules):
            yield f"    {case}: {_rule_described(rule, participles)}"


def _rule_described(rule: Rule, participles: Participles) -> str:
    told = " and ".join(ROLES[role].words for role in rule.tells)
    house = f"; house rule: {rule.house}" if rule.house else ""
    orders, late = _orders(rule, participles), rule.deadline or "no deadline"
    return f"tells {told}; {orders}; {late} ({rule.cites}){house}"


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
    "house rule",
    "first of all",
)


def table(policies: Policies) -> Iterator[str]:
    """What follows from each kind under each pack, as Markdown."""
    yield "# What follows from a declaration"
    yield ""
    yield "Made by `python -m register policies table`; a test holds it against the packs."
    for policy, versions in sorted(policies.packs.items()):
        for version, pack in sorted(versions.items()):
            yield f"\n## {policy}, {version}\n\n{pack.title}."
            yield f"\n{' '.join(retention_in_words(pack.retention))}"
            for kind, rules in pack.kinds.items():
                yield from _kind_table(kind, rules)


def _kind_table(kind: str, rules: KindRules) -> Iterator[str]:
    flags = all_kinds()[kind].flag_names if kind in all_kinds() else ()
    known = f"Flags: {', '.join(flags)}." if flags else "No code for this kind yet."
    if kind in all_kinds() and all_kinds()[kind].is_restricted:
        known += " Few may know of it."
    yield f"\n### {kind}\n\n{known}\n"
    if rules.settings:
        yield f"{SETTINGS}\n"
        yield from _settings(kind, rules)
        yield ""
    yield f"| {' | '.join(HEADINGS)} |"
    yield "|---" * len(HEADINGS) + "|"
    for case, rule in cases_of(rules):
        yield f"| {' | '.join(_row(case, rule))} |"


SETTINGS = "Set by the house, to put the policy to work:"


def _settings(kind: str, rules: KindRules) -> Iterator[str]:
    known = all_kinds()[kind].settings.model_fields if kind in all_kinds() else {}
    for name, value in rules.settings.items():
        means = known[name].description if name in known else None
        yield f"- `{name}`: {_in_words(value)}." + (f" {means}" if means else "")


def _in_words(value: Any) -> str:
    """A setting as a pack gives it. Of a list in a list, one of its items is enough."""
    match value:
        case dict():
            return "; ".join(f"{name}: {_in_words(each)}" for name, each in value.items())
        case list():
            return " and ".join(
                " or ".join(each) if isinstance(each, list) else str(each) for each in value
            )
        case _:
            return str(value)


def asks(case: str, rule: Rule) -> dict[str, str]:
    """What a rule says, by heading; headings about which it says nothing are left out."""
    cells = zip(HEADINGS, _row(case, rule), strict=True)
    return {heading: words for heading, words in cells if words and heading != "case"}


def _row(case: str, rule: Rule) -> Iterator[str]:
    yield case
    yield ", ".join(ROLES[role].words for role in rule.tells)
    also = [f"the rule answers {rule.answered}"] if rule.answered else []
    also += ["excluded from key working"] if rule.excludes else []
    also += [f"read by {_read_by(rule.seen_by)}"] if rule.seen_by else []
    then = f"{rule.then} by the {ROLES[rule.acts].words}" if rule.acts else AT_ONCE
    yield "; ".join([then, *also])
    yield ", ".join(rule.outcomes)
    yield f"{rule.days_to_act()} working days" if rule.acts else ""
    yield rule.deadline or "none"
    yield ", ".join(rule.needs)
    yield rule.cites if rule.duty else f"{rule.cites} (no duty to tell)"
    yield ", ".join(rule.conduct)
    yield rule.house or ""
    yield rule.first or ""


def _read_by(seen_by: Collection[SeenBy]) -> str:
    if seen_by == WHOEVER_ACTS:
        return "the worker and whoever acts alone"
    readers = ", the ".join(each.replace("_", " ") for each in seen_by)
    return f"the worker, whoever is told, and the {readers}"
