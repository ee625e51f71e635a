"""Backup and restore of a real data folder, under writes, on a full disk, and of damaged files."""

import gzip
import io
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.processes import environment, keqiao, until

ATTACHMENT = (
    "INSERT INTO files_attachment"
    " (key, owner_label, owner_id, kind, name, size, sha256, content_type, stored, created_at)"
    " VALUES (?, 'x.y', 1, '', 'a.txt', 5, '', 'text/plain', ?, '2026-01-01')"
)
# Adds an attachment as the program does, file first and row after, and says every number that is committed. It deletes
# every third one again, row first and file after.
WRITER = """
import pathlib, sqlite3, sys, uuid
folder = pathlib.Path(sys.argv[1])
database = sqlite3.connect(folder / "keqiao.sqlite3", timeout=30, isolation_level=None)
(folder / "files").mkdir(exist_ok=True)
number = 0
while True:
    number += 1
    key = uuid.uuid4().hex
    path = folder / "files" / key[:2] / key
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"12345")
    database.execute("BEGIN IMMEDIATE")
    database.execute(sys.argv[2], (key, key[:2] + "/" + key))
    database.execute("INSERT INTO runtime_counter (key, value) VALUES (?, ?)", (f"t{number}", number))
    database.execute("COMMIT")
    print(number, flush=True)
    if number % 3 == 0:
        database.execute("DELETE FROM files_attachment WHERE key = ?", (key,))
        path.unlink()
"""


@pytest.fixture
def data(tmp_path: Path, install: Callable[[Path], Path]) -> Path:
    """A migrated data folder with one attachment."""
    folder = install(tmp_path / "data")
    (folder / "files" / "ab").mkdir(parents=True)
    (folder / "files" / "ab" / "one").write_bytes(b"hello")
    with closing(sqlite3.connect(folder / "keqiao.sqlite3")) as database:
        database.execute(ATTACHMENT, ("0" * 32, "ab/one"))
        database.commit()
    return folder


@pytest.fixture
def writing(data: Path) -> Iterator["subprocess.Popen[str]"]:
    """A process that writes into the data folder all the time."""
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(data), ATTACHMENT], stdout=subprocess.PIPE, text=True)
    with process:
        yield process
        process.send_signal(signal.SIGKILL)


