"""The visit rules are kept in the browser by those who may."""

from keqiao.visits.models import VisitRule
from keqiao.visits.tests.conftest import Round

RULE = {
    "name": "报修完成后回访", "event": "ticket.told", "kinds": ["complaint", "repair"], "within_days": "2", "max_attempts": "2",
    "low_score": "3", "rectify_days": "3", "opening": "您好，{客户称呼}", "middle": "满意吗？", "closing": "再见", "active": "on",
}  # fmt: skip


def test_a_rule_is_added_and_changed(round_: Round) -> None:
    client = round_.company.client("manager")
    assert client.get("/visit-rules/new/").status_code == 200
    assert client.post("/visit-rules/new/", RULE).status_code == 302
    rule = VisitRule.objects.get(name=RULE["name"])
    assert (rule.kinds, rule.within_days, rule.counting, rule.low_score) == (["complaint", "repair"], 2, "working", 3)
    twice = client.post("/visit-rules/new/", RULE)
    assert twice.status_code == 422
    assert "已有同名" in twice.content.decode()
    client.post(
        f"/visit-rules/{rule.pk}/edit/", {**RULE, "opening": "早上好", "within_days": "1", "counting": "calendar"}
    )
    rule.refresh_from_db()
    assert (rule.opening, rule.within_days, rule.counting) == ("早上好", 1, "calendar")
    assert client.post(f"/visit-rules/{rule.pk}/edit/", {**RULE, "within_days": "0"}).status_code == 422
    page = client.get("/settings/").content.decode()
    assert "/visit-rules/" in page


def test_agents_neither_see_nor_change_rules(round_: Round) -> None:
    rule = VisitRule.objects.create(name="规则")
    client = round_.company.client("agent")
    assert client.get("/visit-rules/").status_code == 403
    assert client.get(f"/visit-rules/{rule.pk}/").status_code == 404
    assert client.post("/visit-rules/new/", RULE).status_code == 403
    assert VisitRule.objects.count() == 1
