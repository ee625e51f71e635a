"""The fixtures of the apps, for the tests that go through all of them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from keqiao.conftest import _fresh_process_caches, _tables_can_be_emptied, company, in_parallel
from keqiao.tickets.tests.conftest import desk
from tests.base import POSTGRES, Base, fresh_base

__all__ = ["_fresh_process_caches", "_tables_can_be_emptied", "company", "desk", "in_parallel"]


@pytest.fixture
def base(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Base]:
    """The database of a program with nobody in it, of the kind that these tests run on."""
    data = tmp_path / "data"
    if POSTGRES:
        request.getfixturevalue("template")
    else:
        request.getfixturevalue("install")(data)
    with fresh_base(data, os.getpid()) as made:
        yield made
