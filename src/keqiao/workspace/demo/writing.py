"""Papers for customers: receipts, explanations, decisions and closing letters of the last weeks, and what came of them."""

from datetime import timedelta

from django.utils import timezone

from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.org.queries import actor_for
from keqiao.tickets.issued_papers import fits
from keqiao.tickets.letters import actions, policies
from keqiao.tickets.letters.places import GAP
from keqiao.tickets.models import Letter, LetterKind, LetterTemplate, Ticket
from keqiao.workspace.demo.dice import Dice
from keqiao.workspace.demo.world import Life, World

DAYS = 36
WAYS = {
    "handed": "客户到店领取，已签收。",
    "posted": "顺丰 SF1408826{n:05d}",
    "told": "电话里逐条念给客户听。",
    "wechat": "发到客户微信。",
}
ACCEPTS = ("情况说清楚了，我能理解。", "有检测报告我就放心了，谢谢你们认真查。", "行吧，以后有问题再找你们。")
OBJECTS = ("我不认可，我要找第三方检测。", "说得好听，但我的损失谁来管？", "再考虑一下，可能会去消协。")


def schedule(world: World) -> None:
    """Some papers every second day."""
    dice = world.dice("writing")
    for days in range(DAYS, 0, -2):
        day = timezone.localtime(world.end - timedelta(days=days))
        world.live(day.replace(hour=15, minute=dice.randrange(10, 50)), write(dice))
    world.live(world.end - timedelta(minutes=50), last(dice))


def write(dice: Dice) -> Life:
    """One paper of each kind, for the newest complaint that is ready for it and has none."""
    for template in LetterTemplate.objects.order_by("pk"):
        ticket = ready(template.kind)
        if ticket is not None:
            paper(dice, ticket, template)
    yield from ()


def last(dice: Dice) -> Life:
    """A draft, and a paper that still has to go out."""
    for kind, issued in ((LetterKind.RECEIPT, True), (LetterKind.DECISION, False)):
        ticket = ready(kind)
        if ticket is None:
            continue
        template = LetterTemplate.objects.get(kind=kind)
        row = actions.draft(actor=owner(ticket), ticket=ticket, template=template)
        if issued:
            actions.issue(actor=owner(ticket), obj=row)
    yield from ()


def owner(ticket: Ticket) -> Actor:
    """The actor whose matter it is."""
    return actor_for(ticket.owner) if ticket.owner else SYSTEM


def ready(kind: str) -> Ticket | None:
    """The newest complaint with an owner that can be given a paper of the kind and has none yet."""
    rows = Ticket.objects.filter(kind="complaint", owner__isnull=False).exclude(letters__kind=kind)
    if kind == LetterKind.RECEIPT:
        rows = rows.filter(open=True)
    rows = rows.select_related("complaint", "owner").order_by("-pk")[:40]
    return next((one for one in rows if fits(kind, one) and policies.empowered(owner(one), one)), None)


def paper(dice: Dice, ticket: Ticket, template: LetterTemplate) -> None:
    """Drafted, completed, issued, delivered; an explanation has its answer."""
    actor = owner(ticket)
    row = actions.draft(actor=actor, ticket=ticket, template=template)
    if GAP in row.body:
        row = actions.reword(actor=actor, obj=row, title=row.title, body=row.body.replace(GAP, "客户服务部"))
    row = actions.issue(actor=actor, obj=row)
    way = dice.choice(list(WAYS))
    actions.deliver(actor=actor, obj=row, way=way, words=WAYS[way].format(n=dice.randrange(100_000)))
    if row.kind in {LetterKind.UNFOUNDED, LetterKind.DECISION}:
        agrees = dice.often(0.7)
        answer = Letter.Answer.ACCEPTS if agrees else Letter.Answer.OBJECTS
        actions.answer(actor=actor, obj=row, answer=answer, words=dice.choice(ACCEPTS if agrees else OBJECTS))
