"""A style sheet without the components that no page of ours has."""

from __future__ import annotations

import re

COMPONENTS = (
    "accordion",
    "breadcrumbs",
    "character-count",
    "cookie-banner",
    "date-input",
    "exit-this-page",
    "header",
    "password-input",
    "phase-banner",
    "section-break",
    "summary-card",
    "tabs",
    "task-list",
)
OF_THEIRS = re.compile(rf"\.govuk-(?:{'|'.join(COMPONENTS)})(?![a-z])")
BETWEEN_SELECTORS = re.compile(r",(?![^(]*\))")


def slimmed(css: str) -> str:
    import tinycss2  # type: ignore[import-untyped]  # only whoever builds needs it

    return "".join(
        _kept(rule, tinycss2.serialize)
        for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    )


def _kept(rule, serialize) -> str:
    """What is left of a rule: nothing, where all of it is about those components."""
    if rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports"):
        inside = slimmed(serialize(rule.content))
        prelude = serialize(rule.prelude)
        return f"@{rule.at_keyword}{prelude}{{{inside}}}" if inside else ""
    if rule.type == "qualified-rule":
        selectors = BETWEEN_SELECTORS.split(serialize(rule.prelude))
        kept = [each for each in selectors if not OF_THEIRS.search(each)]
        return f"{','.join(kept)}{{{serialize(rule.content)}}}" if kept else ""
    return str(rule.serialize())
