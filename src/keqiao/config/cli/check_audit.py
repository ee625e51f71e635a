"""`keqiao check --audit`: was anything that happened altered, removed or slipped in afterwards?"""

from dataclasses import asdict
from datetime import datetime

from django.utils import timezone

from keqiao.audit import wording
from keqiao.audit.verifying import Kind, Problem, Report, verify
from keqiao.config import output

SAID = {
    Kind.ALTERED: "第 {number} 条（{row}）在 {sealed} 封存之后被改动",
    Kind.REMOVED: "第 {number} 条在 {sealed} 封存之后被删除",
    Kind.INSERTED: "第 {number} 条（{row}）是事后插入的",
    Kind.SEAL_ALTERED: "第 {number} 个封存（{sealed}）被改动",
    Kind.SEAL_MISSING: "第 {number} 个封存被删除",
    Kind.JOURNAL: "第 {number} 个封存与数据文件夹里 audit-seals.log 所记的不同，或已不在数据库里",
    Kind.KEY: "从第 {number} 个封存（{sealed}）起用的是另一把密钥，不能核对；更换密钥时请保留旧密钥",
    Kind.TRIGGERS: "数据库里阻止改动审计记录的触发器不全，请运行 keqiao migrate，并查明原因",
}


def run(*, as_json: bool) -> int:
    """Verify, with progress on standard error; 1 when anything was found."""

    def progress(done: int, total: int) -> None:
        if done % 50_000 == 0:
            output.note(f"已核对 {done:,}/{total:,} 条")

    report = verify(progress)
    if as_json:
        output.emit_json({**asdict(report), "ok": not report.found, "problems": [told(one) for one in report.problems]})
    else:
        say(report)
    return 1 if report.found else 0


def told(problem: Problem) -> dict[str, object]:
    """A finding for programs."""
    return {"kind": problem.kind, "number": problem.number, "text": text(problem)}


def say(report: Report) -> None:
    """The findings, then the sum, then what nothing can be said about."""
    for problem in report.problems:
        output.say(f"异常  审计记录：{text(problem)}")
    if report.found > len(report.problems):
        output.say(f"异常  审计记录：共 {report.found:,} 处，只列出前 {len(report.problems)} 处")
    if not report.found:
        output.say(f"正常  审计记录：{report.rows:,} 条都与封存时一致，共 {report.seals:,} 个封存")
    if report.tail:
        output.say(
            f"说明  审计记录：还有 {report.tail:,} 条（自 {moment(report.tail_since)} 起）没有封存，不在核对之内"
        )


def text(problem: Problem) -> str:
    """A finding in words."""
    row = line(problem.row) if problem.row else ""
    return SAID[problem.kind].format(number=problem.number, sealed=moment(problem.sealed_at), row=row)


def line(row: tuple[object, ...]) -> str:
    """An event on one line, whatever stands in it."""
    at, who, verb, title = row[2], row[4], row[5], row[8]
    said = f"{moment(at)} {who} {wording.verb(str(verb))} {title}"  # type: ignore[arg-type]
    return "".join(sign if sign.isprintable() else " " for sign in " ".join(said.split()))


def moment(at: datetime | None) -> str:
    """Minutes in the installation's zone."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "未知时间"
