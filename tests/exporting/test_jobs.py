"""An auditor has the register verified, or a bundle made, in the background: theirs alone, for a
day."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from register.errors import ForbiddenError, NotFoundError
from register.proving.exporting.exporting import Exported, Exports
from register.proving.jobs.at_work import Verdict
from register.proving.jobs.jobs import forget_bundles
from register.proving.jobs.names import JobEnd, JobOf
from register.proving.jobs.tables import job_parts, jobs
from register.proving.verifying import Told
from tests.at_length import ONE_ENGINE
from tests.browser import COOKIE, Office, office, words
from tests.cast import joined, left
from tests.consoles import installation, loaded
from tests.erasing import erase_at_once
from tests.exporting.bundles import Desk, content
from tests.exporting.working import exported, work_in
from tests.gifts import new_id
from tests.pictures import picture
from tests.server import Installation

__all__ = ["installation", "loaded"]

PATH = "/register/proof"
A_DAY = timedelta(days=1)
ITEM = "A watch that nobody else was given"


@pytest.fixture
def here(tmp_path: Path, database_url: str) -> Iterator[Office]:
    with office(tmp_path, url=database_url) as found:
        found.register.change_directory([joined("rhea", roles=("auditor",))])
        found.declare("amina", item=ITEM)
        yield found


def ask(here: Office, of: str, by: str = "dev", **more: str) -> str:
    """The address of the job's page."""
    answer = here.browser(by).post(PATH, {"of": of, **more})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def rows(here: Office, table: sa.Table) -> int:
    with here.log.database.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_it_waits_is_done_and_says_what_came_of_it(here: Office) -> None:
    job = ask(here, "verifying")
    dev = here.browser("dev")
    assert "It waits for its turn." in words(dev.get(job))
    assert work_in(here).do_next()
    page = words(dev.get(job))
    assert "Nothing is wrong. All 1 entries are as they were stored." in page
    assert "Verifying" in words(dev.get(PATH))
    assert not work_in(here).do_next(), "there is no more"


def test_what_is_wrong_is_told_with_its_position(here: Office) -> None:
    said = "Entry 7 is not what it was when it was taken into the tree."
    job = ask(here, "verifying")
    work_in(here, lambda _told: Verdict(is_right=False, said=[said])).do_next()
    page = words(here.browser("dev").get(job))
    assert "Something is wrong." in page
    assert said in page


def test_a_bundle_can_be_downloaded_once_it_is_ready(here: Office, tmp_path: Path) -> None:
    job = ask(here, "export")
    dev = here.browser("dev")
    assert dev.get(f"{job}/bundle").status_code == 404
    work_in(here).do_next()
    assert "The bundle is ready." in words(dev.get(job))
    answer = dev.get(f"{job}/bundle")
    assert answer.headers["content-disposition"] == 'attachment; filename="bundle.zip"'
    assert answer.headers["cache-control"] == "no-store"
    assert ITEM.encode() in content(answer.content)["entries.jsonl"]
    assert Desk(tmp_path / "desk").verified(answer.content).code == 0


def test_without_words_there_are_none(here: Office) -> None:
    job = ask(here, "export", without_words="yes")
    work_in(here).do_next()
    answer = here.browser("dev").get(f"{job}/bundle")
    assert ITEM.encode() not in content(answer.content)["entries.jsonl"]


def test_what_is_kept_of_a_bundle_is_sealed(here: Office) -> None:
    exported(here)
    with here.log.database.read() as connection:
        boxes = connection.execute(sa.select(job_parts.c.box)).scalars().all()
    assert boxes
    assert not any(b"PK" in each[:40] or b"jsonl" in each for each in boxes)


# What is erased meanwhile

ANY = pytest.mark.parametrize("of", ["declaration", "photograph"])
ONE_IS_ENOUGH = pytest.mark.parametrize("database_url", ONE_ENGINE, indirect=True)


def to_erase(here: Office, of: str) -> dict[str, str]:
    """A gift with a photograph; what is asked for to erase all of it, or the photograph alone."""
    gift, photograph = str(here.declare("amina")), new_id()
    here.register.add_photograph("amina", gift, photograph, picture())
    alone = {"photograph": photograph} if of == "photograph" else {}
    return {"of": of, "declaration": gift, **alone}


