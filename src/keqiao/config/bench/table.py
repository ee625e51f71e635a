"""The benchmark's command: what is measured, in which order, and the table that comes of it."""

import argparse
import os
import platform
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from keqiao.config import output
from keqiao.config.bench import growth, run
from keqiao.config.bench.beside import beside
from keqiao.config.bench.run import Row, Server
from keqiao.config.bench.year import comparing

REQUESTS = 200
# What the best rivals need, and what is to be reached on two cores; see docs/performance.md.
LIST_RATIO, CUSTOMER_RATIO, RIVAL_LISTS, CREATED, SEARCH_MS, REPORT_MS = 2.0, 2.5, 42.0, 250.0, 20.0, 50.0
IMPORT_S, START_S, MEMORY_MB, BUILD_S, DRAFT_MS = 3.0, 2.0, 300.0, 300.0, 1000.0
LONG_ROWS, LONG_IMPORT_S, EXPORT_S, PEAK_MB, WAIT_MS = 100_000, 30.0, 15.0, 300.0, 1000.0
ALIKE_S = 120.0  # for 300,000 customers


@dataclass(slots=True)
class Table:
    """Everything one run has found out."""

    database: str
    customers: int
    tickets: int
    rows: list[Row] = field(default_factory=list)
    single: dict[str, float] = field(default_factory=dict)

    def add(self, row: Row, goal: str = "", met: bool | None = None, ratio: float | None = None) -> None:
        """Take in a line with its judgement."""
        self.rows.append(replace(row, goal=goal, met=met, ratio=ratio))


def command(args: argparse.Namespace) -> int:
    """Build a stock in a folder of its own, serve it with two web processes, measure, print."""
    if args.year:
        return comparing.command(args)
    if args.growth:
        return growth.command(args)
    url = os.environ.get("DATABASE_URL", "")
    with (
        run.scratch_database(url) as own_url,
        run.stock(args.customers, args.tickets, own_url) as (environ, stock, seconds),
    ):
        table = Table("PostgreSQL" if url else "SQLite", args.customers, args.tickets)
        table.single["build_seconds"] = seconds
        output.note(f"数据已生成：{args.customers} 位客户，{args.tickets} 张工单，{seconds:.0f} 秒")
        with run.serving(environ, args.workers) as server:
            measure_all(table, server, stock)
            measure_long(table, server, environ, stock)
        table.single["import_seconds"] = run.import_seconds(environ)
        table.single["report_ms"] = run.report_ms(environ)
        table.single |= run.monthly_ms(environ)
        table.single |= run.alike(environ)
    say(table, as_json=args.json)
    return 0


def measure_all(table: Table, server: Server, stock: dict[str, Any]) -> None:
    """Every page and the API, each beside its bare page."""
    agent, manager = stock["agent_cookie"], stock["manager_cookie"]
    bare = run.row(
        "基准：同样 25 行的朴素页面", server, run.get(f"/bench/tickets/?owner={stock['agent_id']}"), requests=REQUESTS
    )
    table.add(bare)
    mine = run.row("工单列表(我的在办)", server, run.get("/tickets/", agent), requests=REQUESTS)
    ratio = mine.median_1 / bare.median_1
    table.add(mine, f"≤ {LIST_RATIO} × 基准", ratio <= LIST_RATIO, ratio)
    table.add(
        replace(mine, work="同上,8 个并发，每秒"), f"≥ {RIVAL_LISTS * 5:.0f}/秒", mine.rate_8 >= RIVAL_LISTS * 5, ratio
    )
    every = run.row("工单列表(全部，总经理)", server, run.get("/tickets/?view=all", manager), requests=REQUESTS)
    table.add(every, ratio=every.median_1 / bare.median_1)
    page = run.row(
        "客户页面(含时间线)", server, run.get(f"/customers/{stock['customer_id']}/", agent), requests=REQUESTS
    )
    ratio = page.median_1 / bare.median_1
    table.add(page, f"≤ {CUSTOMER_RATIO} × 基准", ratio <= CUSTOMER_RATIO, ratio)
    long = run.row(
        "同上，时间线有 5,000 条", server, run.get(f"/customers/{stock['long_customer_id']}/", agent), requests=REQUESTS
    )
    ratio = long.median_1 / bare.median_1
    table.add(long, f"≤ {CUSTOMER_RATIO} × 基准", ratio <= CUSTOMER_RATIO, ratio)
    for word in ("漏水", "滚筒洗衣机", "频繁跳闸"):
        found = run.row(
            f"搜索工单：{word}", server, run.get(f"/api/tickets?view=all&q={quote(word)}", manager), requests=REQUESTS
        )
        table.add(found, f"≤ {SEARCH_MS:.0f} 毫秒", found.median_1 <= SEARCH_MS)
    for work, path, cookie in (
        ("回访台", f"/visits/desk/{stock['visit_id']}/", agent), ("问卷作答页面", stock["poster"], ""),
    ):  # fmt: skip
        page = run.row(work, server, run.get(path, cookie), requests=REQUESTS)
        table.add(page, ratio=page.median_1 / bare.median_1)
    made = run.row(
        "接口登记投诉", server, run.create(stock["agent_token"], stock["customers"]), requests=REQUESTS, expect=201
    )
    table.add(made, f"≥ {CREATED:.0f}/秒", made.rate_8 >= CREATED)
    table.single["memory_pss_mb"], table.single["memory_rss_mb"] = server.memory()
    table.single["first_page_seconds"] = server.first_page


