"""The commands and their arguments. Light on purpose: `--help` needs neither Django nor a database."""

import argparse
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Command:
    """One word of the command line.

    `module` holds `run(args) -> int | None`; it is imported after django.setup() unless `django` is false.
    `environment` is set before the settings are read; a command that `publishes` decides the port of people's links.
    """

    name: str
    help: str
    module: str
    add_arguments: Callable[[argparse.ArgumentParser], None] = lambda parser: None
    django: bool = True
    publishes: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)


def _port(text: str) -> int:
    port = int(text)
    if not 0 < port < 65536:
        raise ValueError(text)
    return port


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")


def _check(parser: argparse.ArgumentParser) -> None:
    _json(parser)
    parser.add_argument("--audit", action="store_true", help="核对审计记录：有没有被改动、删除或插入")


def _bench(parser: argparse.ArgumentParser) -> None:
    _json(parser)
    parser.add_argument("--customers", metavar="N", type=int, default=100_000, help="客户数（默认 10 万）")
    parser.add_argument("--tickets", metavar="N", type=int, default=300_000, help="工单数（默认 30 万）")
    parser.add_argument("--workers", metavar="N", type=int, default=2, help="网页进程数（默认 2）")
    parser.add_argument(
        "--year", nargs="?", type=int, const=10_000, metavar="N",
        help="改为让 N 张工单（默认 10000）经历模拟的一年，并把报表与独立计数比较，不一致时返回 1",
    )  # fmt: skip
    parser.add_argument("--growth", action="store_true", help="改为比较这些数据与其十倍时的页面")


def _address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--bind",
        metavar="地址",
        default=os.environ.get("KEQIAO_BIND", "127.0.0.1"),
        help="监听的地址（默认 KEQIAO_BIND 或 127.0.0.1）",
    )
    parser.add_argument(
        "--port",
        metavar="端口",
        type=_port,
        default=os.environ.get("KEQIAO_PORT", "8000"),
        help="监听的端口（默认 KEQIAO_PORT 或 8000）",
    )


def _up(parser: argparse.ArgumentParser) -> None:
    _address(parser)
    parser.add_argument("--workers", metavar="N", type=int, default=2, help="网页进程数（默认 2）")
    parser.add_argument("--no-migrate", action="store_true", help="启动时不升级数据库结构")
    parser.add_argument("--no-worker", action="store_true", help="不启动后台任务进程")


def _createsuperuser(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--username", metavar="用户名", help="登录用的用户名；不给则询问")
    parser.add_argument("--name", metavar="姓名", help="姓名；不给则询问")
    parser.add_argument("--password-stdin", action="store_true", help="从标准输入读一行作为密码，不询问")


def _import(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="kind", metavar="种类", title="种类", required=True)
    customers = kinds.add_parser("customers", help="导入客户", description="从 CSV、XLS、XLSX 文件导入客户。")
    customers.add_argument("file", metavar="文件", type=Path, help="要导入的文件")
    customers.add_argument("--sheet", metavar="工作表", help="工作表名称（默认第一张有内容的）")
    _json(customers)


def _token(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="动作", title="动作", required=True)
    create = verbs.add_parser("create", help="新建 API 令牌", description="新建 API 令牌。令牌只显示这一次。")
    create.add_argument("username", metavar="用户名", help="令牌所属员工的用户名")
    create.add_argument("--name", metavar="名称", default="命令行", help="令牌的名称（默认“命令行”）")
    create.add_argument(
        "--scope",
        metavar="范围",
        action="append",
        help="可以用的数据，如 customers:read、tickets:write、*:read，可重复（默认该员工的全部权限）",
    )


def _breach(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="文件", type=Path, nargs="?", help="名单写成的 CSV 文件（不给则显示）")
    parser.add_argument("--since", metavar="日期", type=date.fromisoformat, help="从哪一天，如 2026-01-31")
    parser.add_argument("--until", metavar="日期", type=date.fromisoformat, help="到哪一天，含当天（默认今天）")
    parser.add_argument("--employee", metavar="用户名", help="只看这位员工的操作")
    parser.add_argument("--export", metavar="编号", type=int, help="只看这一份导出，编号在水印里")
    parser.add_argument("--everything", action="store_true", help="也算只是打开或办理过的")
    _json(parser)


def _backup(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="文件", type=Path, help="备份文件，通常以 .tar.gz 结尾")
    parser.add_argument("--force", action="store_true", help="文件已存在时替换它")


def _restore(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="文件", type=Path, help="由 keqiao backup 做成的备份文件")
    parser.add_argument("--force", action="store_true", help="已有数据时仍然恢复（SQLite 与附件的原数据移到一旁保留）")


def _keys(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="动作", title="动作", required=True)
    words = "换上新密钥，并把已保存的证件号码、两步验证和密钥改用它加密。不必停机，中断后可再次运行。"
    rotate = verbs.add_parser("rotate", help="更换密钥", description=words)
    rotate.add_argument("--forget", action="store_true", help="随后删除旧密钥；更早的备份里加密的内容将无法解开")


def _factor(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="动作", title="动作", required=True)
    words = "取消一位员工的两步验证和登录锁定，例如管理员自己丢失了手机和恢复码。密码不变；本人会收到通知。"
    reset = verbs.add_parser("reset", help="取消一位员工的两步验证", description=words)
    reset.add_argument("username", metavar="用户名", help="员工的用户名")


def _test(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rest", metavar="...", nargs=argparse.REMAINDER, help="交给 pytest 的参数")


CLI = "keqiao.config.cli"
COMMANDS = (
    Command(
        name="demo",
        help="用演示数据启动整个系统",
        module=f"{CLI}.demo",
        add_arguments=_up,
        publishes=True,
        environment={"KEQIAO_DEMO": "1"},
    ),
    Command(
        name="up",
        help="启动整个系统：网页、接口、实时推送和后台任务",
        module=f"{CLI}.up",
        add_arguments=_up,
        publishes=True,
    ),
    Command(name="migrate", help="把数据库结构升级到当前版本", module=f"{CLI}.migrate"),
    Command(
        name="createsuperuser",
        help="建立第一位拥有全部权限的员工",
        module=f"{CLI}.createsuperuser",
        add_arguments=_createsuperuser,
    ),
    Command(name="import", help="从文件导入数据", module=f"{CLI}.importing", add_arguments=_import),
    Command(name="bench", help="测量速度，与空白页面比较", module=f"{CLI}.bench", add_arguments=_bench),
    Command(name="check", help="检查运行状况", module=f"{CLI}.check", add_arguments=_check),
    Command(name="backup", help="备份数据库、附件和密钥，不必停机", module=f"{CLI}.backup", add_arguments=_backup),
    Command(name="restore", help="从备份恢复，先停止系统", module=f"{CLI}.restore", add_arguments=_restore),
    Command(name="worker", help="只运行后台任务进程", module=f"{CLI}.worker"),
    Command(name="live", help="只运行实时推送进程", module=f"{CLI}.live", add_arguments=_address),
    Command(name="token", help="管理 API 令牌", module=f"{CLI}.token", add_arguments=_token),
    Command(name="factor", help="管理两步验证", module=f"{CLI}.factor", add_arguments=_factor),
    Command(name="breach", help="泄露以后列出涉及的客户", module=f"{CLI}.breach", add_arguments=_breach),
    Command(name="keys", help="管理加密的密钥", module=f"{CLI}.keys", add_arguments=_keys),
    Command(name="test", help="运行测试（浏览器测试除外）", module=f"{CLI}.testing", add_arguments=_test, django=False),
)
