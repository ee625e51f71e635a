"""The documents say what the program does: the drawn states are the declared ones."""

import re
from pathlib import Path

from keqiao.tickets.models import Dispatch, Kind, Ticket, transitions_of
from keqiao.tickets.models.dispatch import TRANSITIONS
from keqiao.tickets.models.ticket import ALONG
from keqiao.tickets.policies import STEPS
from keqiao.tickets.resource import TICKETS

DOCS = Path(__file__).resolve().parent.parent / "docs"


def diagram(kind: str) -> str:
    """The transitions of a kind as a Mermaid state diagram."""
    labels = dict(Ticket.Stage.choices)
    lines = ["stateDiagram-v2", f"    [*] --> {Ticket.Stage.ACCEPTED}"]
    for stage, targets in transitions_of(kind).items():
        lines += [f"    {stage} --> {target}" for target in sorted(targets)]
        if not targets or stage == Ticket.Stage.CLOSED:
            lines.append(f"    {stage} --> [*]")
    lines += [f"    {stage}: {labels[stage]}" for stage in Ticket.Stage.values if stage in reached(kind)]
    return "\n".join(lines)


def reached(kind: str) -> frozenset[str]:
    """The stages that a kind of ticket comes to."""
    targets = {target for targets in transitions_of(kind).values() for target in targets}
    return frozenset({str(Ticket.Stage.ACCEPTED)} | targets)


def sent() -> str:
    """What becomes of a dispatch, as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {Dispatch.Status.WAITING}"]
    for status, targets in TRANSITIONS.items():
        lines += [f"    {status} --> {target}" for target in sorted(targets)] or [f"    {status} --> [*]"]
    return "\n".join([*lines, *(f"    {status}: {label}" for status, label in Dispatch.Status.choices)])


def along() -> str:
    """How a matter that was joined to another goes with it."""
    labels = dict(Ticket.Stage.choices)
    lines = [f"    {stage} --> {target}" for stage, targets in ALONG.items() for target in sorted(targets)]
    names = {*ALONG, *(target for targets in ALONG.values() for target in targets)}
    lines += [f"    {stage}: {labels[stage]}" for stage in Ticket.Stage.values if stage in names]
    return "\n".join(["stateDiagram-v2", *lines])


def steps() -> str:
    """In which stages which step is possible, as a table."""
    labels, words = dict(Ticket.Stage.choices), {verb.name: verb.label for verb in TICKETS.verbs}
    head = "| 步骤 · Step | 投诉 · Complaint | 其他 · Other kinds |\n| --- | --- | --- |\n"
    rows = [
        f"| {words[name]} | {told(step.complaint & reached(Kind.COMPLAINT), labels)} | "
        f"{told(step.simple & reached(Kind.REPAIR), labels)} |"
        for name, step in STEPS.items()
    ]
    return head + "\n".join(rows)


def told(stages: frozenset[str], labels: dict[str, object]) -> str:
    """Stages in words, in their order."""
    return "、".join(str(labels[stage]) for stage in Ticket.Stage.values if stage in stages) or "—"


def page() -> str:
    """The whole document."""
    return (
        "# 工单阶段 · Stages of a ticket\n\n"
        "由 `tests/test_docs.py` 依据代码中声明的流转绘制。Drawn from the declared transitions.\n\n"
        f"## 投诉 · Complaint\n\n```mermaid\n{diagram(Kind.COMPLAINT)}\n```\n\n"
        f"## 其他 · Other kinds\n\n```mermaid\n{diagram(Kind.REPAIR)}\n```\n\n"
        f"## 派发 · Dispatch\n\n```mermaid\n{sent()}\n```\n\n"
        "客户撤诉时，还没有答复的派发自动退回。What is still with a unit comes back when the customer withdraws.\n\n"
        f"## 并入主工单的 · What was joined to a main matter\n\n```mermaid\n{along()}\n```\n\n"
        "它等主工单有结果，再各自告知客户。It waits for the main matter's result; then its own customer is told.\n\n"
        f"## 什么阶段可以做什么 · Which step in which stage\n\n{steps()}\n\n"
        "投诉只由回访办结。A complaint is closed by its visit only. Every way that is drawn here\n"
        "is walked by `tickets/tests/test_walk.py`; what is not drawn is refused and leaves no trace.\n"
    )


def test_the_drawn_stages_are_the_declared_ones() -> None:
    """After a change of the transitions write page() to the file."""
    assert (DOCS / "stages.md").read_text(encoding="utf-8") == page()


def test_every_test_that_the_table_of_attacks_names_exists() -> None:
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", (DOCS / "attacks.md").read_text(encoding="utf-8"))
    assert len(named) > 50
    missing = {
        f"{path}::{name}"
        for path, name in named
        if not (DOCS.parent / path).is_file() or f"def {name}(" not in (DOCS.parent / path).read_text(encoding="utf-8")
    }
    assert not missing
