"""Archives alike: found in the whole stock and while typing, gone through, never shown beyond one's reach."""

import json

import pytest
from django.db import connection
from django.urls import reverse

from keqiao.customers import actions
from keqiao.customers.archive.identity import add_identity
from keqiao.customers.duplicates import actions as deeds
from keqiao.customers.duplicates import finding, policies, queries
from keqiao.customers.duplicates.scoring import rate
from keqiao.customers.merging.actions import merge_customers, undo_merge
from keqiao.customers.models import Customer, DuplicatePair, DuplicateRun
from keqiao.customers.sharing import handing
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, WrongState
from keqiao.org.actions import create_token
from keqiao.runtime import jobs
from keqiao.runtime.models import Job

PHONE = "13800138000"


def make(company, name: str, unit: str = "service", **details) -> Customer:
    return actions.create_customer(actor=SYSTEM, name=name, unit=company.units[unit], **details)


def found() -> set[tuple[str, str]]:
    """One search through the stock; the names of the pairs."""
    run = DuplicateRun.objects.create()
    finding.search(run, lambda done, total: None)
    pairs = DuplicatePair.objects.order_by("pk").select_related("low", "high")
    return {(pair.low.name, pair.high.name) for pair in pairs}


def test_what_makes_a_pair_and_what_does_not(company) -> None:
    make(company, "张晓雯", phone="138 0013 8000", birthday="1990-01-02")
    make(company, "张晓文", phone="+86 138-0013-8000")
    make(company, "李雷", email="LiLei@Example.com")
    make(company, "李磊", email="lilei@example.com")
    make(company, "王芳", wechat="Wang_Fang")
    make(company, "王方", wechat="wang_fang")
    make(company, "赵强", company_name="华东商贸")
    make(company, "赵强", company_name="华东商贸")
    make(company, "赵强", company_name="别的公司")
    make(company, "孙丽")
    make(company, "孙丽")
    make(company, "无关的人", phone="13900139001", email="other@example.com")
    assert found() == {("张晓雯", "张晓文"), ("李雷", "李磊"), ("王芳", "王方"), ("赵强", "赵强")}
    pair = DuplicatePair.objects.get(low__name="赵强")
    assert pair.reasons == ["company"]
    assert pair.high.company_name == "华东商贸"


def test_the_same_document_makes_a_pair(company) -> None:
    for name in ("周大", "周小"):
        customer = make(company, name)
        add_identity(actor=SYSTEM, obj=customer, kind="resident", number="11010519491231002X")
    assert found() == {("周大", "周小")}
    assert DuplicatePair.objects.get().score >= 95


def test_more_in_common_scores_higher() -> None:
    one = {"name": "张晓雯", "birthday": None, "gender": "", "kind": "person"}
    other = {**one, "name": "李雷"}
    namesake, phone = rate(["phone"], one, one)[0], rate(["phone"], one, other)[0]
    assert 100 >= rate(["phone", "email"], one, one)[0] > namesake > phone >= 5
    assert rate(["phone"], {**one, "gender": "male"}, {**other, "gender": "female"})[0] < phone


def test_a_number_that_everybody_has_says_nothing(company) -> None:
    for n in range(finding.SHARED + 1):
        make(company, f"员工{n}", phone="02088886666")
    assert found() == set()
    assert DuplicateRun.objects.get().shared == 1


def test_a_big_family_is_paired_with_its_oldest(company) -> None:
    for n in range(finding.CLOSE + 2):
        make(company, f"家人{n}", phone=PHONE)
    assert found() == {("家人0", f"家人{n}") for n in range(1, finding.CLOSE + 2)}


