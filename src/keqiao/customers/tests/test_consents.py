"""What customers agree to and refuse, and whether they may be contacted."""

import json
from datetime import UTC, datetime, time, timedelta

import pytest
from django.conf import settings as conf
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keqiao.audit.models import Event
from keqiao.customers.actions import create_customer, tag_customer
from keqiao.customers.consenting import actions
from keqiao.customers.consents import NO_CONTACT, contactable, may_contact, refusal
from keqiao.customers.merging.actions import merge_customers
from keqiao.customers.models import Consent, Customer, RestWish
from keqiao.kernel.errors import NotAllowed, Refused

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)  # 12:00 in Shanghai
CHANNELS = ["", "phone", "sms", "wechat", "email"]


@pytest.fixture
def agent(company):
    return company.actor("agent")


@pytest.fixture
def zhang(company, agent) -> Customer:
    return create_customer(actor=agent, name="张晓雯", phone="13812340001", owner=company.people["agent"])


def say(actor, customer, purpose, given, *channels, **more):
    usual = {"how": "spoken", "evidence": "录音 0815"}
    return actions.note_consent(
        actor=actor, obj=customer, purpose=purpose, given=given, channels=channels, **usual | more
    )


def test_service_needs_no_consent_and_marketing_does(zhang) -> None:
    assert may_contact(zhang, "service", "phone", NOON)
    verdict = may_contact(zhang, "marketing", "sms", NOON)
    assert not verdict
    assert verdict.reason == "客户还没有同意“营销推广”。"


def test_the_latest_word_counts_by_channel(agent, zhang) -> None:
    say(agent, zhang, "marketing", True)
    assert may_contact(zhang, "marketing", "sms", NOON)
    say(agent, zhang, "marketing", False, "sms")
    assert not may_contact(zhang, "marketing", "sms", NOON)
    assert may_contact(zhang, "marketing", "email", NOON)
    say(agent, zhang, "marketing", False)
    assert not may_contact(zhang, "marketing", "email", NOON)
    assert may_contact(zhang, "service", "sms", NOON)  # a refusal of marketing never ends the service


def test_refusing_every_contact_stops_service_too(agent, zhang) -> None:
    say(agent, zhang, "contact", False, "phone")
    assert not may_contact(zhang, "service", "phone", NOON)
    assert may_contact(zhang, "service", "wechat", NOON)
    assert contactable(Customer.objects.all(), "service", "wechat").exists()
    say(agent, zhang, "contact", False)
    assert not may_contact(zhang, "service", "wechat", NOON)
    assert not contactable(Customer.objects.all(), "service", "wechat").exists()


def test_the_tag_still_says_leave_alone(agent, zhang) -> None:
    tag_customer(actor=agent, obj=zhang, tags=[NO_CONTACT])
    assert not may_contact(zhang, "service", "phone", NOON)
    assert not contactable(Customer.objects.all(), "service", "phone").exists()


def test_consent_needs_evidence_and_nobody_agrees_tomorrow(agent, zhang) -> None:
    with pytest.raises(Refused) as refused:
        say(agent, zhang, "marketing", True, evidence=" ")
    assert refused.value.field == "evidence"
    with pytest.raises(Refused):
        say(agent, zhang, "marketing", True, at=timezone.now() + timedelta(hours=1))
    say(agent, zhang, "marketing", False, evidence="")  # refusing is as easy as it can be
    assert Consent.objects.count() == 1


def test_what_is_written_down_is_not_written_twice(agent, zhang) -> None:
    say(agent, zhang, "marketing", True)
    say(agent, zhang, "marketing", True)
    assert Consent.objects.count() == 1
    assert Event.objects.filter(verb="customer.consent_given", about_id=zhang.pk).count() == 1


def test_strangers_note_nothing(company, zhang) -> None:
    with pytest.raises(NotAllowed):
        say(company.actor("outsider"), zhang, "marketing", False)


def test_own_rest_times_beside_those_of_the_region(agent, zhang) -> None:
    assert not may_contact(zhang, "service", "phone", NOON.replace(hour=14, minute=30))  # 22:30
    actions.set_rest(actor=agent, obj=zhang, start=time(11), end=time(14))
    verdict = may_contact(zhang, "service", "phone", NOON)
    assert verdict.after == NOON.replace(hour=6)
    assert may_contact(zhang, "service", "phone", NOON.replace(hour=6))
    actions.set_rest(actor=agent, obj=zhang)
    assert not RestWish.objects.exists()
    assert may_contact(zhang, "service", "phone", NOON)


def test_a_wish_over_midnight_ends_where_nobody_rests(agent, zhang) -> None:
    actions.set_rest(actor=agent, obj=zhang, start=time(20), end=time(10))
    verdict = may_contact(zhang, "service", "phone", NOON.replace(hour=15))  # 23:00
    assert verdict.after == (NOON + timedelta(days=1)).replace(hour=2)  # 10:00, after the region's 8:30


words = st.lists(
    st.tuples(st.sampled_from(["marketing", "contact", "service"]), st.sampled_from(CHANNELS), st.booleans()),
    max_size=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=words, purpose=st.sampled_from(["marketing", "service"]), channel=st.sampled_from(CHANNELS))