@ANY
def test_once_something_is_erased_a_bundle_made_before_is_not_to_be_had(
    here: Office, of: str
) -> None:
    wanted = to_erase(here, of)
    job = exported(here)
    erase_at_once(here.register, **wanted)
    assert rows(here, job_parts) == 0, "whoever erases removes what bundles hold"
    answer = here.browser("dev").get(f"{PATH}/{job}/bundle")
    assert answer.status_code == 404
    assert "Something was erased since" in answer.text
    again = exported(here)
    assert here.browser("dev").get(f"{PATH}/{again}/bundle").status_code == 200


@ONE_IS_ENOUGH
def test_what_was_written_of_a_bundle_while_something_was_erased_is_removed(here: Office) -> None:
    """On PostgreSQL a part may be stored that whoever erases did not see yet."""
    wanted = to_erase(here, "photograph")
    job = exported(here)
    with here.log.database.read() as connection:
        part = connection.execute(sa.select(job_parts)).mappings().one()
    erase_at_once(here.register, **wanted)
    with here.log.database.write_beside() as connection:
        connection.execute(sa.insert(job_parts), dict(part))
    assert not work_in(here).do_next()
    assert rows(here, job_parts) == 0
    assert "Something was erased since" in here.browser("dev").get(f"{PATH}/{job}/bundle").text


@ONE_IS_ENOUGH
def test_a_bundle_that_is_gone_is_said_to_be(here: Office) -> None:
    """It may be erased after it was found, and before it is opened."""
    job = exported(here)
    with here.log.database.write_beside() as connection:
        forget_bundles(connection)
    answer = here.browser("dev").get(f"{PATH}/{job}/bundle")
    assert answer.status_code == 404
    assert "Something was erased since" in answer.text


