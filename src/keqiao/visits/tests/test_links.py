"""The signed link: shown once, answered once, silent about everything else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from keqiao.audit.models import Event
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.runtime.models import Throttle
from keqiao.tickets.models import Ticket
from keqiao.tickets.tests.conftest import Desk
from keqiao.visits import actions
from keqiao.visits.actions import results
from keqiao.visits.models import Rectification, Visit, VisitAttempt
from keqiao.visits.tests.conftest import Round

GOOD = {"satisfaction": "5", "solved": "true", "said": "很好"}
SECRETS = ("冰箱冷藏室", "陈美兰", "13800138000", "138****8000", "TS2026", "HF2026")


def made(round_: Round) -> tuple[Visit, str]:
    """A visit with its link's token."""
    visit = round_.visit()
    token, _until = actions.make_link(actor=round_.company.actor("colleague"), obj=visit)
    return visit, token


def state() -> list[Any]:
    """All visits and tickets as they are."""
    return [*Visit.objects.values().order_by("pk"), *Ticket.objects.values().order_by("pk")]


@pytest.mark.django_db
def test_looking_changes_nothing_and_answering_closes(round_: Round) -> None:
    visit, token = made(round_)
    before = state()
    client = Client()
    for method in (client.get, client.head, client.get):
        assert method(f"/v/{token}/").status_code == 200
    assert state() == before
    page = client.get(f"/v/{token}/").content.decode()
    for word in ("非常不满意", "非常满意", "冰箱冷藏室不制冷", "海纳电器"):
        assert word in page
    assert "13800138000" not in page
    answer = client.post(f"/v/{token}/", GOOD)
    assert (answer.status_code, answer["Location"]) == (302, f"/v/{token}/")
    visit.refresh_from_db()
    assert (visit.status, visit.channel, visit.said, visit.done_by_id) == ("done", "link", "很好", None)
    assert Ticket.objects.get().stage == "closed"


@pytest.mark.django_db
def test_a_used_link_thanks_and_takes_nothing_more(round_: Round) -> None:
    visit, token = made(round_)
    Client().post(f"/v/{token}/", GOOD)
    before = state()
    again = Client().post(f"/v/{token}/", {"satisfaction": "1", "solved": "false", "said": "改主意了"})
    assert again.status_code == 200
    assert "感谢您的评价" in again.content.decode()
    assert not any(secret in again.content.decode() for secret in SECRETS)
    assert state() == before
    assert not Rectification.objects.exists()


@pytest.mark.django_db
def test_expired_unknown_and_tampered_links_are_silent(round_: Round) -> None:
    visit, token = made(round_)
    swapped = token[:-1] + ("A" if token[-1] != "A" else "B")
    for wrong in (swapped, token[:-1], token + "x", token.swapcase(), "x" * 32, "1", str(visit.pk)):
        answer = Client().post(f"/v/{wrong}/", GOOD)
        assert answer.status_code == 404
        assert not any(secret in answer.content.decode() for secret in SECRETS)
    round_.to(visit.planned_at + timedelta(days=7, seconds=1))
    for answer in (Client().get(f"/v/{token}/"), Client().post(f"/v/{token}/", GOOD)):
        assert answer.status_code == 410
        assert not any(secret in answer.content.decode() for secret in SECRETS)
    assert Visit.objects.get().open
    with pytest.raises(Refused):
        actions.answer_by_link(token=token, satisfaction=5, solved=True)


@pytest.mark.django_db
def test_one_link_answers_only_its_own_visit_and_a_new_one_replaces_it(round_: Round) -> None:
    first, old = made(round_)
    second, token = made(round_)
    Client().post(f"/v/{token}/", GOOD)
    first.refresh_from_db()
    assert first.open
    fresh, _until = actions.make_link(actor=round_.company.actor("colleague"), obj=first)
    assert Client().post(f"/v/{old}/", GOOD).status_code == 404
    assert Client().post(f"/v/{fresh}/", GOOD).status_code == 302


@pytest.mark.django_db
def test_only_the_hash_is_kept_and_only_the_assignee_makes_links(round_: Round) -> None:
    visit, token = made(round_)
    visit.refresh_from_db()
    assert len(token) >= 32
    assert token not in str(list(Visit.objects.values()))
    with pytest.raises(NotAllowed):
        actions.make_link(actor=round_.company.actor("outsider"), obj=visit)


@pytest.mark.django_db
def test_answers_need_the_csrf_token(round_: Round) -> None:
    _visit, token = made(round_)
    assert Client(enforce_csrf_checks=True).post(f"/v/{token}/", GOOD).status_code == 403
    assert Visit.objects.get().open


@pytest.mark.django_db
@pytest.mark.parametrize("data", [{}, {"satisfaction": "6", "solved": "true"}, {"satisfaction": "5"},
                                  {**GOOD, "said": "长" * 501}])  # fmt: skip
def test_a_wrong_answer_comes_back_with_words(round_: Round, data: dict[str, str]) -> None:
    _visit, token = made(round_)
    answer = Client().post(f"/v/{token}/", data)
    assert answer.status_code == 422
    assert "form-errors" in answer.content.decode()
    assert Visit.objects.get().open


@pytest.mark.django_db
def test_other_fields_of_the_form_change_nothing(round_: Round) -> None:
    visit, token = made(round_)
    Client().post(f"/v/{token}/", {**GOOD, "assignee": "1", "customer": "99", "done_by": "1", "round": "7"})
    after = Visit.objects.get()
    assert (after.assignee_id, after.customer_id, after.done_by_id, after.round) == (
        visit.assignee_id, visit.customer_id, None, 1,
    )  # fmt: skip


