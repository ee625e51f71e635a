"""How long what is kept, and whose data were touched."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils import timezone

from keqiao.audit.models import Event
from keqiao.customers import actions as customers
from keqiao.customers.imports import actions as imports
from keqiao.customers.models import Customer, ImportBatch, ImportRow, RetentionRule
from keqiao.customers.privacy import breach, retention
from keqiao.exports import actions as exports
from keqiao.exports.models import Export
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed
from keqiao.kernel.resource import get
from keqiao.org.actions import set_sight
from keqiao.org.models import Position
from keqiao.runtime import jobs

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - timedelta(days=2000)


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path) -> None:
    settings.MEDIA_ROOT, settings.DATA = tmp_path / "files", tmp_path
    settings.MEDIA_ROOT.mkdir()


def rule(kind: str) -> RetentionRule:
    return RetentionRule.objects.get(kind=kind)


def old_lead(company, name="陈旧") -> Customer:
    one = customers.create_customer(actor=SYSTEM, name=name, phone="13600001111", owner=company.people["agent"])
    Customer.objects.filter(pk=one.pk).update(created_at=LONG_AGO, updated_at=LONG_AGO)
    return one


def test_nothing_is_done_until_somebody_switches_it_on(company, django_capture_on_commit_callbacks) -> None:
    batch = imported(company)
    assert retention.waiting(rule("import_rows")) == 1
    assert retention.tidy() == 0
    retention.change_rule(actor=company.actor("manager"), obj=rule("import_rows"), months=6, active=True)
    with django_capture_on_commit_callbacks(execute=True):
        assert retention.tidy() == 1
    batch.refresh_from_db()
    assert (str(batch.file), batch.created) == ("", 1)
    assert not ImportRow.objects.exclude(cells=[]).exists()
    assert Customer.objects.filter(name="郑重").exists()  # the customer stays
    assert rule("import_rows").last_count == 1
    assert Event.objects.filter(verb="retention.applied").count() == 1
    assert retention.tidy() == 0


def imported(company) -> ImportBatch:
    csv = "客户名称,电话\n郑重,13700000008\n坏,123\n"
    upload = SimpleUploadedFile("名单.csv", b"\xef\xbb\xbf" + csv.encode())
    batch = imports.upload(actor=company.actor("manager"), file=upload)
    columns = {0: "name", 1: "phone"}
    imports.start(actor=company.actor("manager"), batch=batch, columns=columns, source="", duplicates="skip")
    while jobs.work():
        pass
    ImportBatch.objects.filter(pk=batch.pk).update(created_at=LONG_AGO)
    batch.refresh_from_db()
    return batch


def test_only_prospects_without_contact_are_forgotten(company) -> None:
    lead, buyer, fresh = old_lead(company), old_lead(company, "老客"), old_lead(company, "新近")
    Customer.objects.filter(pk=buyer.pk).update(life_cycle="bought")
    customers.tag_customer(actor=company.actor("agent"), obj=fresh, tags=["重点"])
    Customer.objects.filter(pk=fresh.pk).update(updated_at=LONG_AGO)  # what happened lately is in the audit
    leads = rule("leads")
    RetentionRule.objects.filter(pk=leads.pk).update(active=True)
    # what made the archives is younger than the rule too
    assert retention.waiting(leads) == 0
    silent = retention.WAYS["leads"].rows(timezone.now() + timedelta(days=1))
    assert set(silent) == {lead, fresh}
    retention.forget_leads([lead])
    lead.refresh_from_db()
    assert (lead.erased, lead.contact_points.count()) == (True, 0)
    assert not Event.objects.filter(about_id=lead.pk, title__contains="陈旧").exists()
    buyer.refresh_from_db()
    assert buyer.name == "老客"


def test_rules_are_for_those_who_watch_over_the_house(company) -> None:
    with pytest.raises(NotAllowed):
        retention.change_rule(actor=company.actor("leader"), obj=rule("leads"), months=1, active=True)
    assert company.client("agent").get("/retention-rules/").status_code == 403
    page = company.client("manager").get("/retention-rules/").content.decode()
    assert "久未联系的潜在客户" in page


class TestBreach:
    def asked(self, **more) -> breach.Asked:
        now = timezone.now()
        return breach.Asked(since=now - timedelta(days=1), until=now + timedelta(days=1), **more)

    def test_looks_exports_and_open_lists(self, company) -> None:
        agent, people = company.actor("agent"), company.people
        seen, listed, taken, other = (
            customers.create_customer(actor=SYSTEM, name=name, phone=f"1360000111{at}", owner=people["agent"])
            for at, name in enumerate(("看过", "列出", "导出", "无关"))
        )
        point = seen.contact_points.get()
        customers.reveal(actor=agent, obj=seen, contact_point=point, reason="回访")
        assert set(breach.touched(self.asked(employee=people["agent"]))) == {seen.pk}
        assert set(breach.touched(self.asked(employee=people["colleague"]))) == set()
        post = Position.objects.get(name="客服班长")
        set_sight(actor=SYSTEM, levels={post.pk: {"phone": "full"}})
        company.client("leader").get("/customers/?view=all&q=13600001111")
        assert set(breach.touched(self.asked(employee=people["leader"]))) == {listed.pk}
        answer = company.client("leader").get("/customers/export/?view=all&q=13600001112&format=csv")
        assert "导出" in b"".join(answer.streaming_content).decode("utf-8-sig")
        assert set(breach.touched(self.asked(employee=people["leader"]))) == {listed.pk, taken.pk}
        assert other.pk not in breach.touched(self.asked())
        assert other.pk in breach.touched(self.asked(everything=True))

    def test_a_background_export_by_its_number(self, company) -> None:
        one = customers.create_customer(actor=SYSTEM, name="赵钱", phone="13600002222", owner=company.people["agent"])
        resource = get("customers.customer")
        assert resource is not None
        export = exports.ask(actor=company.actor("manager"), resource=resource, query=QueryDict("q=13600002222"))
        while jobs.work():
            pass
        assert Export.objects.get(pk=export.pk).rows_taken() == [one.pk]
        assert one.pk not in breach.touched(self.asked()), "nobody has taken the file yet"
        assert set(breach.touched(self.asked(export=export.pk))) == {one.pk}

    def test_page_and_file(self, company) -> None:
        one = customers.create_customer(actor=SYSTEM, name="周正", phone="13600003333", owner=company.people["agent"])
        customers.reveal(actor=company.actor("agent"), obj=one, contact_point=one.contact_points.get(), reason="回访")
        today = timezone.localdate().isoformat()
        url = f"/privacy/breach/?since={today}&until={today}"
        client = company.client("manager")
        assert "周正" in client.get(url).content.decode()
        assert "周正" in client.get(url + "&format=csv").content.decode("utf-8-sig")
        assert Event.objects.filter(verb="privacy.breach_listed").count() == 1
        assert client.get("/privacy/breach/?since=2026-02-01&until=2026-01-01").status_code == 422
        assert company.client("leader").get(url).status_code == 403
