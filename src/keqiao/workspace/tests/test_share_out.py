"""Sharing out: even, as previewed, and never over somebody's head."""

import re

from keqiao.tickets import actions as tickets
from keqiao.tickets.models import Ticket
from keqiao.visits.tests.conftest import Round
from keqiao.workspace.tests.conftest import web_complaint


def test_the_preview_is_even_and_done_exactly(at_work: Round) -> None:
    company = at_work.company
    for number in range(7):
        web_complaint(f"客户{number}", f"1390000{number:04}")
    people = [company.people[role] for role in ("agent", "colleague")]
    before = {one.pk: Ticket.objects.filter(owner=one, open=True).count() for one in people}
    client = company.client("leader")
    shown = client.post("/share-out/", {"people": [one.pk for one in people]})
    preview = shown.context["preview"]
    after = {one.employee.pk: one.has + len(one.tickets) for one in preview}
    assert sum(after.values()) == sum(before.values()) + 8
    assert max(after.values()) - min(after.values()) <= 1 or max(after.values()) == max(before.values())
    assert all(one.has <= min(after.values()) or not one.tickets for one in preview)
    pairs = re.findall(r'name="give" value="(\d+:\d+)"', shown.content.decode())
    assert len(pairs) == 8
    assert client.post("/share-out/", {"give": pairs}).status_code == 302
    for one in people:
        assert Ticket.objects.filter(owner=one, open=True).count() == after[one.pk]
    assert Ticket.objects.filter(owner=None, open=True).count() == 0


def test_what_somebody_took_meanwhile_stays_there(at_work: Round) -> None:
    company = at_work.company
    ticket = Ticket.objects.get(owner=None, open=True)
    tickets.assign(actor=company.actor("leader"), obj=ticket, owner=company.people["colleague"])
    answer = company.client("leader").post(
        "/share-out/", {"give": [f"{ticket.pk}:{company.people['agent'].pk}"]}, follow=True
    )
    ticket.refresh_from_db()
    assert ticket.owner == company.people["colleague"]
    assert "已被领走" in answer.content.decode()


def test_nobody_out_of_reach_is_given_anything(at_work: Round) -> None:
    company = at_work.company
    ticket = Ticket.objects.get(owner=None, open=True)
    stranger = company.people["outsider"]
    answer = company.client("leader").post("/share-out/", {"give": [f"{ticket.pk}:{stranger.pk}"]}, follow=True)
    ticket.refresh_from_db()
    assert ticket.owner is None
    assert "分派方案已失效" in answer.content.decode()
    page = company.client("leader").post("/share-out/", {"people": [stranger.pk]})
    assert page.status_code == 422
    assert "方外" not in page.content.decode()
    assert company.client("agent").post("/share-out/", {"give": ["1:1"]}).status_code == 403


def test_the_own_team_is_ticked_beforehand_and_nobody_else(at_work: Round) -> None:
    company = at_work.company
    company.people["leader"].unit = company.people["agent"].unit
    company.people["leader"].save(update_fields=["unit"])
    shown = company.client("leader").get("/share-out/").context["loads"]
    ticked = {load.employee.name for load, chosen in shown if chosen}
    assert ticked == {"林一诺", "周衡"}
    refused = company.client("leader").post("/share-out/", {})
    assert not any(chosen for _load, chosen in refused.context["loads"]), "whoever unticks all is not overruled"
