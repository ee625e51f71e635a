"""What is gathered in an investigation: statements, papers, photographs."""

from django.core.files.base import ContentFile

from keqiao.tickets import actions
from keqiao.workspace.demo import pictures, words
from keqiao.workspace.demo.cases import Case
from keqiao.workspace.demo.stories import Story


def field(story: Story) -> str:
    """What sort of unit answers for it: those who go to the customer, a shop, or the unit itself."""
    unit = story.units[0]
    sort = "field" if unit in words.FIELD else "market" if unit == "shop" else unit
    return sort if sort in words.STATEMENTS else ""


def add(case: Case, story: Story) -> None:
    """A statement, a paper or a photograph."""
    kind = "photo" if case.has("photo") else case.dice.of({"statement": 50, "paper": 35, "photo": 15})
    if kind == "photo":
        name = case.dice.choice(("现场照片", "机身铭牌", "损坏部位", "安装全景"))
        upload = ContentFile(pictures.photograph(case.dice), name=f"{name}.png")
        actions.add_evidence(
            actor=case.owner(),
            obj=case.ticket,
            kind=kind,
            title=f"{case.tale.short}{name}",
            source="客户提供",
            files=[upload],
        )
        return
    given = words.STATEMENTS if kind == "statement" else words.PAPERS
    title, source, text = given[case.dice.choice(("", field(story)))]
    told = case.tale.tell(text)
    papers = [ContentFile(told.encode(), name=f"{title}.txt")] if kind == "paper" else []
    actions.add_evidence(
        actor=case.owner(),
        obj=case.ticket,
        kind=kind,
        title=title,
        source=case.tale.tell(source),
        text=told,
        files=papers,
    )
