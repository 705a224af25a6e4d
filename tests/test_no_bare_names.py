"""States, roles, duties and outcomes are named by their enumerations, and not written out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from events.names import AlertState, Role, SeenBy, Status, Why
from register.kinds import all_kinds

ROOT = Path(__file__).parent.parent
WHERE_THEY_ARE_NAMED = ("events/names.py", "register/kinds/")
NAMES = {str(member) for names in (Status, Role, SeenBy, Why, AlertState) for member in names}

FIELDS = {"worker", "line_manager", "service_director"}
"""Roles that are also what a column, a field of a form and an answer of the API are called."""
TAKES_A_FIELD = {"Column", "Index", "FieldError", "Question"}
TAKES_A_FIELD |= {"of", "get", "choice", "person", "refuse"}
"""What is called with the name of a column or of a field."""


def outcomes() -> set[str]:
    return {outcome for kind in all_kinds().values() for outcome in kind.outcomes}


def written_out(code: str, names: set[str]) -> Iterator[tuple[int, str]]:
    """Each of these names that the code writes out, with its line."""
    tree = ast.parse(code)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value in names:
            above = parents[node], parents[parents[node]]
            if not (_is_member(node, parents) or _is_of_the_api(*above) or _is_field(node, *above)):
                yield node.lineno, node.value


def _is_member(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Another enumeration may have the same word: what a policy orders may be an answer."""
    within = parents[parents[node]]
    return isinstance(within, ast.ClassDef) and "StrEnum" in map(ast.unparse, within.bases)


def _is_of_the_api(parent: ast.AST, above: ast.AST) -> bool:
    """The names of acts and of what an address asks are the API's: the path ends in `/answer`, and
    the address after an act has `?done=`."""
    if isinstance(parent, ast.keyword):
        is_act = isinstance(above, ast.Call) and ast.unparse(above.func) == "Act"
        return is_act and parent.arg in ("name", "operation")
    return isinstance(parent, ast.Call) and ast.unparse(parent.func).endswith("query.get")


def _is_field(node: ast.Constant, parent: ast.AST, above: ast.AST) -> bool:
    """A column, the key of a row, or one of several fields."""
    if node.value not in FIELDS:
        return False
    match parent:
        case ast.Subscript(value=looked_into, slice=key):
            return key is node and not ast.unparse(looked_into).isupper()
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in TAKES_A_FIELD
        case ast.Dict(keys=keys, values=values):
            return _has_other_words(keys if node in keys else values)
        case ast.Tuple(elts=together) | ast.List(elts=together):
            return _has_other_words(together) and not isinstance(above, ast.Compare)
        case ast.keyword(arg="column"):
            return True
        case _:
            return False


def _has_other_words(together: list[ast.expr | None] | list[ast.expr]) -> bool:
    """Whether what stands together is not all roles."""
    words = {each.value for each in together if isinstance(each, ast.Constant)}
    return bool(words - set(Role))


def everywhere(names: set[str]) -> list[str]:
    return [
        f"{place}:{line} {word!r}"
        for folder in ("events", "register", "web")
        for file in sorted((ROOT / folder).rglob("*.py"))
        if not (place := str(file.relative_to(ROOT))).startswith(WHERE_THEY_ARE_NAMED)
        for line, word in written_out(file.read_text(encoding="utf-8"), names)
    ]


def test_states_roles_and_duties_are_named_by_their_enumerations() -> None:
    assert everywhere(NAMES) == []


def test_outcomes_are_named_by_their_kinds() -> None:
    assert everywhere(outcomes()) == []


@pytest.mark.parametrize(
    "code",
    [
        'declaration.status == "closed"',
        'role in ("worker", "author")',
        'if "worker" in person.roles: pass',
        'holder(standing, "line_manager")',
        'told(role="worker")',
        'def of(role: Role = "worker"): pass',
        'WORDS = {"line_manager": "the line manager", "service_director": "the director"}',
        'ROLES["worker"]',
        'match status:\n    case "withdrawn": pass',
        'Alert(name="answer")',
        'Literal["raised", "lowered"]',
    ],
)
def test_a_name_that_is_written_out_is_found(code: str) -> None:
    assert [line for line, _ in written_out(code, NAMES)]


@pytest.mark.parametrize(
    "code",
    [
        'Column("worker", Text)',
        'row["worker"]',
        'FieldError("worker", words)',
        'ROW = {"worker": by, "service": service}',
        'COLUMNS = ("id", "line_manager")',
        'class Then(StrEnum):\n    ANSWER = "answer"',
        'Act(name="answer", operation="complete")',
        'visit.query.get("done")',
        "declaration.status == Status.CLOSED",
    ],
)
def test_what_only_looks_like_one_is_left_alone(code: str) -> None:
    assert list(written_out(code, NAMES)) == []