def stored(folder: Path) -> tuple[set[str], int]:
    """The attachments that rows name, and the highest number written."""
    with closing(sqlite3.connect(folder / "keqiao.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        names = {row[0] for row in database.execute("SELECT stored FROM files_attachment")}
        count, highest = database.execute(
            "SELECT count(*), coalesce(max(value), 0) FROM runtime_counter WHERE key LIKE 't%'"
        ).fetchone()
    assert count == highest, "one instant: no number is missing below the highest"
    return names, int(highest)


def test_what_was_saved_comes_back(data: Path, tmp_path: Path) -> None:
    saved, other = tmp_path / "saved.tar.gz", tmp_path / "other"
    assert keqiao(data, "keys", "rotate").returncode == 0
    done = keqiao(data, "backup", str(saved))
    assert done.returncode == 0, done.stderr
    assert saved.stat().st_mode & 0o777 == 0o600
    assert keqiao(data, "backup", str(saved)).returncode == 1, "an existing file is not replaced unasked"
    back = keqiao(other, "restore", str(saved))
    assert back.returncode == 0, back.stderr
    assert stored(other)[0] == {"ab/one"}
    assert (other / "files" / "ab" / "one").read_bytes() == b"hello"
    assert (other / "secret_key").read_bytes() == (data / "secret_key").read_bytes()
    assert (other / "secret_key").stat().st_mode & 0o777 == 0o600
    assert (other / "identity_keys.json").read_bytes() == (data / "identity_keys.json").read_bytes()
    assert (other / "identity_keys.json").stat().st_mode & 0o777 == 0o600
    assert keqiao(other, "migrate").stdout.startswith("数据库结构已是当前版本")


def test_backup_under_writes_is_one_instant_with_all_its_attachments(
    data: Path, writing: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    assert writing.stdout is not None
    for _ in range(50):
        acknowledged = int(writing.stdout.readline())
    saved, other = tmp_path / "saved.tar.gz", tmp_path / "other"
    assert keqiao(data, "backup", str(saved)).returncode == 0
    assert writing.poll() is None, "the writer was never stopped"
    assert keqiao(other, "restore", str(saved)).returncode == 0
    names, highest = stored(other)
    assert highest >= acknowledged
    assert names
    assert not [name for name in names if not (other / "files" / name).is_file()]


def test_a_full_disk_leaves_nothing_behind(data: Path, tmp_path: Path) -> None:
    (data / "files" / "ab" / "big").write_bytes(os.urandom(4_000_000))
    folder = tmp_path / "full"
    folder.mkdir()
    saved = folder / "saved.tar.gz"
    done = subprocess.run(
        [sys.executable, "-m", "keqiao", "backup", str(saved)],
        env=environment(data),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000)),  # noqa: PLW1509
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "磁盘空间不足" in done.stderr
    assert list(folder.iterdir()) == []


def test_existing_data_is_kept_unless_forced(data: Path, tmp_path: Path) -> None:
    saved = tmp_path / "saved.tar.gz"
    assert keqiao(data, "backup", str(saved)).returncode == 0
    (data / "files" / "ab" / "later").write_bytes(b"later")
    refused = keqiao(data, "restore", str(saved))
    assert refused.returncode == 1
    assert (data / "files" / "ab" / "later").exists()
    forced = keqiao(data, "restore", str(saved), "--force")
    assert forced.returncode == 0, forced.stderr
    assert not (data / "files" / "ab" / "later").exists()
    aside = next(data.glob("before-restore-*"))
    assert (aside / "files" / "ab" / "later").read_bytes() == b"later"
    assert (aside / "keqiao.sqlite3").exists()


def _rewritten(saved: Path, target: Path, change: dict[str, bytes], extra: str = "") -> None:
    """A copy of a backup with other contents."""
    with tarfile.open(saved) as source, tarfile.open(target, "w:gz") as out:
        for member in source:
            data = change.get(member.name)
            content = data if data is not None else source.extractfile(member).read()  # type: ignore[union-attr]
            member.size = len(content)
            out.addfile(member, io.BytesIO(content))
        if extra:
            out.addfile(tarfile.TarInfo(extra), io.BytesIO())


def test_damaged_files_are_refused_and_nothing_is_touched(data: Path, tmp_path: Path) -> None:
    saved = tmp_path / "saved.tar.gz"
    assert keqiao(data, "backup", str(saved)).returncode == 0
    whole = saved.read_bytes()
    with tarfile.open(saved) as tar:
        assert "files/ab/one" in json.loads(tar.extractfile("manifest.json").read())["members"]  # type: ignore[union-attr]
    bad = {name: tmp_path / name for name in ("cut", "flipped", "altered", "outside", "text")}
    bad["cut"].write_bytes(whole[: len(whole) // 2])
    middle = len(whole) // 2
    bad["flipped"].write_bytes(whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :])
    bad["text"].write_bytes(gzip.compress(b"no archive"))
    _rewritten(saved, bad["altered"], {"files/ab/one": b"HELLO"})
    _rewritten(saved, bad["outside"], {}, extra="../outside")
    for name, path in bad.items():
        target = tmp_path / f"to-{name}"
        done = keqiao(target, "restore", str(path))
        assert done.returncode == 1, name
        assert "Traceback" not in done.stderr, name
        assert not (target / "keqiao.sqlite3").exists(), name
        assert not (target / "files").exists(), name
    assert not (tmp_path / "outside" / "x").exists()


def test_until_gives_up_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.processes.PATIENCE", 0.0)
    with pytest.raises(AssertionError, match="never happened: rain"):
        until(lambda: None, "rain")