@pytest.mark.django_db
def test_guessing_is_throttled_but_a_look_at_a_good_link_is_not_counted(round_: Round) -> None:
    _visit, token = made(round_)
    for _turn in range(30):
        assert Client().get(f"/v/{token}/").status_code == 200
    assert not Throttle.objects.filter(key__startswith="visit").exists()
    codes = [Client().get(f"/v/{'guess' * 6}{turn}/").status_code for turn in range(25)]
    assert codes[:20] == [404] * 20
    assert codes[20:] == [429] * 5


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_answers_at_once_have_one_effect(desk: Desk, in_parallel: Callable[..., list[Any]]) -> None:
    visit = actions.plan_for_ticket(actor=SYSTEM, ticket=desk.at("told"))
    assert visit is not None
    token, _until = actions.make_link(actor=desk.company.actor("colleague"), obj=visit)

    def post(number: int) -> int:
        score = number % 5 + 1
        return (
            Client()
            .post(f"/v/{token}/", {"satisfaction": score, "solved": "true", "said": f"第{number}次"})
            .status_code
        )

    assert set(in_parallel(post, 20)) <= {200, 302}
    check_one_effect(visit)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_phone_and_link_at_once_have_one_effect(desk: Desk, in_parallel: Callable[..., list[Any]]) -> None:
    visit = actions.plan_for_ticket(actor=SYSTEM, ticket=desk.at("told"))
    assert visit is not None
    actor = desk.company.actor("colleague")
    token, _until = actions.make_link(actor=actor, obj=visit)

    def answer(number: int) -> str:
        if number % 2:
            return str(actions.answer_by_link(token=token, satisfaction=1, solved=False, said="没解决").channel)
        return str(actions.record_result(actor=actor, obj=visit, satisfaction=5, solved=True).channel)

    answers = in_parallel(answer, 10)
    assert sum(isinstance(one, str) for one in answers) == 1
    assert all(isinstance(one, str | Refused) for one in answers), answers
    check_one_effect(visit)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_guard_every_answer_would_take_effect(
    desk: Desk, in_parallel: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what the two tests above rule out does happen when nobody looks at the row again."""

    def unguarded(visit: Visit, status: str, **changes: Any) -> Visit:
        Visit.objects.filter(pk=visit.pk).update(status=status, open=False, **changes)
        return Visit.objects.select_related("rule").get(pk=visit.pk)

    visit = actions.plan_for_ticket(actor=SYSTEM, ticket=desk.at("told"))
    assert visit is not None
    actor = desk.company.actor("colleague")
    monkeypatch.setattr(results, "guard", lambda actor, verb, stale: stale)
    monkeypatch.setattr(results, "close", unguarded)
    monkeypatch.setattr(results, "follow_up", lambda *args, **kwargs: None)
    in_parallel(lambda _number: actions.record_result(actor=actor, obj=visit, satisfaction=5, solved=True), 5)
    assert Event.objects.filter(verb="visit.done").count() == 5


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_planned_at_once_there_is_one_visit(desk: Desk, in_parallel: Callable[..., list[Any]]) -> None:
    ticket = desk.at("told")
    ids = in_parallel(lambda _number: actions.plan_for_ticket(actor=SYSTEM, ticket=ticket).pk, 10)  # type: ignore[union-attr]
    assert len(set(ids)) == 1, ids
    assert Visit.objects.get().number.endswith("-0001")


def check_one_effect(visit: Visit) -> None:
    """One answer, one event, one closing or reopening, and a rectification only where the answer asks for it."""
    after = Visit.objects.get(pk=visit.pk)
    ticket = Ticket.objects.get(pk=visit.ticket_id)
    low = after.satisfaction is not None and after.satisfaction <= 2
    assert after.status == "done"
    assert Event.objects.filter(verb="visit.done").count() == 1
    assert Event.objects.filter(verb__in=["ticket.closed", "ticket.reopened"]).count() == 1
    assert ticket.stage == ("investigating" if low or not after.solved else "closed")
    assert ticket.reopened == (1 if ticket.stage == "investigating" else 0)
    assert Rectification.objects.count() == int(low)
    assert VisitAttempt.objects.count() == (1 if after.channel == "phone" else 0)


@pytest.mark.django_db
def test_the_page_speaks_the_customers_language(round_: Round) -> None:
    _visit, token = made(round_)
    english = Client(headers={"Accept-Language": "en-GB,en;q=0.9"})
    page = english.get(f"/v/{token}/").content.decode()
    assert '<html lang="en' in page
    for words in ("Very dissatisfied", "Very satisfied", "冰箱冷藏室不制冷"):  # the customer's own words stay
        assert words in page
    for chinese in ("满意", "提交评价", "解决了吗", "半分钟"):
        assert chinese not in page
    refused = english.post(f"/v/{token}/", {"said": "x"})
    assert refused.status_code == 422
    assert "这个字段" not in refused.content.decode()
    assert "必填" not in refused.content.decode()
    assert english.post(f"/v/{token}/", GOOD).status_code == 302
    thanked = english.get(f"/v/{token}/").content.decode()
    assert "谢谢" not in thanked
    assert "Thank" in thanked
    assert "提交评价" in Client().get(f"/v/{made(round_)[1]}/").content.decode()
