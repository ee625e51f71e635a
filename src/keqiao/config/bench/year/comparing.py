"""`keqiao bench --year`: live the year in an installation of its own, print both counts, and fail where they differ."""

import argparse
import os
import time
from datetime import datetime
from typing import Any

from keqiao.config import output
from keqiao.config.bench import run
from keqiao.config.bench.year import alarms
from keqiao.config.bench.year.facts import Figures, counted

GOAL_S = 300.0
TITLES = {
    "complaints": "投诉", "types": "投诉类别", "causes": "投诉原因", "coverage": "三日回访", "scores": "满意度",
    "days": "每天受理的投诉", "owners": "每人受理的工单", "escalations": "上报", "liable": "责任投诉",
    "liable_late": "责任投诉超时", "asked": "派发", "asked_late": "派发超时",
}  # fmt: skip
WORDS = {
    "accepted": "受理", "closed": "办结", "in_time": "按时", "due": "应做", "percent": "百分比", "mean": "平均分",
    **{str(score): f"{score} 分" for score in range(1, 6)},
    **{
        f"{level}-{rung}": f"{name}第 {rung} 级"
        for level, name in enumerate(("一般", "严重", "重大", "紧急"), 1) for rung in range(1, 5)
    },
}  # fmt: skip
LONG = frozenset({"days", "owners"})  # printed as one line


def live(tickets: int, seed: int = 2025) -> dict[str, Any]:
    """The year in this process's database, its own clock moved: both counts, the deeds and the seconds."""
    from keqiao.config.bench.year import living
    from keqiao.config.bench.year.reported import reported
    from keqiao.workspace.demo.clock import moved

    start, busy = time.perf_counter(), time.process_time()
    year = living.lived(tickets, seed, output.note)
    took = {"seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - busy}
    with moved(living.END):
        program = reported(year.house.boss, living.FIRST, living.LAST)
    own = counted(year.facts, living.FIRST, living.LAST, living.END)
    own |= alarms.counted(year.facts, living.FIRST, living.LAST, living.END, year.looks)
    return {
        "program": program, "own": own, **took, "deeds": year.deeds, "alarms": year.alarms, "tickets": len(year.facts),
    }  # fmt: skip


def differences(program: Figures, own: Figures) -> list[str]:
    """Every figure that the two have otherwise, as lines."""
    found = []
    for group in sorted(program.keys() | own.keys()):
        mine, theirs = own.get(group, {}), program.get(group, {})
        found += [
            f"{TITLES[group]} {WORDS.get(name, name)}：报表 {theirs.get(name)}，独立计数 {mine.get(name)}"
            for name in sorted(mine.keys() | theirs.keys())
            if mine.get(name) != theirs.get(name)
        ]
    return found


def command(args: argparse.Namespace) -> int:
    """Live it, tell it: 0 when both counts agree, else 1."""
    url = os.environ.get("DATABASE_URL", "")
    with run.scratch_database(url) as own_url:
        found = run.year(args.year, own_url)
    found["differences"] = differences(found["program"], found["own"])
    if args.json:
        output.emit_json({**found, "at": datetime.now().astimezone()})
    else:
        say(found, "PostgreSQL" if url else "SQLite")
    return 1 if found["differences"] else 0


def say(found: dict[str, Any], database: str) -> None:
    """Both counts side by side."""
    done = f"{found['tickets']} 张工单，{found['deeds']} 个动作，{found['alarms']} 次提醒和上报"
    took = f"{found['seconds']:.0f} 秒，处理器 {found['cpu_seconds']:.0f} 秒（目标 ≤ {GOAL_S:.0f} 秒）"
    output.say(f"{database}，{done}，{took}")
    output.say("| 指标 | 报表 | 独立计数 | |")
    output.say("|---|---|---|---|")
    for group, own in found["own"].items():
        program = found["program"][group]
        if group in LONG:
            same = "一致" if own == program else "不同"
            output.say(f"| {TITLES[group]} | {sum(program.values())} | {sum(own.values())} | {same} |")
            continue
        for name in own | program:
            mine, theirs = own.get(name), program.get(name)
            same = "一致" if mine == theirs else "不同"
            output.say(f"| {TITLES[group]} {WORDS.get(name, name)} | {theirs} | {mine} | {same} |")
    for line in found["differences"]:
        output.say(line)
