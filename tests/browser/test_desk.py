"""The call-back desk by keyboard alone: five customers, one slip of the finger taken back, and what the rows say."""

import json
import time

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.site import CALLER, PHONE, Site, Watch, inside

PREPARE = """
from datetime import time, timedelta
from django.utils import timezone
from keqiao.calendars.actions import set_quiet_hours
from keqiao.customers.models import Customer
from keqiao.kernel.actor import SYSTEM
from keqiao.org.models import Employee
from keqiao.visits.models import Visit, VisitRule
me, now = Employee.objects.get(username="{who}"), timezone.now()
set_quiet_hours(actor=SYSTEM, start=time(0), end=time(0))  # the test may run at night
Visit.objects.filter(open=True, assignee=me).update(not_before=now + timedelta(days=2))
Visit.objects.filter(open=True, assignee=None).update(not_before=now + timedelta(days=2))
rule = VisitRule.objects.order_by("pk").first()
rows = Customer.objects.filter(erased=False, merged_into=None, rest_wish=None, consents=None, tags=None)
for place, customer in enumerate(rows.order_by("pk")[:6]):
    Visit.objects.create(
        number=f"HF-{stamp}-{{place}}", customer=customer, rule=rule, matter=f"键盘回访 {stamp}-{{place}}", unit=me.unit,
        assignee=me, planned_at=now, not_before=now - timedelta(minutes=1), due_at=now + timedelta(minutes=place),
    )
"""
LOOK = """
import json
from keqiao.visits.models import Visit
rows = Visit.objects.filter(number__startswith="HF-{stamp}-").order_by("number")
print(json.dumps([[one.status, one.satisfaction, one.solved, one.said, one.attempts_made,
    one.attempts.first().outcome if one.attempts_made else "", one.done_by.username if one.done_by else ""] for one in rows]))
"""


def prepare(site: Site, who: str) -> str:
    """Six customers to call now; their visits carry the returned stamp."""
    stamp = str(int(time.time()))
    inside(site.data, PREPARE.replace("{stamp}", stamp).format(who=who))
    return stamp


def turn(page: Page, stamp: str, place: int) -> None:
    """Wait until the screen of this customer has come by itself."""
    expect(page.locator(".work-facts")).to_contain_text(f"键盘回访 {stamp}-{place}")
    page.wait_for_load_state("domcontentloaded")  # from here on keys are heard


def test_five_customers_by_keyboard_alone(visit_as: Open, site: Site) -> None:
    stamp = prepare(site, CALLER)
    page = visit_as(CALLER)
    page.goto("/visits/desk/")
    keys, began = page.keyboard, time.monotonic()
    turn(page, stamp, 0)
    for key in ("5", "y", "Enter"):
        keys.press(key)
    turn(page, stamp, 1)
    for key in ("2", "n", "s"):
        keys.press(key)
    keys.type("等了三天才有人上门")
    keys.press("Enter")
    turn(page, stamp, 2)
    keys.press("w")
    keys.press("Enter")
    turn(page, stamp, 3)
    keys.press("b")  # a slip of the finger
    keys.press("Enter")
    turn(page, stamp, 4)
    keys.press("d")
    turn(page, stamp, 3)
    for key in ("4", "y", "Enter"):
        keys.press(key)
    turn(page, stamp, 4)
    keys.press("l")
    keys.press("Enter")  # the time that is proposed
    turn(page, stamp, 5)
    seconds = time.monotonic() - began
    assert json.loads(inside(site.data, LOOK.format(stamp=stamp))) == [
        ["done", 5, True, "", 1, "answered", CALLER],
        ["done", 2, False, "等了三天才有人上门", 1, "answered", CALLER],
        ["trying", None, None, "", 1, "no_answer", ""],
        ["done", 4, True, "", 1, "answered", CALLER],
        ["trying", None, None, "", 1, "later", ""],
        ["planned", None, None, "", 0, "", ""],
    ]
    assert seconds < 60  # a minute a customer is what the talking may take, not the machine


def test_a_missing_score_is_asked_for_and_nothing_is_lost(visit_as: Open, site: Site, watch: Watch) -> None:
    watch.expected.add(422)
    stamp = prepare(site, CALLER)
    page = visit_as(CALLER, PHONE)
    page.goto("/visits/desk/")
    turn(page, stamp, 0)
    page.keyboard.press("y")
    page.keyboard.press("s")
    page.keyboard.type("师傅很专业")
    page.keyboard.press("Enter")
    expect(page.get_by_text("请选择 1 到 5 分的满意度。").first).to_be_visible()
    expect(page.locator("[name=said]")).to_have_value("师傅很专业")
    expect(page.get_by_label("没有问题")).to_be_checked()
    page.keyboard.press("?")
    expect(page.get_by_text("撤销刚才保存的一条")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    turn(page, stamp, 1)
