"""The parts of an archive: addresses, contacts, relations, important dates, roles."""

import datetime as dt

import pytest
from django.db import IntegrityError
from hypothesis import given
from hypothesis import strategies as st
from lunardate import LunarDate

from keqiao.audit.models import Event
from keqiao.customers import actions
from keqiao.customers.archive import actions as archive
from keqiao.customers.models import Address, Contact, ContactPoint, Customer, ImportantDate, Relation
from keqiao.customers.models.archive import in_one_line
from keqiao.kernel import divisions
from keqiao.kernel.errors import NotAllowed, Refused


@pytest.fixture
def agent(company):
    return company.actor("agent")


@pytest.fixture
def zhang(agent, company):
    return actions.create_customer(actor=agent, name="张晓雯", owner=company.people["agent"])


@pytest.fixture
def firm(agent, company):
    return actions.create_customer(actor=agent, name="泉城物业有限公司", kind="company", owner=company.people["agent"])


def defaults(customer) -> list[str]:
    return list(Address.objects.filter(customer=customer, default=True).values_list("division", flat=True))


class TestDivisions:
    def test_only_what_exists_today(self) -> None:
        names = {one.name for one in divisions.children("110000")}
        assert "东城区" in names
        assert "崇文区" not in names
        assert divisions.get("110103") is None

    def test_counties_of_a_city_and_of_a_province(self) -> None:
        assert [one.name for one in divisions.path("370102")] == ["山东省", "济南市", "历下区"]
        assert [one.name for one in divisions.path("429004")] == ["湖北省", "仙桃市"]
        assert not divisions.children("441900")

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            (("山东省", "济南市", "历下区泉城路1号"), "370102"),
            (("山东", "济南", ""), "370100"),
            (("北京市", "北京市", "朝阳区望京街"), "110105"),
            (("山东省济南市历下区",), "370102"),
            (("鼓楼区",), ""),
            (("火星", "", ""), ""),
            (("", "济南市", "市中区某路"), "370103"),
        ],
    )
    def test_words_lead_to_the_code(self, words, code) -> None:
        assert divisions.resolve(*words) == code

    @given(st.sampled_from([one for one in divisions._every().values() if one.code[:2] not in ("71", "81", "82")]))
    def test_every_path_resolves_to_itself(self, one) -> None:
        first, last = divisions.within(one.parent or one.code)
        assert first <= one.code <= last or one.parent.endswith("0000")
        assert divisions.resolve(*(step.name for step in divisions.path(one.code))) == one.code


class TestAddresses:
    def test_new_customer_has_it_as_default(self, agent, company) -> None:
        made = actions.create_customer(
            actor=agent, name="李雷", province="山东省", city="济南市", address="历下区泉城路1号"
        )
        assert defaults(made) == ["370102"]
        assert made.division == "370102"

    def test_first_becomes_default_and_is_copied(self, agent, zhang) -> None:
        archive.add_address(actor=agent, obj=zhang, kind="home", division="110105", detail="望京街9号")
        archive.add_address(actor=agent, obj=zhang, kind="work", division="370102", detail="泉城路1号")
        zhang.refresh_from_db()
        assert (zhang.province, zhang.city, zhang.address) == ("北京市", "北京市", "望京街9号")
        assert defaults(zhang) == ["110105"]

    def test_another_default_and_removal_pass_it_on(self, agent, zhang) -> None:
        home = archive.add_address(actor=agent, obj=zhang, kind="home", division="110105")
        work = archive.add_address(actor=agent, obj=zhang, kind="work", division="370102", default=True)
        assert defaults(zhang) == ["370102"]
        archive.remove_address(actor=agent, obj=zhang, part=work)
        assert defaults(zhang) == ["110105"]
        archive.remove_address(actor=agent, obj=zhang, part=home)
        zhang.refresh_from_db()
        assert (zhang.division, zhang.city) == ("", "")

    def test_a_change_of_the_row_changes_the_default(self, agent, zhang) -> None:
        archive.add_address(actor=agent, obj=zhang, kind="home", division="370102", detail="泉城路1号")
        zhang.refresh_from_db()
        actions.change_customer(actor=agent, obj=zhang, city="青岛市", address="市南区香港中路8号")
        assert defaults(zhang) == ["370202"]
        zhang.refresh_from_db()
        assert zhang.division == "370202"

    @pytest.mark.parametrize(
        ("values", "field"),
        [({"division": "999999"}, "division"), ({"division": "110103"}, "division"), ({"detail": " "}, "detail")],
    )
    def test_nonsense_is_refused(self, agent, zhang, values, field) -> None:
        with pytest.raises(Refused) as refused:
            archive.add_address(actor=agent, obj=zhang, kind="home", **values)
        assert refused.value.field == field
        assert not Address.objects.exists()

    def test_removed_twice_is_said(self, agent, zhang) -> None:
        home = archive.add_address(actor=agent, obj=zhang, kind="home", division="110105")
        archive.remove_address(actor=agent, obj=zhang, part=home)
        home.pk = 999
        with pytest.raises(Refused, match="已被删除"):
            archive.remove_address(actor=agent, obj=zhang, part=home)

    def test_the_street_stays_out_of_the_audit(self, agent, zhang) -> None:
        archive.add_address(actor=agent, obj=zhang, kind="home", division="110105", detail="望京街9号")
        event = Event.objects.filter(verb="customer.address_added").get()
        assert "望京" not in str(event.data)

    def test_one_line_says_nothing_twice(self) -> None:
        assert in_one_line("370102", "山东省", "济南市", "历下区泉城路1号") == "山东省济南市历下区泉城路1号"
        assert in_one_line("370102", "山东省", "济南市", "泉城路1号") == "山东省济南市历下区 泉城路1号"
        assert in_one_line("", "巴黎", "巴黎", "x 路") == "巴黎 x 路"

    @pytest.mark.race
    @pytest.mark.django_db(transaction=True)
    def test_two_defaults_at_once_leave_one(self, agent, zhang, in_parallel) -> None:
        def add(number: int) -> Address:
            division = ("110105", "370102")[number % 2]
            return archive.add_address(actor=agent, obj=zhang, kind="home", division=division, default=True)

        in_parallel(add, 6)
        assert Address.objects.count() == 6
        assert len(defaults(zhang)) == 1


