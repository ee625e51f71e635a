"""Numbers of documents: checked, sealed, sought, revealed, sealed anew."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn.ric import calc_check_digit

from keqiao.audit.models import Event
from keqiao.config.cli import main
from keqiao.customers import actions
from keqiao.customers.archive import identity
from keqiao.customers.id_numbers import born, checked, mask
from keqiao.customers.models import IdentityNumber
from keqiao.kernel import sealing
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.org.models import Position

WOMAN = "11010519491231002X"  # the example of GB 11643
FIRM = "91110000600037341L"


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, settings: Any) -> Path:
    settings.SEAL_KEYS = tmp_path / "keys.json"
    return settings.SEAL_KEYS


@pytest.fixture
def agent(company):
    return company.actor("agent")


@pytest.fixture
def zhang(agent, company):
    return actions.create_customer(actor=agent, name="张晓雯", owner=company.people["agent"])


def add(agent, customer, number=WOMAN, kind="resident", **more) -> IdentityNumber:
    return identity.add_identity(actor=agent, obj=customer, kind=kind, number=number, **more)


class TestNumbers:
    @pytest.mark.parametrize("raw", [WOMAN, WOMAN.lower(), " 110105 19491231 002x ", "１１０１０５19491231002X"])
    def test_spellings(self, raw) -> None:
        assert checked("resident", raw) == WOMAN

    @pytest.mark.parametrize(
        ("kind", "raw", "said"),
        [
            ("resident", "110105194912310021", "校验位"),
            ("resident", "11010519491231002", "18 位"),
            ("resident", "110105491231002", "18 位"),
            ("resident", "000105194912310028", "地区或出生日期|校验位"),
            ("company", FIRM[:-1] + "A", "校验位"),
            ("company", "91110000", "18 位"),
            ("passport", "E1", "格式"),
            ("permit", "!!", "格式"),
            ("resident", WOMAN.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")), "18 位"),
            ("permit", "H١٢٣٤٥٦٧٨", "格式"),
        ],
    )
    def test_bad_ones_are_refused_in_words(self, kind, raw, said) -> None:
        with pytest.raises(ValidationError, match=said):
            checked(kind, raw)

    def test_a_birth_in_the_future_is_refused(self) -> None:
        body = "11010520991231002"
        with pytest.raises(ValidationError, match="出生日期"):
            checked("resident", body + calc_check_digit(body + "0"))

    @pytest.mark.parametrize(("kind", "raw"), [("company", FIRM), ("passport", "e12345678"), ("permit", "H12345678")])
    def test_other_kinds(self, kind, raw) -> None:
        assert checked(kind, raw) == raw.upper()

    def test_tells_birth_and_sex(self) -> None:
        assert born(WOMAN) == (dt.date(1949, 12, 31), "female")

    @given(st.text("0123456789X", min_size=4, max_size=30))
    def test_mask_hides_most(self, number) -> None:
        masked = mask(number)
        assert len(masked) == len(number)
        shown = sum(char != "*" for char in masked)
        assert shown <= 7
        assert shown < len(number)

    @given(st.integers(0, 16), st.integers(1, 9))
    def test_one_wrong_digit_is_noticed(self, place, shift) -> None:
        wrong = WOMAN[:place] + str((int(WOMAN[place]) + shift) % 10) + WOMAN[place + 1 :]
        with pytest.raises(ValidationError):
            checked("resident", wrong)


class TestAtRest:
    def test_the_number_is_nowhere_in_the_database(self, agent, zhang) -> None:
        add(agent, zhang)
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 – names of our tables
                assert WOMAN not in str(cursor.fetchall()), table

    def test_masked_on_the_page_and_in_json(self, agent, zhang, company) -> None:
        add(agent, zhang)
        client = company.client("agent")
        for url in (reverse("customers:detail", args=[zhang.pk]), f"/api/customers/{zhang.pk}"):
            shown = client.get(url).content.decode()
            assert "110***********002X" in shown
            assert WOMAN not in shown

    def test_found_by_the_whole_number_only(self, agent, zhang, company) -> None:
        add(agent, zhang)
        client = company.client("agent")
        for term, found in ((WOMAN, True), (WOMAN.lower(), True), (WOMAN[:-1], False), ("1949", False)):
            page = client.get(reverse("customers:list"), {"q": term}).content.decode()
            assert ("张晓雯" in page) == found, term
        assert "张晓雯" not in company.client("outsider").get(reverse("customers:list"), {"q": WOMAN}).content.decode()

    def test_one_of_a_kind(self, agent, zhang) -> None:
        add(agent, zhang)
        with pytest.raises(Refused, match="已登记这种证件"):
            add(agent, zhang)
        add(agent, zhang, "E12345678", "passport")

    def test_fills_in_what_is_empty(self, agent, zhang) -> None:
        actions.change_customer(actor=agent, obj=zhang, gender="male")
        add(agent, zhang, take_over=True)
        zhang.refresh_from_db()
        assert (zhang.birthday, zhang.gender) == (dt.date(1949, 12, 31), "male")

    def test_removed_without_a_trace(self, agent, zhang) -> None:
        row = add(agent, zhang)
        identity.remove_identity(actor=agent, obj=zhang, part=row)
        assert not IdentityNumber.objects.exists()
        assert WOMAN not in str(list(Event.objects.values_list("data", flat=True)))


class TestReveal:
    def test_with_a_reason_and_recorded(self, agent, zhang, company) -> None:
        row = add(agent, zhang)
        client, url = company.client("agent"), reverse("customer-identity-reveal", args=[zhang.pk, row.pk])
        assert WOMAN not in client.get(url).content.decode()
        assert client.post(url, {"reason": ""}).status_code == 422
        assert WOMAN in client.post(url, {"reason": "办理过户"}).content.decode()
        event = Event.objects.get(verb="customer.identity_revealed")
        assert event.data["reason"] == "办理过户"
        assert WOMAN not in str(event.data)

    def test_by_json(self, agent, zhang, company) -> None:
        row = add(agent, zhang)
        answer = company.client("agent").post(
            f"/api/customers/{zhang.pk}/identities/{row.pk}/reveal", json.dumps({"reason": "办理过户"}),
            content_type="application/json",
        )  # fmt: skip
        assert answer.json() == {"value": WOMAN}

    def test_not_for_outsiders(self, agent, zhang, company) -> None:
        row = add(agent, zhang)
        with pytest.raises(NotAllowed):
            identity.reveal_identity(actor=company.actor("outsider"), obj=zhang, part=row, reason="办理过户")
        url = reverse("customer-identity-reveal", args=[zhang.pk, row.pk])
        assert company.client("outsider").post(url, {"reason": "办理过户"}).status_code == 404

    def test_limit_of_a_day_counts_phones_too(self, agent, zhang) -> None:
        row = add(agent, zhang)
        point = actions.add_contact_point(actor=agent, obj=zhang, kind="phone", value="13800138000")
        Position.objects.update(reveals_a_day=2)
        actions.reveal(actor=agent, obj=zhang, contact_point=point, reason="回访")
        identity.reveal_identity(actor=agent, obj=zhang, part=row, reason="办理过户")
        with pytest.raises(Refused, match="每日上限"):
            identity.reveal_identity(actor=agent, obj=zhang, part=row, reason="办理过户")

    def test_a_lost_key_is_said(self, agent, zhang, keys) -> None:
        row = add(agent, zhang)
        keys.unlink()
        with pytest.raises(Refused, match="密钥"):
            identity.reveal_identity(actor=agent, obj=zhang, part=row, reason="办理过户")


class TestRotation:
    def test_all_are_sealed_anew_and_still_found(self, agent, zhang, company) -> None:
        row = add(agent, zhang)
        name, count = identity.rotate(actor=SYSTEM)
        assert (name, count) == ("k2", 1)
        fresh = IdentityNumber.objects.get()
        assert (fresh.key, fresh.sealed != row.sealed, fresh.digest != row.digest) == ("k2", True, True)
        assert identity.reveal_identity(actor=agent, obj=zhang, part=fresh, reason="办理过户") == WOMAN
        assert identity.forget(actor=SYSTEM) == ["k1"]
        page = company.client("agent").get(reverse("customers:list"), {"q": WOMAN}).content.decode()
        assert "张晓雯" in page

    def test_found_in_the_middle_of_it(self, agent, zhang, company) -> None:
        add(agent, zhang)
        sealing.add_key()
        page = company.client("agent").get(reverse("customers:list"), {"q": WOMAN}).content.decode()
        assert "张晓雯" in page

    def test_what_was_stopped_goes_on_with_the_same_key(self, agent, zhang) -> None:
        add(agent, zhang)
        sealing.add_key()  # where a killed rotation stood
        assert identity.rotate(actor=SYSTEM) == ("k2", 1)
        names = tuple(one.id for one in sealing.keys())  # noqa: SIM118 – a function of the module
        assert names == ("k2", "k1")

    def test_more_than_a_chunk(self, agent, company, monkeypatch) -> None:
        monkeypatch.setattr(identity, "CHUNK", 2)
        for number in range(5):
            one = actions.create_customer(actor=agent, name=f"客户{number}", owner=company.people["agent"])
            add(agent, one, f"E1234567{number}", "passport")
        assert identity.rotate(actor=SYSTEM)[1] == 5

    def test_by_command(self, agent, zhang, capsys) -> None:
        add(agent, zhang)
        assert main(["keys", "rotate", "--forget"]) == 0
        assert "k2" in capsys.readouterr().out
        assert IdentityNumber.objects.get().key == "k2"

    def test_a_missing_key_stops_the_command(self, agent, zhang, keys, capsys) -> None:
        add(agent, zhang)
        keys.unlink()
        sealing.keys()
        sealing.add_key()
        content = json.loads(keys.read_text())
        keys.write_text(json.dumps({"keys": content["keys"][:1]}))
        assert main(["keys", "rotate"]) == 1
        assert IdentityNumber.objects.get().key == "k1"
