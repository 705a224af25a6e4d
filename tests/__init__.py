"""The tests."""

import pytest

pytest.register_assert_rewrite("tests.spec")  # so that it, too, tells what differed