def measure_long(table: Table, server: Server, environ: dict[str, str], stock: dict[str, Any]) -> None:
    """A long import and exports of all customers by the worker, beside pages and registrations."""
    for work, script in (
        ("long_import", f"inside.take_in_by_worker({LONG_ROWS})"),
        ("export_xlsx", "inside.take_away_by_worker('xlsx')"),
        ("export_csv", "inside.take_away_by_worker('csv')"),
    ):
        for name, value in beside(server, environ, stock, script).items():
            table.single[f"{work}_{name}"] = value


def long_goals(one: dict[str, float]) -> list[tuple[str, str, str, bool]]:
    """What the long work took, and how long others waited meanwhile; an export's goal goes by its rows."""
    lines = []
    for work, words in (("long_import", _IMPORT), ("export_xlsx", _EXPORT + " XLSX"), ("export_csv", _EXPORT + " CSV")):
        rows = one.get(f"{work}_rows", LONG_ROWS)
        goal = LONG_IMPORT_S if work == "long_import" else EXPORT_S * max(rows / LONG_ROWS, 0.1)
        for name, what, unit, limit in (
            ("seconds", f"{words} {rows:,.0f} 行", "秒", goal),
            ("peak_mb", "— 后台进程内存峰值", "MB", PEAK_MB),
            ("slowest_page_ms", "— 同时最慢的页面", "毫秒", WAIT_MS),
            ("slowest_write_ms", "— 同时最慢的登记", "毫秒", WAIT_MS),
        ):
            value = one[f"{work}_{name}"]
            lines.append((what, f"{value:.1f} {unit}", f"≤ {limit:.0f} {unit}", value <= limit))
    return lines


_IMPORT, _EXPORT = "后台导入客户(含查重)", "后台导出客户"


def goals(table: Table) -> list[tuple[str, str, str, bool]]:
    """The single figures beside what is to be reached: (work, value, goal, met)."""
    one = table.single
    return [
        ("生成数据", f"{one['build_seconds']:.0f} 秒", f"< {BUILD_S:.0f} 秒", one["build_seconds"] < BUILD_S),
        (
            "从启动到首页",
            f"{one['first_page_seconds']:.2f} 秒",
            f"≤ {START_S:.0f} 秒",
            one["first_page_seconds"] <= START_S,
        ),
        (
            "全部进程内存(PSS)",
            f"{one['memory_pss_mb']:.0f} MB",
            f"≤ {MEMORY_MB:.0f} MB",
            one["memory_pss_mb"] <= MEMORY_MB,
        ),
        (
            "导入 1 万客户(含查重)",
            f"{one['import_seconds']:.2f} 秒",
            f"≤ {IMPORT_S:.0f} 秒",
            one["import_seconds"] <= IMPORT_S,
        ),
        (
            "90 天按日和人员报表",
            f"{one['report_ms']:.0f} 毫秒",
            f"≤ {REPORT_MS:.0f} 毫秒",
            one["report_ms"] <= REPORT_MS,
        ),
        (
            "起草月度投诉分析报告",
            f"{one['complaints_ms']:.0f} 毫秒",
            f"≤ {DRAFT_MS:.0f} 毫秒",
            one["complaints_ms"] <= DRAFT_MS,
        ),
        (
            "起草月度回访总结报告",
            f"{one['visits_ms']:.0f} 毫秒",
            f"≤ {DRAFT_MS:.0f} 毫秒",
            one["visits_ms"] <= DRAFT_MS,
        ),
        *long_goals(one),
        (
            f"全库查重 {one['alike_customers']:,.0f} 位客户，{one['alike_pairs']:,.0f} 对疑似重复",
            f"{one['alike_seconds']:.1f} 秒",
            f"≤ {ALIKE_S:.0f} 秒(30 万位)",
            one["alike_seconds"] <= ALIKE_S,
        ),
    ]


def say(table: Table, *, as_json: bool) -> None:
    """Print the table, for people or as JSON."""
    machine = f"{os.cpu_count()} × {platform.machine()}, Python {platform.python_version()}"
    if as_json:
        output.emit_json({**asdict(table), "machine": machine, "at": datetime.now(UTC)})
        return
    output.say(f"{table.database},{table.customers} 位客户，{table.tickets} 张工单，{machine}")
    output.say("| 工作 | 中位 1 | 95% 1 | 中位 8 | 95% 8 | 每秒 8 | 倍数 | 目标 | |")
    output.say("|---|---|---|---|---|---|---|---|---|")
    for row in table.rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        output.say(
            f"| {row.work} | {row.median_1:.1f} | {row.p95_1:.1f} | {row.median_8:.1f} | {row.p95_8:.1f} | {row.rate_8:.0f} "
            f"| {ratio} | {row.goal} | {mark(row.met)} |"
        )
    output.say("")
    output.say("| 工作 | 结果 | 目标 | |")
    output.say("|---|---|---|---|")
    for work, value, goal, met in goals(table):
        output.say(f"| {work} | {value} | {goal} | {mark(met)} |")


def mark(met: bool | None) -> str:
    """Reached, missed, or nothing to reach."""
    return "" if met is None else "达到" if met else "未达到"
