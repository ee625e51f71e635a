"""The page about approvals draws the declared states."""

from collections.abc import Mapping
from pathlib import Path

from django.utils.functional import Promise

from keqiao.approvals.models import STEP_TRANSITIONS, TRANSITIONS, Approval, Step

PAGE = Path(__file__).resolve().parent.parent / "docs" / "approvals.md"


def diagram(first: str, transitions: Mapping[str, frozenset[str]], labels: list[tuple[str, str | Promise]]) -> str:
    """Transitions as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {first}"]
    for state, label in labels:
        targets = transitions.get(state, frozenset())
        lines += [f"    {state} --> {target}" for target in sorted(targets)] or [f"    {state} --> [*]"]
        lines.append(f"    {state}: {label}")
    return "```mermaid\n" + "\n".join(lines) + "\n```"


def test_the_drawn_states_are_the_declared_ones() -> None:
    """After a change of the transitions write the diagrams to the page."""
    text = PAGE.read_text(encoding="utf-8")
    assert diagram("waiting", TRANSITIONS, list(Approval.State.choices)) in text
    assert diagram("coming", STEP_TRANSITIONS, list(Step.State.choices)) in text
