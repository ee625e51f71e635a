"""`keqiao check`: is everything that the program needs there and alive?"""

import argparse
import os
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from keqiao.config import output
from keqiao.config.assets import present
from keqiao.config.cli import check_audit, migrate
from keqiao.runtime.models import Heartbeat

BEAT = timedelta(seconds=30)  # the worker leaves its mark every 5 s
DRIFT = timedelta(seconds=60)  # between this machine's clock and that of the database's
BUILT = ("app.css", "app.js", "icons.svg")


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    name: str
    ok: bool
    text: str


def database() -> Finding:
    """Does the database answer?"""
    name = "数据库"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return Finding(name, False, f"连不上（{str(error).strip().splitlines()[0]}）")
    return Finding(name, True, f"{connection.display_name}，可以连接")


def migrations() -> Finding:
    """Does its shape belong to this version?"""
    try:
        waiting = migrate.pending()
    except output.CommandError as error:
        return Finding("数据库结构", False, str(error))
    text = f"还有 {waiting} 步没有升级，请运行 keqiao migrate" if waiting else "结构是当前版本"
    return Finding("数据库结构", not waiting, text)


def data_folder() -> Finding:
    """Can what is kept be written?"""
    name = "数据文件夹"
    try:
        with tempfile.TemporaryFile(dir=settings.DATA) as file:
            file.write(b"\0" * 4096)
        if os.environ.get("KEQIAO_SECRET_KEY") is None and (settings.DATA / "secret_key").stat().st_mode & 0o077:
            return Finding(name, False, f"{settings.DATA}/secret_key 能被他人读取，请改为只限本人（chmod 600）")
    except OSError as error:
        return Finding(name, False, f"{settings.DATA} 不能写入（{error.strerror}）")
    return Finding(name, True, f"{settings.DATA} 可以写入")


def assets() -> Finding:
    """Are styles and scripts built?"""
    built = present()
    missing = [file for file in BUILT if file not in built]
    text = f"缺少 {'、'.join(missing)}，请用 ./keqiao 启动一次" if missing else "样式和脚本已生成"
    return Finding("界面文件", not missing, text)


def clock() -> Finding:
    """Do this machine and the database agree on the time? Deadlines depend on it."""
    now = timezone.now()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            there = cursor.fetchone()[0]
    else:
        there = max((beat.at for beat in Heartbeat.objects.all()), default=now)
        there = max(there, now)  # a mark from the future tells of a clock that was set back
    apart = abs(there - now)
    sane = now > datetime(2026, 1, 1, tzinfo=UTC) and apart < DRIFT
    local = timezone.localtime(now).strftime("%Y-%m-%d %H:%M:%S")
    text = f"{local}({settings.TIME_ZONE})"
    return Finding("时钟", sane, text if sane else f"{text}，与数据库相差 {int(apart.total_seconds())} 秒，请校准")


def worker() -> Finding:
    """Has the worker left its mark lately?"""
    beat = Heartbeat.objects.filter(name="worker").first()
    name = "后台任务"
    if beat is None:
        return Finding(name, False, "从未运行过，请用 keqiao up 或 keqiao worker 启动")
    age = timezone.now() - beat.at
    if age > BEAT:
        return Finding(name, False, f"已停止 {int(age.total_seconds())} 秒，请用 keqiao up 或 keqiao worker 启动")
    return Finding(name, True, "正在运行")


def examine() -> list[Finding]:
    """All findings. What reads tables is left out where there are none to read."""
    findings = [database(), data_folder(), assets()]
    if not findings[0].ok:
        return findings
    findings.append(migrations())
    if findings[-1].ok:
        readers: tuple[Callable[[], Finding], ...] = (clock, worker)
        findings.extend(reader() for reader in readers)
    return findings


def run(args: argparse.Namespace) -> int:
    """Print the findings; 1 when one of them is bad."""
    if args.audit:
        return check_audit.run(as_json=args.json)
    findings = examine()
    good = all(finding.ok for finding in findings)
    if args.json:
        output.emit_json({"ok": good, "checks": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            output.say(f"{'正常' if finding.ok else '异常'}  {finding.name}:{finding.text}")
    return 0 if good else 1