@ONE_IS_ENOUGH
def test_a_download_that_something_is_erased_under_does_not_end_as_if_it_were_whole(
    here: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("register.proving.jobs.at_work.LARGEST_PART", 1000)
    parts = here.register.proofs.jobs.bundle("dev", str(exported(here)))
    assert next(parts)
    with here.log.database.write_beside() as connection:
        forget_bundles(connection)
    with pytest.raises(NotFoundError, match="Something was erased since"):
        next(parts)


@ANY
def test_of_a_bundle_that_was_being_made_while_something_was_erased_nothing_stays(
    here: Office, monkeypatch: pytest.MonkeyPatch, of: str
) -> None:
    wanted, export = to_erase(here, of), Exports.export

    def meanwhile(*args: Any, **more: Any) -> Exported:
        done = export(*args, **more)
        erase_at_once(here.register, **wanted)
        return done

    job = ask(here, "export", with_words="yes")
    monkeypatch.setattr(Exports, "export", meanwhile)
    assert work_in(here).do_next()
    assert rows(here, job_parts) == 0
    assert "Something was erased since" in words(here.browser("dev").get(job))


# Whose it is


def test_a_row_that_says_it_is_another_s_opens_nothing(here: Office) -> None:
    job = exported(here)
    with here.log.database.write_beside() as connection:
        connection.execute(sa.update(jobs).values(by="rhea"))
    answer = here.browser("rhea").get(f"{PATH}/{job}/bundle")
    assert answer.status_code == 404
    assert "cannot be opened" in answer.text


def test_it_is_its_auditor_s_alone(here: Office) -> None:
    job = exported(here)
    for person in ("rhea", "amina", "carol", "ada"):
        for at in (f"{PATH}/{job}", f"{PATH}/{job}/bundle"):
            assert here.browser(person).get(at).status_code in (403, 404)
    assert "What you asked for" not in words(here.browser("rhea").get(PATH))
    with pytest.raises(ForbiddenError):
        here.register.proofs.jobs.ask("amina", JobOf.VERIFYING)


def test_what_is_asked_for_twice_is_done_once(here: Office) -> None:
    assert ask(here, "export") == ask(here, "export")
    assert ask(here, "export") != ask(here, "export", without_words="yes")
    assert ask(here, "export") != ask(here, "export", by="rhea")


def test_a_page_without_scripts_asks_again_until_it_has_ended(here: Office) -> None:
    job = ask(here, "verifying")
    dev = here.browser("dev")
    again = '<noscript><meta http-equiv="refresh" content="5"></noscript>'
    assert again in dev.get(job).text
    part = dev.get(job, {"hx-request": "true"}).text
    assert part.strip().startswith('<section id="job" hx-get=')
    work_in(here).do_next()
    assert "http-equiv" not in dev.get(job).text
    assert "hx-get" not in dev.get(job, {"hx-request": "true"}).text


def test_after_a_day_it_is_removed(here: Office) -> None:
    job = exported(here)
    here.clock.goes_on(A_DAY)
    assert here.browser("dev").get(f"{PATH}/{job}/bundle").status_code == 404
    work_in(here).do_next()
    assert (rows(here, jobs), rows(here, job_parts)) == (0, 0)


def test_what_another_process_had_begun_is_said_to_be_cut_off(here: Office) -> None:
    job = ask(here, "export")
    with here.log.database.write_beside() as connection:
        connection.execute(sa.update(jobs).values(begun_at=here.clock()))
    work_in(here).end_cut_off()
    page = words(here.browser("dev").get(job))
    assert "It was not done. The register was started again meanwhile. Please ask again." in page
    assert ask(here, "export") != job


def test_while_it_goes_on_pages_are_answered_and_stopping_ends_it(here: Office) -> None:
    is_going_on = threading.Event()

    def without_end(told: Told) -> Verdict:
        for done in range(1_000_000):
            told(done % 50, 100)
            is_going_on.set()
        raise AssertionError("it was not stopped")

    job = ask(here, "verifying")
    work = work_in(here, without_end)
    work.start()
    assert is_going_on.wait(10)
    assert "It is going on." in words(here.browser("dev").get(job))
    work.stop()
    assert "It was not done." in words(here.browser("dev").get(job))


def test_what_fails_is_told_without_its_reason(here: Office) -> None:
    def failing(_told: Told) -> Verdict:
        raise RuntimeError(ITEM)

    job = ask(here, "verifying")
    work_in(here, failing).do_next()
    page = words(here.browser("dev").get(job))
    assert "It could not be finished." in page
    assert ITEM not in page


def test_whoever_audits_no_more_gets_nothing(here: Office) -> None:
    job = here.register.proofs.jobs.ask("rhea", JobOf.EXPORT, with_words=True)
    here.register.change_directory([left("rhea", on=here.clock.shows.date() - A_DAY)])
    work_in(here).do_next()
    with here.log.database.read() as connection:
        end = connection.execute(sa.select(jobs.c.end).where(jobs.c.id == job)).scalar()
    assert end == JobEnd.REFUSED
    assert rows(here, job_parts) == 0


def test_what_nobody_offers_is_refused(here: Office) -> None:
    assert here.browser("dev").post(PATH, {"of": "everything"}).status_code == 422
    assert here.browser("dev").get(f"{PATH}/everything").status_code == 404


def test_the_server_does_it_in_its_background(loaded: Installation, tmp_path: Path) -> None:
    with loaded.serving() as server:
        browser, origin = server.as_nobody(), str(server.as_nobody().base_url)
        browser.cookies.set(COOKIE, loaded.session("dev"))
        found = {}
        for of in ("verifying", "export"):
            answer = browser.post(PATH, data={"of": of}, headers={"origin": origin.rstrip("/")})
            assert answer.status_code == 303, answer.text
            found[of] = answer.headers["location"]
        until = time.monotonic() + 30
        while "The bundle is ready." not in browser.get(found["export"]).text:
            assert time.monotonic() < until
            time.sleep(0.2)
        assert "Nothing is wrong." in browser.get(found["verifying"]).text
        bundle = browser.get(f"{found['export']}/bundle").content
    assert Desk(tmp_path / "desk").verified(bundle).code == 0
