"""The form of a care plan."""

from keqiao.care.models import CarePlan
from keqiao.conftest import Company


def test_the_form_of_a_plan_asks_in_words_for_what_its_occasion_needs(company: Company) -> None:
    client = company.client("leader")
    form = {"name": "节日问候", "words": "{客户称呼}您好", "channel": "phone", "ahead_days": "0", "purpose": "service"}
    page = client.get("/care-plans/new/").content.decode()
    assert 'data-when="occasion=festival"' in page
    assert 'data-when="occasion=day"' in page
    for occasion, said in (("festival", "请选择节日。"), ("day", "请选择重要日期的种类。")):
        wrong = client.post("/care-plans/new/", {**form, "occasion": occasion})
        assert wrong.status_code == 422
        assert said in wrong.content.decode()
    made = client.post(
        "/care-plans/new/", {**form, "occasion": "birthday", "festival": "spring", "day_kind": "renewal"}
    )
    assert made.status_code == 302, made.content.decode()
    assert (CarePlan.objects.get().festival, CarePlan.objects.get().day_kind) == ("", "")