class TestContacts:
    def test_phone_is_found_as_the_firms(self, agent, firm) -> None:
        chen = archive.add_contact(actor=agent, obj=firm, name="陈立", post="采购经理", phone="138 0013 8000")
        point = ContactPoint.objects.get(customer=firm)
        assert (point.contact, point.value) == (chen, "13800138000")

    def test_only_one_is_main(self, agent, firm) -> None:
        for name in ("陈立", "王芳"):
            archive.add_contact(actor=agent, obj=firm, name=name, main=True)
        assert list(Contact.objects.filter(main=True).values_list("name", flat=True)) == ["王芳"]

    def test_twice_the_same_is_refused_in_words(self, agent, firm) -> None:
        archive.add_contact(actor=agent, obj=firm, name="陈立")
        with pytest.raises(Refused, match="该客户已有这位联系人"):
            archive.add_contact(actor=agent, obj=firm, name="陈立")

    def test_removed_contact_leaves_the_phone(self, agent, firm) -> None:
        chen = archive.add_contact(actor=agent, obj=firm, name="陈立", phone="13800138000")
        archive.remove_contact(actor=agent, obj=firm, part=chen)
        assert ContactPoint.objects.get(customer=firm).contact is None


class TestRelations:
    def test_right_word_from_both_sides(self, agent, zhang, firm) -> None:
        row = archive.relate(actor=agent, obj=zhang, other=firm, role="employer")
        assert row.word_for(zhang.pk) == "任职单位"
        assert row.word_for(firm.pk) == "员工"

    def test_entered_from_the_other_end(self, agent, zhang, firm) -> None:
        row = archive.relate(actor=agent, obj=firm, other=zhang, role="employer:back")
        assert row.word_for(zhang.pk) == "任职单位"

    @pytest.mark.parametrize("again", ["employer", "employer:back"])
    def test_not_twice_nor_turned_round(self, agent, zhang, firm, again) -> None:
        archive.relate(actor=agent, obj=zhang, other=firm, role="employer")
        for one, other in ((zhang, firm), (firm, zhang)):
            with pytest.raises(Refused, match="已有这种关系"):
                archive.relate(actor=agent, obj=one, other=other, role=again)
        assert Relation.objects.count() == 1

    def test_not_to_oneself(self, agent, zhang) -> None:
        with pytest.raises(Refused, match="不能与自己"):
            archive.relate(actor=agent, obj=zhang, other=zhang, role="spouse")

    def test_not_with_a_customer_out_of_sight(self, agent, zhang, company) -> None:
        hidden = actions.create_customer(actor=company.actor("manager"), name="密", unit=company.units["quality"])
        with pytest.raises(NotAllowed):
            archive.relate(actor=agent, obj=zhang, other=hidden, role="spouse")

    def test_taken_away_from_the_other_side(self, agent, zhang, firm) -> None:
        row = archive.relate(actor=agent, obj=zhang, other=firm, role="employer")
        archive.unrelate(actor=agent, obj=firm, part=row)
        assert not Relation.objects.exists()
        assert Event.objects.filter(verb="customer.unrelated", about_id=zhang.pk).count() == 1

    @pytest.mark.race
    @pytest.mark.django_db(transaction=True)
    def test_both_ends_at_once_make_one(self, agent, zhang, firm, in_parallel) -> None:
        def relate(number: int) -> Relation:
            one, other = ((zhang, firm), (firm, zhang))[number % 2]
            return archive.relate(actor=agent, obj=one, other=other, role="partner")

        results = in_parallel(relate, 6)
        assert Relation.objects.count() == 1
        assert sum(isinstance(result, Refused) for result in results) == 5

    @pytest.mark.race
    @pytest.mark.django_db(transaction=True)
    def test_the_database_refuses_what_slips_past_the_check(self, zhang, firm, in_parallel) -> None:
        """Without the actions' lock and check the constraint alone stands."""

        def insert(number: int) -> None:
            one, other = ((zhang, firm), (firm, zhang))[number % 2]
            Relation.objects.create(first=one, second=other, kind="partner")

        results = in_parallel(insert, 6)
        assert sum(isinstance(result, IntegrityError) for result in results) == 5


