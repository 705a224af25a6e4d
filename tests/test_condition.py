"""A proxy asks whether this process can take a declaration; whoever keeps the register is told what
has to be put right, and people can declare meanwhile."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from events.names import Channel
from register.notices.notices import Telling
from register.notices.tables import outbox
from register.reading.condition import Condition, has_room
from tests.browser import Office, office


@pytest.fixture
def telling(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path, telling=Telling([Channel.EMAIL])) as found:
        yield found


def fails() -> list[str]:
    raise RuntimeError("Amina Adeyemi")


def test_while_everything_is_red_people_declare_and_proxies_send_them_here(telling: Office) -> None:
    register, nobody = telling.register, telling.browser(None)
    register.condition.checks |= {
        "disk": has_room(Path("/"), least=1 << 80),
        "background": lambda: ["nobody_leads"],
        "backups": fails,
    }
    telling.declare("gus")
    telling.clock.goes_on(timedelta(days=40))
    answer = nobody.get("/statusz")
    assert answer.status_code == 503
    red = answer.json()["red"]
    assert red.keys() == {"alerts", "outbox", "disk", "background", "backups"}
    assert red["backups"] == ["unknown"]
    assert red["outbox"] == ["not_spread"]
    assert all(re.fullmatch("[a-z_]+", word) for words in red.values() for word in words)
    assert nobody.get("/readyz").json() == {"status": "ok", "red": {}}
    assert telling.declare("gus")


def test_it_is_not_ready_while_no_turn_comes_to_its_end(here: Office) -> None:
    nobody = here.browser(None)
    assert nobody.get("/readyz").status_code == 200
    here.register.readiness.checks["other"] = list
    here.register.turns.close()
    here.register.readiness = Condition(here.register.readiness.checks)
    answer = nobody.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "red": {"writer": ["busy"]}}


def test_it_is_not_ready_on_a_database_of_another_shape(new_installation) -> None:
    installation = new_installation("sqlite")
    installation.set_up()
    with installation.opened() as register:
        assert register.readiness.red() == {}
        with register.log.database.write() as connection:
            connection.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
        assert Condition(register.readiness.checks).red() == {"migrations": ["other_shape"]}


def test_what_was_found_is_not_asked_again_at_once() -> None:
    asked = []
    condition = Condition({"one": lambda: asked.append(1) or []}, lasts=60)
    assert (condition.red(), condition.red(), len(asked)) == ({}, {}, 1)


def test_messages_that_nobody_sends_or_carries_are_told_of(telling: Office) -> None:
    register = telling.register
    assert register.notices.stuck() == []
    row = {
        "id": uuid4(),
        "person": "carol",
        "channel": "email",
        "way": uuid4(),
        "state": "waiting",
        "made_at": register.now(),
        "send_at": register.now(),
        "tries": 0,
    }
    with register.log.database.write() as connection:
        connection.execute(sa.insert(outbox).values(row))
    telling.clock.goes_on(timedelta(minutes=11))
    assert register.notices.stuck() == ["nobody_sends"]
    with register.log.database.write() as connection:
        later = {"send_at": register.now() + timedelta(hours=2), "reason": "not reached"}
        connection.execute(sa.update(outbox).values(later))
    assert register.notices.stuck() == []
    telling.clock.goes_on(timedelta(hours=1))
    assert register.notices.stuck() == ["not_carried"]
