"""The README says what is so."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from register.setup.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")

READING_PATH = {
    "web/urls.py": "every URL, and who answers at it",
    "web/resources.py": "one path and its methods; every refusal becomes an answer here",
    "web/api/adapter.py": "how the API reads a call: who it is from, then its body",
    "web/requests/session.py": "without a token: the browser's session, sent by a page of ours",
    "web/api/lookups.py": "tokens that come at the same time are looked up together",
    "web/api/calls.py": "what a call holds, and how its body is read",
    "web/api/declarations.py": "`put_declaration`",
    "register/register.py": "`Register.declare`: everything that can be done begins here",
    "register/acts/orders.py": "`ToDeclare`: what is wanted, as the writer takes it",
    "register/turns/running.py": "the order is handed to the one writer",
    "events/log/writer.py": "around all that follows: lock, savepoint, commit, and then the answer",
    "register/turns/turn.py": "orders that wait at the same time are carried out together",
    "register/acts/declaring.py": "the rule: what was said becomes an event",
    "register/kinds/gift.py": "which case of its policy a gift is",
    "register/ruling/ruling.py": "what the policy makes of it: who is told, who acts, by when",
    "register/alerts/duties.py": "what the declaration asks of whom",
    "register/alerts/alerting.py": "the alerts that follow",
    "events/log/log.py": "events get their places at the end of their streams",
    "events/log/mapper.py": "an event becomes an entry, its words sealed",
    "events/log/sealing.py": "how they are sealed, and with which keys",
    "events/log/recorder.py": "the entry is stored",
    "register/projections/__init__.py": "the read models, in the same transaction",
    "web/api/representation.py": "the declaration as the API shows it",
}


def reading_path() -> str:
    rows = ["| file | what happens there |", "|---|---|"]
    rows += [f"| [`{file}`]({file}) | {what} |" for file, what in READING_PATH.items()]
    return "\n".join(rows)


def rooms() -> str:
    """Each folder of the code with the first sentence of what it says of itself."""
    rows = ["| folder | what lives there |", "|---|---|"]
    for top in ("web", "register", "events"):
        for file in sorted((ROOT / top).rglob("__init__.py")):
            folder = file.parent.relative_to(ROOT)
            words = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
            rows.append(f"| [`{folder}/`]({folder}) | {words.splitlines()[0]} |")
    return "\n".join(rows)


def settings() -> str:
    rows = ["| setting | default | what it is |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        rows.append(f"| `REGISTER_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows)


TABLES = {"rooms": rooms, "reading path": reading_path, "settings": settings}


@pytest.mark.parametrize("name", TABLES)
def test_the_tables_are_true(name):
    assert f"<!-- {name} -->\n{TABLES[name]()}\n<!-- end -->" in README, "run `make readme`"


def test_every_link_leads_somewhere():
    targets = [part.split(")")[0] for part in README.split("](")[1:]]
    missing = [each for each in targets if not (ROOT / each).exists()]
    assert targets
    assert not missing


def write_tables() -> None:
    """What `make readme` does."""
    text = README
    for name, table in TABLES.items():
        marked = re.compile(rf"(<!-- {name} -->\n).*?(\n<!-- end -->)", re.DOTALL)
        text = marked.sub(lambda found, table=table: f"{found[1]}{table()}{found[2]}", text)
    (ROOT / "README.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_tables()