def test_decisions_outlive_the_next_search(company) -> None:
    for name in ("甲一", "甲二", "甲三"):
        make(company, name, phone=PHONE)
    found()
    leader = company.actor("leader")
    one, two, three = DuplicatePair.objects.order_by("pk").select_related("low", "high")
    deeds.different(actor=leader, obj=one)
    with pytest.raises(WrongState):
        deeds.different(actor=leader, obj=one)
    deeds.later(actor=leader, obj=two)
    merge = merge_customers(actor=leader, survivor=three.low, other=three.high)
    assert len(found()) == 1
    one.refresh_from_db()
    assert (one.state, one.decided_by_id) == ("different", company.people["leader"].pk)
    undo_merge(actor=leader, obj=merge)
    assert len(found()) == 3
    one.refresh_from_db()
    assert one.state == "different"


def test_pairs_of_which_nothing_is_left_disappear(company) -> None:
    make(company, "甲一", phone=PHONE)
    other = make(company, "甲二", phone=PHONE)
    assert len(found()) == 1
    actions.remove_contact_point(actor=SYSTEM, obj=other, contact_point=other.contact_points.get())
    assert found() == set()


def test_the_job_runs_again_after_a_crash_and_one_at_a_time(company, monkeypatch) -> None:
    make(company, "甲一", phone=PHONE)
    make(company, "甲二", phone=PHONE)
    run = deeds.start_search(actor=company.actor("leader"))
    with pytest.raises(WrongState, match="正在进行"):
        deeds.start_search(actor=company.actor("leader"))
    with pytest.raises(NotAllowed):
        deeds.start_search(actor=company.actor("agent"))
    with monkeypatch.context() as broken:
        broken.setattr(finding, "forget", lambda run, progress: 1 / 0)
        jobs.work()
    assert DuplicateRun.objects.get(pk=run.pk).finished_at is None
    Job.objects.update(run_at="2020-01-01T00:00:00Z")
    jobs.work()
    run.refresh_from_db()
    assert (run.pairs, run.customers, run.finished_at is not None) == (1, 2, True)
    assert DuplicatePair.objects.count() == 1


@pytest.fixture
def crossing(company):
    """A pair of which the leader sees only the first."""
    mine = make(company, "张晓雯", phone=PHONE)
    theirs = make(company, "张晓文", "finance", phone=PHONE, email="secret@example.com")
    handing.assign_owner(actor=SYSTEM, obj=theirs, owner=company.people["outsider"])
    found()
    return mine, theirs


def test_of_a_colleagues_archive_only_whom_to_ask_is_told(crossing, company, client) -> None:
    mine, theirs = crossing
    pair = DuplicatePair.objects.get()
    leader = company.client("leader")
    pages = [
        leader.get(reverse("duplicates:list"), {"view": "crossing"}),
        leader.get(reverse("duplicates:detail", args=[pair.pk])),
        leader.get(reverse("customer-duplicates", args=[mine.pk])),
        leader.get(reverse("customer-check"), {"phone": "+86 138 0013 8000"}),
        leader.get(reverse("customer-check"), {"email": "secret@example.com"}),
    ]
    token = create_token(actor=SYSTEM, employee=company.people["leader"], name="测试")
    head = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    pages += [client.get("/api/duplicates?view=crossing", **head), client.get(f"/api/duplicates/{pair.pk}", **head)]
    for page in pages:
        text = page.content.decode()
        assert page.status_code == 200
        assert "请联系方外（财务部）" in text
        for secret in (theirs.name, theirs.number, "电话相同", f"/customers/{theirs.pk}/"):
            assert secret not in text
    assert pages[-1].json()["high_id"] is None
    assert pages[-1].json()["score"] is None
    assert "张晓雯" not in leader.get(reverse("duplicates:list")).content.decode()
    with pytest.raises(NotAllowed):
        deeds.different(actor=company.actor("leader"), obj=pair)
    assert (
        client.post(f"/api/duplicates/{pair.pk}/different", "{}", content_type="application/json", **head).status_code
        == 403
    )
    assert company.client("outsider").get(reverse("duplicates:list")).status_code == 403
    assert policies.visible(company.actor("department")).count() == 0


