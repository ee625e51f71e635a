"""The documents say what the program does: the drawn states are the declared ones."""

from pathlib import Path

from keqiao.tickets.models import Kind, Ticket, transitions_of

DOCS = Path(__file__).resolve().parent.parent / "docs"


def diagram(kind: str) -> str:
    """The transitions of a kind as a Mermaid state diagram."""
    labels = dict(Ticket.Stage.choices)
    lines = ["stateDiagram-v2", f"    [*] --> {Ticket.Stage.ACCEPTED}"]
    for stage, targets in transitions_of(kind).items():
        lines += [f"    {stage} --> {target}" for target in sorted(targets)]
        if not targets or stage == Ticket.Stage.CLOSED:
            lines.append(f"    {stage} --> [*]")
    reached = {Ticket.Stage.ACCEPTED, *(target for targets in transitions_of(kind).values() for target in targets)}
    lines += [f"    {stage}: {labels[stage]}" for stage in Ticket.Stage.values if stage in reached]
    return "\n".join(lines)


def page() -> str:
    """The whole document."""
    return (
        "# 工单阶段 · Stages of a ticket\n\n"
        "由 `tests/test_docs.py` 依据代码中声明的流转绘制。Drawn from the declared transitions.\n\n"
        f"## 投诉 · Complaint\n\n```mermaid\n{diagram(Kind.COMPLAINT)}\n```\n\n"
        f"## 其他 · Other kinds\n\n```mermaid\n{diagram(Kind.REPAIR)}\n```\n"
    )


def test_the_drawn_stages_are_the_declared_ones() -> None:
    """After a change of the transitions write page() to the file."""
    assert (DOCS / "stages.md").read_text(encoding="utf-8") == page()
