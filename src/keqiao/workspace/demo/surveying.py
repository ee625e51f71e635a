"""The three usual questionnaires, published and answered, posters in the shops, a rule, and one of the house's own."""

from datetime import timedelta

from django.utils import timezone

from keqiao.calendars.queries import is_quiet
from keqiao.kernel.errors import Refused
from keqiao.surveys import actions
from keqiao.surveys.actions.sending import create_rule
from keqiao.surveys.models import Invitation, Poster, SendingRule, Survey
from keqiao.tickets.models import Ticket
from keqiao.visits import actions as visits
from keqiao.visits.models import Rectification
from keqiao.workspace.demo import measures
from keqiao.workspace.demo.dice import Dice
from keqiao.workspace.demo.people import SHOPS
from keqiao.workspace.demo.world import Life, World

SURVEYS = (
    ("服务满意度调查", "csat", "咨询、报修和售后办结后了解满意度", "both", 2),
    ("品牌推荐意愿调查", "nps", "每半年了解老客户是否愿意推荐海纳电器", "zh-hans", 3),
    ("办事省力程度调查", "ces", "了解客户报修和退换货是否费力", "zh-hans", 2),
)
OWN = (
    {"kind": "choice", "text": "您家的电器是谁上门安装的？", "options": "海纳安装师傅\n代理服务公司\n自己安装"},
    {"kind": "matrix", "text": "请评价这次安装", "options": "准时到达\n动作规范\n讲解清楚\n现场整洁"},
    {"kind": "text", "text": "师傅有什么做得好或需要改进的？", "required": False, "when": ["q1=o1", "q1=o2"]},
)
WEEKS, EACH = 25, 16  # of answers: so many weeks, so many asked a week
ANSWERS, POSTED = 0.62, 3
SCORES = {5: 50, 4: 32, 3: 10, 2: 5, 1: 3}
NPS = {10: 27, 9: 22, 8: 21, 7: 11, 6: 7, 5: 6, 3: 3, 1: 2, 0: 1}
EFFORT = {7: 34, 6: 29, 5: 18, 4: 9, 3: 5, 2: 3, 1: 2}
WHY = ("o1", "o2", "o3", "o4")
STEPS = ("o1", "o2", "o3", "o4")
GOOD = (
    "师傅准时上门，态度很好", "客服解释清楚，处理得快", "上门时间约得准，收拾得干净", "回复及时，问题一次解决",
    "客服有耐心，收费透明", "师傅技术好，讲解清楚", "预约方便，不用反复打电话",
)  # fmt: skip
POOR = (
    "等了三天才上门，时间太长", "打了几次电话才有人接", "上门时间改了两次，耽误上班", "配件要等很久，希望备足配件",
    "收费没有提前说明", "每次都要重新说明情况，太费力", "师傅迟到一个多小时，没有提前打电话",
)  # fmt: skip
PLACES = {"shop_jn": "一楼服务台", "shop_nj": "收银台", "shop_cd": "体验区门口"}


def build(world: World) -> None:
    """The head of the department writes them."""
    chief = world.company.actor("tangjing")
    for name, kind, purpose, language, low in SURVEYS:
        survey = actions.create_survey(
            actor=chief, name=name, kind=kind, purpose=purpose, language=language, low_score=low
        )
        actions.publish(actor=chief, obj=survey)
    own = actions.create_survey(actor=chief, name="安装质量调查", kind="own", purpose="改进上门安装", basis="survey")
    for asked in OWN:
        actions.add_question(actor=chief, survey=own, **asked)
    survey = Survey.objects.get(kind="csat")
    for shop in SHOPS:
        unit = world.company.units[shop]
        actions.create_poster(actor=chief, survey=survey, unit=unit, place=PLACES[shop])


def schedule(world: World, scale: float) -> None:
    """Week by week customers are asked after their matters were closed, and some answer in the shops."""
    for week in range(WEEKS, -1, -1):
        dice = world.dice(f"surveys:{week}")
        at = world.end - timedelta(days=7 * week, hours=dice.uniform(2, 20))
        world.live(at, ask(world, dice, max(round(EACH * scale), 2)))


