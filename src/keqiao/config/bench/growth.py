"""Whether pages stay as quick when the stock grows: the same pages on a stock and on one ten times as large, in turns.

Both installations run side by side in the same database server, and rounds of requests go to one and to the other, so
that whatever else the machine does meets both alike.
"""

import argparse
import os
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any
from urllib.parse import quote

from keqiao.config import output
from keqiao.config.bench import run
from keqiao.config.bench.client import measure
from keqiao.config.bench.run import Server

TIMES, GOAL = 10, 1.3  # how much larger, and how much slower it may be
ROUNDS, REQUESTS = 12, 15


@dataclass(frozen=True, slots=True)
class Grown:
    """One page: medians in ms on the small and on the large stock."""

    work: str
    small: float
    large: float

    @property
    def ratio(self) -> float:
        """How much slower the large one is."""
        return self.large / self.small


def pages(stock: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """What is asked: (path, cookie) by name."""
    agent, manager = stock["agent_cookie"], stock["manager_cookie"]
    return {
        "工单列表(我的在办)": ("/tickets/", agent),
        "工单列表(全部，总经理)": ("/tickets/?view=all", manager),
        "客户列表": ("/customers/", agent),
        "客户页面(含时间线)": (f"/customers/{stock['customer_id']}/", agent),
        **{f"搜索工单：{word}": (f"/api/tickets?view=all&q={quote(word)}", manager) for word in ("漏水", "滚筒洗衣机")},
        "搜索框：王": (f"/search/?q={quote('王')}", manager),
    }


def command(args: argparse.Namespace) -> int:
    """Build both stocks, ask in turns, print."""
    url = os.environ.get("DATABASE_URL", "")
    with ExitStack() as stack:
        places: list[tuple[Server, dict[str, Any]]] = []
        for times in (1, TIMES):
            own = stack.enter_context(run.scratch_database(url))
            customers, tickets = args.customers * times, args.tickets * times
            environ, stock, seconds = stack.enter_context(run.stock(customers, tickets, own))
            output.note(f"数据已生成：{customers} 位客户，{tickets} 张工单，{seconds:.0f} 秒")
            places.append((stack.enter_context(run.serving(environ, 1)), stock))
        rows = [in_turns(work, places) for work in pages(places[0][1])]
    say(rows, "PostgreSQL" if url else "SQLite", args)
    return 0


def in_turns(work: str, places: list[tuple[Server, dict[str, Any]]]) -> Grown:
    """Rounds of requests to one installation and to the other; the median of the rounds' medians."""
    found: list[list[float]] = [[], []]
    for turn in range(ROUNDS + 1):
        for times, (server, stock) in zip(found, places, strict=True):
            path, cookie = pages(stock)[work]
            one = measure(server.port, run.get(path, cookie), clients=1, requests=REQUESTS)
            if turn:  # the first round warms up
                times.append(one.median)
    return Grown(work, *(median(times) for times in found))


def say(rows: list[Grown], database: str, args: argparse.Namespace) -> None:
    """Print the table, for people or as JSON."""
    if args.json:
        output.emit_json({"database": database, "rows": [{**asdict(row), "ratio": row.ratio} for row in rows]})
        return
    output.say(f"{database},{args.customers} 位客户、{args.tickets} 张工单，与其 {TIMES} 倍")
    output.say("| 工作 | 毫秒 | 十倍数据 | 倍数 | 目标 | |")
    output.say("|---|---|---|---|---|---|")
    for row in rows:
        met = "达到" if row.ratio <= GOAL else "未达到"
        output.say(f"| {row.work} | {row.small:.1f} | {row.large:.1f} | {row.ratio:.2f} | ≤ {GOAL} | {met} |")