class TestDates:
    def add(self, agent, zhang, **values) -> ImportantDate:
        return archive.add_date(actor=agent, obj=zhang, **{"kind": "birthday", **values})

    def test_lunar_birthday_without_year(self, agent, zhang) -> None:
        row = self.add(agent, zhang, date="8-15", calendar="lunar")
        assert row.text == "农历 八月十五"
        assert row.falls_in(2026) == dt.date(2026, 9, 25)

    @pytest.mark.parametrize(
        ("date", "more"),
        [
            ("2-30", {}), ("1987-2-29", {}), ("13-1", {}), ("abc", {}), ("1870-1-1", {}),
            ("2021-4-10", {"calendar": "lunar", "leap": True}), ("1-31", {"calendar": "lunar"}), ("5-1", {"yearly": False}),
        ],
    )  # fmt: skip
    def test_no_such_day(self, agent, zhang, date, more) -> None:
        with pytest.raises(Refused) as refused:
            self.add(agent, zhang, date=date, **more)
        assert refused.value.field == "date"

    def test_leap_month_that_was(self, agent, zhang) -> None:
        row = self.add(agent, zhang, date="2020-4-29", calendar="lunar", leap=True)
        assert row.text == "农历 2020 年闰四月廿九"
        assert row.falls_in(2020) == dt.date(2020, 6, 20)
        assert row.falls_in(2021) == LunarDate(2021, 4, 29).to_solar_date()

    def test_leap_day(self, agent, zhang) -> None:
        row = self.add(agent, zhang, date="1988-2-29")
        assert row.falls_in(2023) == dt.date(2023, 2, 28)
        assert row.falls_in(2024) == dt.date(2024, 2, 29)

    def test_once_falls_in_its_year_only(self, agent, zhang) -> None:
        row = self.add(agent, zhang, kind="renewal", date="2027-3-1", yearly=False)
        assert (row.falls_in(2026), row.falls_in(2027)) == (None, dt.date(2027, 3, 1))

    @given(st.integers(1901, 2098), st.integers(1, 12), st.integers(1, 29))
    def test_lunar_days_come_back_as_they_went(self, year, month, day) -> None:
        row = ImportantDate(kind="birthday", calendar="lunar", month=month, day=day, yearly=True)
        solar = row.falls_in(year)
        if solar is not None:
            back = LunarDate.from_solar_date(solar.year, solar.month, solar.day)
            assert (back.month, back.day) == (month, day)
            assert solar.year == year

    def test_one_of_a_kind_unless_labelled(self, agent, zhang) -> None:
        self.add(agent, zhang, kind="child", date="5-1", label="老大")
        self.add(agent, zhang, kind="child", date="6-1", label="老二")
        with pytest.raises(Refused, match="已有这个日子"):
            self.add(agent, zhang, kind="child", date="7-1", label="老二")


def test_roles_are_exactly_those(agent, zhang) -> None:
    archive.set_roles(actor=agent, obj=zhang, roles=["member", "home_owner", "nonsense"])
    archive.set_roles(actor=agent, obj=zhang, roles=["member"])
    assert list(zhang.roles.values_list("role", flat=True)) == ["member"]


@pytest.mark.parametrize(
    "do",
    [
        lambda actor, obj: archive.add_address(actor=actor, obj=obj, kind="home", division="110105"),
        lambda actor, obj: archive.add_contact(actor=actor, obj=obj, name="陈立"),
        lambda actor, obj: archive.add_date(actor=actor, obj=obj, kind="birthday", date="5-1"),
        lambda actor, obj: archive.set_roles(actor=actor, obj=obj, roles=["member"]),
        lambda actor, obj: archive.relate(actor=actor, obj=obj, other=obj, role="spouse"),
    ],
)
def test_outsider_may_none_of_it(zhang, company, do) -> None:
    with pytest.raises(NotAllowed):
        do(company.actor("outsider"), zhang)


def test_every_part_makes_a_new_version(agent, zhang) -> None:
    before = zhang.updated_at
    archive.add_date(actor=agent, obj=zhang, kind="birthday", date="5-1")
    assert Customer.objects.get(pk=zhang.pk).updated_at > before