def ask(world: World, dice: Dice, count: int) -> Life:
    """The newest matters that were closed; their agents ask."""
    asked = Invitation.objects.filter(ticket__isnull=False).values("ticket")
    rows = Ticket.objects.filter(open=False, owner__is_active=True, stage="closed").exclude(pk__in=asked)
    tokens = []
    for ticket in rows.select_related("customer").order_by("-closed_at", "-pk")[:count]:
        kind = "ces" if ticket.kind == "repair" else dice.of({"csat": 3, "nps": 2})
        try:
            row = actions.invite(
                actor=world.company.actor("tangjing"), survey=Survey.objects.get(kind=kind), ticket=ticket
            )
            token, _until = actions.make_link(actor=world.company.actor("tangjing"), obj=row)
        except Refused:  # the customer does not want to be asked
            continue
        tokens.append((kind, token))
    for kind, token in tokens:
        at = timezone.now() + timedelta(minutes=dice.randint(5, 400))
        yield at if not is_quiet(at) else at + timedelta(hours=11)
        if dice.often(ANSWERS):
            actions.answer_by_link(token=token, answers=said(dice, kind), language="zh-hans")
    put_right(world, dice)
    for poster in Poster.objects.order_by("pk"):
        for _turn in range(dice.randint(0, POSTED)):
            actions.answer_by_poster(
                code=poster.code, browser=f"{poster.pk}:{dice.random()}", answers=said(dice, "csat"), language="zh-hans"
            )
        yield timezone.now() + timedelta(minutes=dice.randint(5, 60))


def put_right(world: World, dice: Dice) -> None:
    """The departments take on what low scores of before have brought them."""
    for task in Rectification.objects.filter(visit=None, status="waiting", owner__is_active=True).order_by("pk"):
        world.live(world.work(task.unit, dice.uniform(30, 600)), rectify(world, world.dice(f"low:{task.pk}"), task))


def rectify(world: World, dice: Dice, task: Rectification) -> Life:
    """Plan, proof and check; the last ones of the half year are still under way."""
    if Rectification.objects.get(pk=task.pk).status != "waiting":
        return
    owner, place = world.company.actor(task.owner_id), dice.randrange(len(measures.PLANS))
    visits.plan_rectification(actor=owner, obj=task, plan=measures.PLANS[place])
    yield world.work(task.unit, dice.uniform(400, 1700))
    visits.finish_rectification(actor=owner, obj=task, proof=measures.PROOFS[place])
    yield world.work("service", dice.uniform(60, 900))
    chief = world.company.actor("tangjing" if task.owner_id != world.company.actor("tangjing").id else "maolihong")
    visits.check_rectification(actor=chief, obj=task, passed=True, note=dice.choice(measures.PASSED))
    yield world.work("service", dice.uniform(60, 600))
    visits.report_rectification(actor=chief, obj=task, report=dice.choice(measures.REPORTS))


def said(dice: Dice, kind: str) -> dict[str, object]:
    """What one customer answers: the number, and sometimes why."""
    if kind == "csat":
        score = dice.of(SCORES)
        answers: dict[str, object] = {"q1": str(score)}
        if score <= 3:
            answers["q2"] = sorted(dice.sample(WHY, dice.randint(1, 2)))
        return with_words(dice, answers, "q3", good=score > 3)
    if kind == "nps":
        score = dice.of(NPS)
        if score in {7, 8}:
            return {"q1": str(score)}
        return with_words(dice, {"q1": str(score)}, "q3" if score > 8 else "q2", good=score > 8)
    score = dice.of(EFFORT)
    answers = {"q1": str(score)}
    if score <= 4:
        answers["q2"] = dice.choice(STEPS)
    return with_words(dice, answers, "q3", good=score > 4)


def with_words(dice: Dice, answers: dict[str, object], key: str, *, good: bool) -> dict[str, object]:
    """Half of those who are content write something, and most of those who are not."""
    if dice.often(0.35 if good else 0.75):
        answers[key] = dice.choice(GOOD if good else POOR)
    return answers


def finish(world: World) -> None:
    """From now on a rule asks by itself."""
    create_rule(
        actor=world.company.actor("tangjing"), name="报修和售后办结后征求意见", survey=Survey.objects.get(kind="ces"),
        event=SendingRule.Event.TICKET_CLOSED, kinds=["repair", "after_sales"], share=50, rest_days=60, delay_hours=2,
        way=SendingRule.Way.MAIL, active=True,
    )  # fmt: skip
