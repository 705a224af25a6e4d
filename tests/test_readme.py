"""The README says what is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from register.setup.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")

READING_PATH = {
    "web/urls.py": "every URL",
    "web/resources.py": "one path and its methods; every refusal becomes an answer here",
    "web/api/calls.py": "who calls, and what they send",
    "web/api/declarations.py": "`put_declaration`",
    "register/register.py": "`Register.declare`: an order for the writer",
    "events/log/writer.py": "the lock, the savepoint, the commit, and only then the answer",
    "register/turns.py": "orders are carried out together, those that wait at the same time",
    "register/acts/declaring.py": "the rule: what was said becomes an event",
    "register/ruling/ruling.py": "what the policy makes of it: who is told, who acts, by when",
    "register/alerts/alerting.py": "the alerts that follow",
    "events/log/log.py": "events get their places at the end of their streams",
    "events/log/mapper.py": "an event becomes an entry, its words sealed",
    "events/log/recorder.py": "the entry is stored",
    "register/projections/__init__.py": "the read models, in the same transaction",
}


def reading_path() -> str:
    rows = ["| file | lines | what happens there |", "|---|---|---|"]
    for file, what in READING_PATH.items():
        lines = (ROOT / file).read_text(encoding="utf-8").count("\n")
        rows.append(f"| [`{file}`]({file}) | {lines} | {what} |")
    return "\n".join(rows)


def settings() -> str:
    rows = ["| setting | default | what it is |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        rows.append(f"| `REGISTER_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows)


TABLES = {"reading path": reading_path, "settings": settings}


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