def test_hints_at_colleagues_end_for_who_fishes(crossing, company, monkeypatch) -> None:
    monkeypatch.setattr(queries, "HINTS_A_DAY", 2)
    ask = lambda: company.client("agent").get(reverse("customer-check"), {"email": "secret@example.com"})  # noqa: E731
    assert ["请联系方外" in ask().content.decode() for _n in range(3)] == [True, True, False]


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ({"phone": "１３８ ００１３－８０００"}, True), ({"phone": "1380013"}, False), ({"email": " ZXW@example.com "}, True),
        ({"wechat": "ZXW_1"}, True), ({"name": "张晓雯", "company_name": "海纳电器"}, True), ({"name": "张晓雯"}, False),
        ({"company_name": "海纳电器"}, False), ({}, False), ({"phone": "\x00" * 200}, False),
    ],
)  # fmt: skip
def test_while_typing(company, typed, known) -> None:
    customer = make(company, "张晓雯", phone=PHONE, email="zxw@example.com", wechat="zxw_1", company_name="海纳电器")
    text = company.client("leader").get(reverse("customer-check"), typed).content.decode()
    assert (customer.number in text) == known
    form = company.client("leader").get(reverse("customers:create")).content.decode()
    assert form.count(reverse("customer-check")) == 5


def test_going_through_pair_by_pair(company) -> None:
    for n in range(3):
        make(company, f"甲{n}", phone=f"1380013800{n}")
        make(company, f"甲{n}", phone=f"1380013800{n}", email="x@example.com" if n == 0 else "", note="第二份")
    found()
    leader = company.client("leader")
    first = leader.get(reverse("duplicate-next"), follow=True)
    text = first.content.decode()
    assert "姓名相同" in text
    assert "第二份" in text
    pair = first.context["pair"]
    assert leader.post(reverse("duplicates:detail", args=[pair.pk]), {}).status_code == 409
    second = leader.post(reverse("duplicates:detail", args=[pair.pk]), {"verdict": "different"}, follow=True)
    assert second.context["pair"] != pair
    swap = reverse("duplicates:detail", args=[second.context["pair"].pk]) + "?swap=1"
    third = leader.post(swap, {"verdict": "same"}, follow=True)
    merged = Customer.objects.get(merged_into__isnull=False)
    assert merged == second.context["pair"].low
    last = leader.post(reverse("duplicates:detail", args=[third.context["pair"].pk]), {"verdict": "later"}, follow=True)
    assert "都核对完了" in last.content.decode()
    start = company.client("leader").post(reverse("duplicates-start"), follow=True).content.decode()
    assert "正在查找" in start
    assert company.client("agent").get(reverse("duplicates-start")).status_code == 403


def test_the_list_asks_the_same_number_of_questions_however_long(
    company, django_assert_max_num_queries, client
) -> None:
    for n in range(12):
        make(company, f"甲{n}", phone=f"1380013800{n % 6}")
    found()
    leader = company.client("leader")
    with django_assert_max_num_queries(12):
        page = leader.get(reverse("duplicates:list"))
    assert page.content.decode().count("电话相同") == 6


def test_verbs_by_json(company, client) -> None:
    make(company, "甲一", phone=PHONE)
    make(company, "甲二", phone=PHONE)
    found()
    token = create_token(actor=SYSTEM, employee=company.people["leader"], name="测试")
    head = {"HTTP_AUTHORIZATION": f"Bearer {token}", "content_type": "application/json"}
    row = client.get("/api/duplicates", **head).json()["items"][0]
    assert (row["reasons"], row["score"]) == ("电话相同", 60)
    for verb, status in (("different", 200), ("later", 403), ("reopen", 200)):
        assert client.post(f"/api/duplicates/{row['id']}/{verb}", json.dumps({}), **head).status_code == status


@pytest.mark.django_db(transaction=True)
def test_the_search_plans_with_what_is_there_now(company) -> None:
    """After a bulk load PostgreSQL still thinks the tables empty; the search has them counted first."""
    for n in range(30):
        make(company, f"客户{n}", phone=f"1380013{n:04}")
    found()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'customers_contactpoint'::regclass")
            assert cursor.fetchone() == (30,)
    assert DuplicateRun.objects.get().finished_at is not None
