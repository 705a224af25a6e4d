"""Turns a question into the name of a govuk-frontend macro and its parameters."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from web.forms.questions import Question
from web.templating import said, teach

Params = dict[str, Any]

YES_NO = {"true": "Yes", "false": "No"}
TRUTHS = {"true": True, "false": False}
ATTRIBUTES: dict[str, Params] = {
    "money": {"inputmode": "decimal", "prefix": {"text": "£"}, "classes": "govuk-input--width-10"},
    "number": {"inputmode": "numeric", "classes": "govuk-input--width-5"},
    "date": {"classes": "govuk-input--width-10"},
    "month": {"classes": "govuk-input--width-10"},
    "moment": {},
    "line": {},
}
PICKED = {
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|"),
    "month": re.compile(r"[0-9]{4}-[0-9]{2}|"),
}
"""What a browser's picker for each can show."""


def macro(question: Question) -> str:
    return {
        "yes_no": "radios",
        "choice": "radios",
        "choices": "checkboxes",
        "select": "select",
        "text": "textarea",
        "records": "records",
    }.get(question.widget, "input")


def params(question: Question) -> Params:
    make: Callable[[Question], Params] = {
        "radios": _chosen,
        "checkboxes": _chosen,
        "select": _select,
        "textarea": _textarea,
        "input": _input,
    }[macro(question)]
    shown = {"name": question.name, **make(question)}
    if question.hint:
        shown["hint"] = {"text": question.hint}
    if question.only_if:
        shown["formGroup"] = {"attributes": {"data-only-if": "=".join(question.only_if[:2])}}
    if question.error:
        shown["errorMessage"] = {"text": question.error}
    return shown


def _label(question: Question) -> str:
    return question.label + (" (optional)" if question.is_optional else "")


def _chosen(question: Question) -> Params:
    legend = {"text": _label(question), "classes": "govuk-fieldset__legend--s"}
    shown: Params = {
        "idPrefix": question.id,
        "fieldset": {"legend": legend},
        "items": _yes_no(question) if question.widget == "yes_no" else _items(question),
    }
    if question.widget == "yes_no":
        shown["classes"] = "govuk-radios--inline"
    return shown


def _yes_no(question: Question) -> list[Params]:
    return [
        {"value": value, "text": text, "checked": question.value is TRUTHS[value]}
        for value, text in (question.names or YES_NO).items()
    ]


def _items(question: Question) -> list[Params]:
    chosen = question.value if isinstance(question.value, list) else [question.value]
    return [
        {"value": choice, "text": _name(question, choice), "checked": choice in chosen}
        for choice in question.choices
    ]


def _name(question: Question, choice: str) -> str:
    return question.names.get(choice) or said(choice)


def _select(question: Question) -> Params:
    """A select list, with an empty choice first."""
    items = [{"value": choice, "text": _name(question, choice)} for choice in question.choices]
    return {
        "id": question.id,
        "label": {"text": _label(question), "classes": "govuk-label--s"},
        "value": question.value or "",
        "items": [{"value": "", "text": question.names.get("", "")}, *items],
    }


def _textarea(question: Question) -> Params:
    label = {"text": _label(question), "classes": "govuk-label--s"}
    return {"id": question.id, "label": label, "rows": 3, "value": question.value or ""}


def _input(question: Question) -> Params:
    value = "" if question.value is None else str(question.value)
    picked = PICKED.get(question.widget)
    return {
        "id": question.id,
        "label": {"text": _label(question), "classes": "govuk-label--s"},
        "value": value,
        # A picker would drop what it cannot show.
        "type": question.widget if picked and picked.fullmatch(value) else "text",
        "autocomplete": "off",
        "attributes": {"list": question.suggested_in} if question.suggested_in else {},
        **ATTRIBUTES.get(question.widget, {}),
    }


teach(macro_of=macro, params_of=params)
