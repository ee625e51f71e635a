"""The command line as people meet it."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from keqiao.config.cli.commands import COMMANDS
from keqiao.config.cli.parser import build
from tests.processes import keqiao

PASSWORD = "right-horse-battery"


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_every_command_has_chinese_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        build(COMMANDS).parse_args([command, "--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert text.startswith("用法：keqiao")
    assert "显示这份说明" in text
    assert not {"usage", "options", "positional"} & set(text.replace(":", " ").split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "缺少参数：命令"),
        (["fly"], "可选："),
        (["backup"], "缺少参数：文件"),
        (["up", "--port", "0"], "--port 的值不对"),
        (["up", "--port"], "--port 后面要有值"),
        (["check", "--nonsense"], "不认识的参数：--nonsense"),
    ],
)
def test_wrong_words_are_answered_in_chinese(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        build(COMMANDS).parse_args(words)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_from_nothing_to_a_token(tmp_path: Path) -> None:
    data = tmp_path / "data"
    made = keqiao(data, "createsuperuser", "--username", "boss", "--name", "王建国", "--password-stdin", stdin=PASSWORD)
    assert made.returncode == 0, made.stderr
    assert "王建国" in made.stdout
    token = keqiao(data, "token", "create", "boss")
    assert token.returncode == 0, token.stderr
    assert len(token.stdout.split()) == 1
    assert token.stdout.startswith("kq_")
    assert keqiao(data, "token", "create", "nobody").returncode == 1

    again = keqiao(data, "createsuperuser", "--username", "boss", "--name", "李", "--password-stdin", stdin=PASSWORD)
    assert again.returncode == 1
    assert "Traceback" not in again.stderr
    short = keqiao(data, "createsuperuser", "--username", "b2", "--name", "李", "--password-stdin", stdin="123")
    assert short.returncode == 1
    assert "Traceback" not in short.stderr


def test_check_names_what_is_wrong(tmp_path: Path, install: Callable[[Path], Path]) -> None:
    data = tmp_path / "data"
    before = keqiao(data, "check", "--json")
    assert before.returncode == 1
    found = {check["name"]: check for check in json.loads(before.stdout)["checks"]}
    assert not found["数据库结构"]["ok"]
    install(data)
    after = json.loads(keqiao(data, "check", "--json").stdout)
    found = {check["name"]: check for check in after["checks"]}
    assert found["数据库结构"]["ok"]
    assert found["数据库"]["ok"]
    assert found["数据文件夹"]["ok"]
    assert not found["后台任务"]["ok"]
    (data / "secret_key").chmod(0o644)
    assert "chmod 600" in keqiao(data, "check").stdout


def test_tables_between_two_versions_are_left_as_they_are(tmp_path: Path, install: Callable[[Path], Path]) -> None:
    data = install(tmp_path / "data")
    with closing(sqlite3.connect(data / "keqiao.sqlite3")) as tables:
        tables.execute(
            "DELETE FROM django_migrations WHERE app = 'tickets' AND name IN ('0001_whole', '0007_first_shares')"
        )
        tables.commit()
    done = keqiao(data, "migrate")
    assert done.returncode == 1
    assert "请先换成 11 月 29 日的版本" in done.stderr
    found = {check["name"]: check for check in json.loads(keqiao(data, "check", "--json").stdout)["checks"]}
    assert "11 月 29 日的版本" in found["数据库结构"]["text"]


def test_tables_of_the_last_version_are_taken_as_they_are(tmp_path: Path, install: Callable[[Path], Path]) -> None:
    data = install(tmp_path / "data")
    whole = "SELECT count(*) FROM django_migrations WHERE name = '0001_whole'"
    with closing(sqlite3.connect(data / "keqiao.sqlite3")) as tables:
        [(before,)] = tables.execute(whole)
        tables.execute("DELETE FROM django_migrations WHERE name = '0001_whole'")
        tables.commit()
        assert keqiao(data, "migrate").stdout.startswith("数据库结构已是当前版本")
        assert tables.execute(whole).fetchall() == [(before,)]


def test_check_without_a_database(tmp_path: Path) -> None:
    done = keqiao(tmp_path, "check", "--json", DATABASE_URL="postgres://nobody@127.0.0.1:9/none")
    assert done.returncode == 1
    found = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    assert "连不上" in found["数据库"]["text"]


def test_an_unknown_database_url_is_refused_in_words(tmp_path: Path) -> None:
    done = keqiao(tmp_path, "migrate", DATABASE_URL="mysql://localhost/x")
    assert done.returncode == 1
    assert "设置有误" in done.stderr
    assert "Traceback" not in done.stderr


def test_import_needs_no_more_than_the_file(tmp_path: Path, install: Callable[[Path], Path]) -> None:
    """On an empty installation; the second time nothing changes."""
    data = install(tmp_path / "data")
    file = tmp_path / "customers.csv"
    file.write_bytes("客户名称,手机\r\n陈美兰,+86 199-0000-0001\r\n王思远,没有电话\r\n".encode("gb18030"))
    told = keqiao(data, "import", "customers", str(file), "--json")
    first = json.loads(told.stdout)
    assert "退回 1 行：“没有电话”" in told.stderr
    second = json.loads(keqiao(data, "import", "customers", str(file), "--json").stdout)
    assert first == {"rows": 2, "created": 1, "updated": 0, "skipped": 0, "refused": 1}
    assert second == {"rows": 2, "created": 0, "updated": 0, "skipped": 1, "refused": 1}


def test_import_says_what_is_wrong_with_a_file(tmp_path: Path, install: Callable[[Path], Path]) -> None:
    missing = keqiao(install(tmp_path / "data"), "import", "customers", str(tmp_path / "missing.csv"))
    assert missing.returncode == 1
    assert "没有找到文件" in missing.stderr
