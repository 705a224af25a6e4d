"""What is refused of files: a line that cannot be read, and a directory that cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from events.directory import (
    PersonJoined,
    PersonWords,
)
from events.log.log import Log
from register.directory.directory import Directory
from register.directory.files import LoadError, read_files
from register.directory.loading import compare
from tests.cast import A_DAY, CASES, CAST, POLICIES, TODAY, empty_log
from tests.loading import AMINA, PEOPLE, SERVICE_USERS, SERVICES, change, load, with_cast, written


@pytest.fixture
def log() -> Iterator[Log]:
    with empty_log() as empty:
        yield empty


# A line that cannot be read


def refused(folder: Path, **texts: str) -> list[str]:
    return read_files(*written(folder, **texts)).problems


@pytest.mark.parametrize(
    ("now", "problem"),
    [
        ("amina,,a@example.org,worker,ben,elm-house,", "'amina' has no name"),
        (",Amina,a@example.org,worker,ben,elm-house,", "'' is not an id"),
        ("a b,Amina,a@example.org,worker,ben,elm-house,", "'a b' is not an id"),
        ("../a,Amina,a@example.org,worker,ben,elm-house,", "'../a' is not an id"),
        ("x" * 65 + ",Amina,a@example.org,worker,ben,elm-house,", "is not an id"),
        ("amina,Amina,a@example.org,boss,ben,elm-house,", "not boss"),
        ("amina,Amina,a@example.org,worker,ben,elm-house,soon", "'soon' is not a date"),
        ("amina,Amina,a@example.org,worker,ben,elm-house,2026-02-30", "'2026-02-30' is not a date"),
        ("amina,Amina,a@example.org,worker,ben,elm-house,,7", "more values than columns"),
        ("gus,Amina,a@example.org,worker,ben,elm-house,", "'gus' is there twice"),
    ],
)
def test_a_wrong_person_is_refused_by_line(tmp_path, now, problem):
    (found,) = refused(tmp_path, people=change(PEOPLE, AMINA, now))
    line = 3 if "twice" in problem else 2
    assert found.startswith(f"people.csv, line {line}: ")
    assert problem in found


@pytest.mark.parametrize(
    ("was", "now", "problem"),
    [
        ("Elm House", "", "'elm-house' has no name"),
        ("elm-house,", "elm house,", "'elm house' is not an id"),
        ("residential-short-breaks,2026-04-01", ",2026-04-01", "a policy goes with the day"),
        ("residential-short-breaks,2026-04-01", "residential-short-breaks,", "a policy goes with"),
        ("residential-short-breaks,2026-04-01", "residential-short-breaks,1 April", "not a date"),
        ("riverside,Riverside", "elm-house,Riverside", "'elm-house' is there twice"),
    ],
)
def test_a_wrong_service_is_refused_by_line(tmp_path, was, now, problem):
    (found,) = refused(tmp_path, services=change(SERVICES, was, now))
    assert found.startswith("services.csv, line ")
    assert problem in found


def test_a_wrong_first_policy_is_refused_by_line_and_column(tmp_path):
    services = "\n".join(f"{line},{last}" for line, last in zip(
        SERVICES.splitlines(), ("policy_first_on", "1 April", ""), strict=True
    ))  # fmt: skip
    assert refused(tmp_path, services=services) == [
        "services.csv, line 2: policy_first_on: '1 April' is not a date like 2026-03-02"
    ]


@pytest.mark.parametrize(
    ("was", "now", "problem"),
    [
        ("SU-1042", "M K", "'M K' is not a case reference"),
        ("SU-1042", "", "'' is not a case reference"),
        ("SU-1042", "SU-1077", "'SU-1077' is there twice"),
        ("2026-03-02", "March", "'March' is not a date"),
    ],
)
def test_a_wrong_service_user_is_refused_by_line(tmp_path, was, now, problem):
    (found,) = refused(tmp_path, users=change(SERVICE_USERS, was, now))
    assert found.startswith("service_users.csv, line ")
    assert problem in found


def test_everything_wrong_in_all_files_is_told_at_once(tmp_path):
    found = refused(
        tmp_path,
        people=change(change(PEOPLE, "Amina Yusuf", ""), "Gus Hale", ""),
        services=change(SERVICES, "Elm House", ""),
        users=change(SERVICE_USERS, "SU-1042", "M K"),
    )
    assert [problem.split(":")[0] for problem in found] == [
        "people.csv, line 2",
        "people.csv, line 3",
        "services.csv, line 2",
        "service_users.csv, line 2",
    ]


def test_a_missing_column_is_named(tmp_path):
    people = PEOPLE.replace("line_manager,", "manager,", 1)
    assert refused(tmp_path, people=people) == [
        "people.csv: these columns are missing: line_manager"
    ]


def test_an_empty_file_has_no_columns(tmp_path):
    (problem,) = refused(tmp_path, services="")
    assert "missing: id, name, policy, policy_in_force, service_director" in problem


@pytest.mark.parametrize("between", [";", "\t", "|"])
def test_other_marks_than_commas_are_told_as_such(tmp_path, between):
    people = PEOPLE.replace(",", between)
    (problem,) = refused(tmp_path, people=people)
    assert problem.startswith("people.csv: use commas between the columns")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(LoadError, match=r"nobody\.csv: No such file"):
        read_files(tmp_path / "nobody.csv", CASES / "services.csv")


def test_a_file_that_is_no_text_is_named(tmp_path):
    people, services, _ = written(tmp_path)
    people.write_bytes(PEOPLE.encode("utf-16"))
    assert read_files(people, services).problems == ["people.csv is not a CSV file in UTF-8"]


@pytest.mark.parametrize("rest", ["", "x" * 200_000])
def test_a_quote_that_never_ends_is_refused_by_line(tmp_path, rest):
    people = change(PEOPLE, "Amina Yusuf", '"Amina Yusuf') + rest
    (problem,) = refused(tmp_path, people=people)
    assert problem.startswith("people.csv, line ")


def test_a_quoted_name_may_hold_a_comma(log, tmp_path):
    people = change(PEOPLE, "Amina Yusuf", '"Yusuf, Amina"')
    words = {
        event.person: event.words
        for event in load(log, tmp_path, people=people).events
        if isinstance(event, PersonJoined)
    }
    assert words["amina"] == PersonWords("Yusuf, Amina", "amina@example.org")


# A directory that cannot be


def impossible(log: Log, folder: Path, **texts: str) -> list[str]:
    with pytest.raises(LoadError) as refusal:
        load(log, folder, **texts)
    return refusal.value.problems


@pytest.mark.parametrize(
    ("was", "now", "problem"),
    [
        (AMINA, AMINA.replace("ben", "nobody"), "person 'amina': there is no person 'nobody'"),
        (AMINA, AMINA.replace("elm-house", "nowhere"), "person 'amina': there is no service"),
        (
            AMINA,
            AMINA.replace("elm-house", "elm-house; nowhere"),
            "person 'amina': there is no service 'nowhere'",
        ),
        (AMINA, AMINA.replace("ben", ""), "person 'amina' is a worker and has neither a line"),
        (
            AMINA,
            AMINA.replace("ben", "amina"),
            "person 'amina': the reporting line goes round: amina -> amina",
        ),
        (
            "worker,carol,",
            "worker,amina,",
            "person 'amina': the reporting line goes round: amina -> ben -> amina",
        ),
    ],
)
def test_an_impossible_person_is_refused_by_name(log, tmp_path, was, now, problem):
    (found,) = impossible(log, tmp_path, people=change(PEOPLE, was, now))
    assert found.startswith(problem)


def test_a_loop_is_told_once_with_all_its_names(log, tmp_path):
    people = change(PEOPLE, "worker,,elm-house", "worker,amina,elm-house")
    assert impossible(log, tmp_path, people=people) == [
        "person 'amina': the reporting line goes round: amina -> ben -> carol -> amina"
    ]


@pytest.mark.parametrize(
    ("was", "now", "problem"),
    [
        ("2026-04-01,carol", "2026-04-01,", "service 'elm-house' has no service director"),
        (
            "2026-04-01,carol",
            "2026-04-01,zoe",
            "service 'elm-house': there is no person 'zoe' to direct it",
        ),
        (
            "residential-short-breaks",
            "no-such-policy",
            "service 'elm-house': there is no policy 'no-such-policy'",
        ),
        (
            "residential-short-breaks,2026-04-01",
            "residential-short-breaks,2026-03-31",
            "service 'elm-house': no version of 'residential-short-breaks' is dated 2026-03-31",
        ),
    ],
)
def test_an_impossible_service_is_refused_by_name(log, tmp_path, was, now, problem):
    found = impossible(log, tmp_path, services=change(SERVICES, was, now))
    assert [each for each in found if each.startswith(problem)]


def test_a_director_who_has_left_is_refused_by_name(log, tmp_path):
    carol = "carol,Carol Price,carol@example.org,worker,,elm-house,"
    people = change(PEOPLE, carol, carol + "2026-11-15")
    assert impossible(log, tmp_path, people=people) == [
        "service 'elm-house': its director 'carol' has left",
        "service 'riverside': what its director 'dana' declares would reach nobody; "
        "name somebody in the column reserve, or set REGISTER_LAST_RESORT",
    ]


# Nobody is left without an answer

ALONE = SERVICES.splitlines()[0] + "\n" + SERVICES.splitlines()[1] + "\n"
AT_ELM_HOUSE = PEOPLE.replace("worker,,riverside", "worker,carol,riverside").replace(
    "riverside", "elm-house"
)
NOBODY = SERVICE_USERS.splitlines()[0]
CAROL_ALONE = (
    "service 'elm-house': what its director 'carol' declares would reach nobody; "
    "name somebody in the column reserve, or set REGISTER_LAST_RESORT"
)


def alone_with_reserve(reserve: str) -> str:
    header, elm_house = ALONE.splitlines()
    return f"{header},reserve\n{elm_house},{reserve}\n"


@pytest.mark.parametrize(
    ("services", "last_resort", "problem"),
    [
        (ALONE, (), CAROL_ALONE),
        (ALONE, ("carol", "nobody-known"), CAROL_ALONE),
        (ALONE, ("carol", "dana"), None),
        (alone_with_reserve("dana"), (), None),
        (alone_with_reserve(""), (), CAROL_ALONE),
        (alone_with_reserve("carol"), (), "service 'elm-house': its reserve 'carol' is its"),
        (alone_with_reserve("zoe"), (), "service 'elm-house': there is no person 'zoe' to be its"),
    ],
)
def test_a_service_whose_directors_own_would_reach_nobody_is_refused_by_name(
    log, tmp_path, services, last_resort, problem
):
    files = read_files(*written(tmp_path, people=AT_ELM_HOUSE, services=services, users=NOBODY))
    try:
        compare(files, log, Directory(TODAY, last_resort=last_resort), POLICIES)
        found = None
    except LoadError as refusal:
        (found,) = refusal.problems
    assert (found and found.startswith(problem or "nothing")) == (problem and True)


def test_a_reserve_who_has_left_is_refused_by_name(log, tmp_path):
    dana = "dana,Dana Moss,dana@example.org,worker,carol,elm-house,"
    people = change(AT_ELM_HOUSE, dana, dana + "2026-11-15")
    services = alone_with_reserve("dana")
    assert impossible(log, tmp_path, people=people, services=services, users=NOBODY) == [
        "service 'elm-house': its reserve 'dana' has left"
    ]


def test_a_director_may_leave_tomorrow(log, tmp_path):
    carol = "carol,Carol Price,carol@example.org,worker,,elm-house,"
    assert load(log, tmp_path, people=change(PEOPLE, carol, f"{carol}{TODAY + A_DAY}")).events


def test_a_service_users_service_must_be_one_there_is(log, tmp_path):
    users = change(SERVICE_USERS, "RV-007,L. B.,riverside", "RV-007,L. B.,nowhere")
    assert impossible(log, tmp_path, users=users) == [
        "service users: there is no service 'nowhere'"
    ]


def test_a_worker_who_has_left_needs_nobody_above(log, tmp_path):
    people = change(PEOPLE, AMINA, AMINA.replace("ben", "") + "2026-11-01")
    assert load(log, tmp_path, people=people).events


def test_what_the_register_knows_already_counts(log, tmp_path):
    """A file may name only some: their line manager is known."""
    header, *_ = PEOPLE.splitlines()
    found = load(with_cast(log), tmp_path, people=f"{header}\n{AMINA}\n")
    assert found.events == []
    assert set(found.missing) == set(CAST.people) - {"amina"}


def test_everything_impossible_is_told_at_once(log, tmp_path):
    people = change(PEOPLE, AMINA, AMINA.replace("ben", "nobody"))
    users = change(SERVICE_USERS, "RV-007,L. B.,riverside", "RV-007,L. B.,nowhere")
    assert len(impossible(log, tmp_path, people=people, users=users)) == 2


def test_what_is_wrong_in_one_line_is_told_at_once(tmp_path):
    people = change(PEOPLE, AMINA, "a b,,a@example.org,boss,ben,elm-house,soon")
    found = refused(tmp_path, people=people)
    assert all(each.startswith("people.csv, line 2: ") for each in found)
    assert len(found) == 4


def test_what_cannot_be_read_and_what_cannot_be_are_told_at_once(log, tmp_path):
    people = change(PEOPLE, AMINA, AMINA.replace("ben", "nobody"))
    people = change(people, "Gus Hale", "")
    users = change(SERVICE_USERS, "SU-1042", "M K")
    found = impossible(log, tmp_path, people=people, users=users)
    assert [each.split(":")[0] for each in found] == [
        "people.csv, line 3",
        "service_users.csv, line 2",
        "person 'amina'",
    ]


@pytest.mark.parametrize(
    ("files", "was", "now"),
    [("people", "Ben Okoro", ""), ("people", "Dana Moss", ""), ("services", "Riverside", "")],
)
def test_a_line_that_cannot_be_read_is_told_alone(log, tmp_path, files, was, now):
    """And not as if those whom others name were nowhere."""
    text = {"people": PEOPLE, "services": SERVICES}[files]
    (problem,) = impossible(log, tmp_path, **{files: change(text, was, now)})
    assert problem.startswith(f"{files}.csv, line ")


def test_where_a_file_breaks_off_nothing_is_guessed_of_whom_it_names(log, tmp_path):
    people = PEOPLE.replace("line_manager,", "manager,", 1)
    assert impossible(log, tmp_path, people=people) == [
        "people.csv: these columns are missing: line_manager"
    ]


def test_nothing_is_taken_from_files_with_a_problem(log, tmp_path):
    people = change(PEOPLE, "Gus Hale", "")
    before = log.last_position()
    impossible(log, tmp_path, people=people)
    assert log.last_position() == before