def test_one_customer_and_a_list_are_judged_alike(zhang, said, purpose, channel) -> None:
    Consent.objects.all().delete()
    for at, (about, by, yes) in enumerate(said):
        moment = NOON - timedelta(days=30 - at)
        Consent.objects.create(customer=zhang, purpose=about, channel=by, given=yes, how="spoken", at=moment)
    alone = not refusal(zhang, purpose, channel)
    assert contactable(Customer.objects.all(), purpose, channel).exists() == alone


def test_a_merge_keeps_the_latest_word(company, agent, zhang) -> None:
    twin = create_customer(actor=agent, name="张晓雯", phone="13812340002", owner=company.people["agent"])
    say(agent, zhang, "marketing", True, at=timezone.now() - timedelta(days=9))
    say(agent, twin, "marketing", False, at=timezone.now() - timedelta(days=2))
    merge_customers(actor=company.actor("manager"), survivor=zhang, other=twin)
    assert refusal(zhang, "marketing", "sms")


class TestLink:
    def url(self, customer, name="consent-choose"):
        return reverse(name, args=[actions.token_of(customer)])

    def test_refusing_and_agreeing_are_one_tap_each(self, agent, zhang) -> None:
        say(agent, zhang, "marketing", True)
        browser = Client()
        page = browser.get(self.url(zhang))
        assert page.status_code == 200
        assert "张晓雯" not in page.content.decode()
        assert browser.post(self.url(zhang), {"purpose": "marketing", "given": "no"}).status_code == 302
        assert refusal(zhang, "marketing", "sms")
        browser.post(self.url(zhang), {"purpose": "marketing", "channel": "email", "given": "yes"})
        assert not refusal(zhang, "marketing", "email")
        assert refusal(zhang, "marketing", "sms")
        event = Event.objects.filter(verb="customer.consent_withdrawn").get()
        assert (event.actor_id, event.actor_name) == (None, "客户")

    def test_button_of_the_mail_program(self, agent, zhang) -> None:
        say(agent, zhang, "marketing", True)
        strict = Client(enforce_csrf_checks=True)
        answer = strict.post(self.url(zhang, "consent-unsubscribe"), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert refusal(zhang, "marketing", "email")
        assert strict.get(self.url(zhang, "consent-unsubscribe")).status_code == 405  # a link preview changes nothing

    def test_looking_changes_nothing(self, agent, zhang) -> None:
        say(agent, zhang, "marketing", True)
        Client().get(self.url(zhang))
        assert Consent.objects.count() == 1

    def test_forged_and_guessed_links(self, zhang) -> None:
        browser, token = Client(), actions.token_of(zhang)
        for forged in (token[:-1] + ("A" if token[-1] != "A" else "B"), "1:x:y", "x" * 60):
            assert browser.get(reverse("consent-choose", args=[forged])).status_code == 404
        for _turn in range(20):
            browser.post(reverse("consent-choose", args=["x" * 40]), {"purpose": "marketing"})
        assert browser.get(self.url(zhang)).status_code == 429

    def test_only_what_is_offered_can_be_changed(self, zhang) -> None:
        answer = Client().post(self.url(zhang), {"purpose": "service", "given": "no"})
        assert answer.status_code >= 400
        assert not Consent.objects.exists()

    def test_link_of_an_erased_customer_opens_nothing(self, zhang) -> None:
        url = self.url(zhang)
        Customer.objects.filter(pk=zhang.pk).update(erased=True)
        assert Client().get(url).status_code == 404


class TestPages:
    def test_verb_card_and_filter(self, company, zhang) -> None:
        client = company.client("agent")
        url = reverse("customers:verb", args=[zhang.pk, "consent"])
        body = {
            "purpose": "marketing",
            "given": "yes",
            "channels": ["sms"],
            "how": "paper",
            "evidence": "会员申请表 12",
        }
        assert client.post(url, body).status_code == 302
        page = client.get(reverse("customers:detail", args=[zhang.pk])).content.decode()
        assert "短信 同意" in page
        assert "会员申请表 12" in page
        listed = client.get(reverse("customers:list") + "?view=all&consent=marketing-sms").content.decode()
        assert "张晓雯" in listed
        listed = client.get(reverse("customers:list") + "?view=all&consent=marketing-email").content.decode()
        assert "张晓雯" not in listed

    def test_the_link_to_copy_leads_to_the_address_that_customers_know(self, company, zhang) -> None:
        client = company.client("agent")
        page = client.get(reverse("consent-link", args=[zhang.pk]), headers={"Host": "127.0.0.1"}).content.decode()
        assert f"{conf.PUBLIC_URL}/c/" in page
        assert "127.0.0.1" not in page

    def test_json(self, company, zhang) -> None:
        client = company.client("agent")
        body = {"purpose": "survey", "given": "no", "how": "message"}
        answer = client.post(f"/api/customers/{zhang.pk}/consent", json.dumps(body), content_type="application/json")
        assert answer.status_code == 200, answer.content
        [row] = answer.json()["consents"]
        assert (row["purpose"], row["given"], row["how"]) == ("survey", False, "message")

    def test_wrong_input_keeps_what_was_typed(self, company, zhang) -> None:
        url = reverse("customers:verb", args=[zhang.pk, "consent"])
        answer = company.client("agent").post(url, {"purpose": "marketing", "given": "yes", "how": "spoken"})
        assert answer.status_code == 422
        assert "请写明凭证" in answer.content.decode()
