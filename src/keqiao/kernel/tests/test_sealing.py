"""Sealed texts: hidden, found again, and readable through changes of the key."""

import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from hypothesis import strategies as st

from keqiao.kernel import sealing


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, settings: Any) -> Path:
    settings.SEAL_KEYS = tmp_path / "deep" / "keys.json"
    return settings.SEAL_KEYS


def test_file_is_made_once_for_its_owner_only(keys: Path) -> None:
    first = sealing.keys()
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert sealing.keys() == first
    assert [path.name for path in keys.parent.iterdir()] == ["keys.json"]


def test_many_at_once_make_one_file(keys: Path, in_parallel: Any) -> None:
    found = in_parallel(lambda _n: sealing.keys(), 12)
    assert {one[0].hashing for one in found} == {sealing.keys()[0].hashing}


@budget(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.text(max_size=60))
def test_what_is_sealed_opens_again(text: str) -> None:
    name, sealed = sealing.seal(text, "a")
    assert sealing.unseal(name, sealed, "a") == text
    assert sealing.seal(text, "a")[1] != sealed


def test_nothing_shows_through() -> None:
    name, sealed = sealing.seal("11010519491231002X", "a")
    assert "110105" not in sealed + sealing.digest("11010519491231002X", "a")
    for wrong in (
        (name, sealed, "b"),
        ("k9", sealed, "a"),
        (name, "A" + sealed[1:] if sealed[0] != "A" else "B" + sealed[1:], "a"),
    ):
        with pytest.raises(sealing.Unreadable):
            sealing.unseal(*wrong)


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    old, sealed = sealing.seal("x", "a")
    before = sealing.digest("x", "a")
    new = sealing.add_key()
    assert sealing.seal("x", "a")[0] == new != old
    assert sealing.unseal(old, sealed, "a") == "x"
    assert sealing.digests("x", "a") == [sealing.digest("x", "a"), before]
    assert sealing.digest("x", "a") != before


def test_keys_still_needed_are_kept() -> None:
    first = sealing.keys()[0].id
    sealing.add_key()
    assert sealing.drop_keys({first}) == []
    assert sealing.drop_keys(set()) == [first]
    assert len(sealing.keys()) == 1
