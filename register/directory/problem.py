"""What is wrong in the files of the directory."""

from __future__ import annotations

PEOPLE_FILE, SERVICES_FILE, SERVICE_USERS_FILE = "people", "services", "service_users"


class Problem(str):
    """What is wrong in a file, or in the directory that the files would make, in words; with the
    file and, where it is one column, the column."""

    __slots__ = ("column", "file")
    file: str
    column: str | None

    def __new__(cls, words: str, file: str, column: str | None = None) -> Problem:
        problem = super().__new__(cls, words)
        problem.file, problem.column = file, column
        return problem
