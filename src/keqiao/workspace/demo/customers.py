"""Two thousand customers: most from files of the shops, as a new installation would take them over, the others one by one."""

import csv
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from keqiao.customers.actions import create_customer
from keqiao.customers.imports import command
from keqiao.customers.models import Customer
from keqiao.org.models import Employee
from keqiao.workspace.demo import places
from keqiao.workspace.demo.dice import Dice
from keqiao.workspace.demo.people import AGENTS, SHOPS, Company

HEADER = (
    "客户编号", "客户名称", "手机号", "备用电话", "邮箱", "客户类型", "客户等级", "性别", "生日", "所在单位", "省份", "城市",
    "详细地址", "标签", "负责人", "来源", "备注",
)  # fmt: skip
# file, importer, first of its customer numbers, share of all customers
FILES = (
    ("济南泉城店会员台账.csv", "jiaoyang", "JN", 0.24),
    ("南京江宁店会员台账.csv", "niulijuan", "NJ", 0.20),
    ("成都高新店会员台账.csv", "liaozhiqiang", "CD", 0.20),
    ("经销商与工程客户.csv", "qiaoshuhui", "DL", 0.08),
)
LATER = "电商平台历史订单客户.csv"
LATER_SHARE = 0.10
NOTES = (
    "家里是老小区，没有电梯，送装前先打电话确认。", "工作日白天不方便接电话，19 点以后联系。", "耳朵不太好，说话请大声一些。",
    "习惯用微信，电话常不接。", "2023 年装修整套购买，有延保合同。", "小区周末不让施工，安装只能约工作日。", "要求开增值税专用发票。",
    "家里有小孩午睡，13 点到 15 点不要打电话。", "水质偏硬，建议每半年换一次前置滤芯。", "住顶楼，空调外机要走吊装。",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    """Everything that the demonstration knows of a customer before the customer exists."""

    values: dict[str, str]
    contact: str

    @property
    def name(self) -> str:
        """The customer's name."""
        return self.values["name"]


class Names:
    """People and companies with their addresses and phones, each phone once."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.used: set[str] = set()
        self.companies: set[str] = set()

    def phone(self) -> str:
        """A mobile number in a block that no operator has given out (…0000…)."""
        while True:
            number = f"{self.dice.choice(places.PREFIXES)}0000{self.dice.randrange(10_000):04d}"
            if number not in self.used:
                self.used.add(number)
                return number

    def landline(self, area: str) -> str:
        """A landline that looks unassigned, of eight or seven digits as the area has."""
        rest = f"8000{self.dice.randrange(10_000):04d}" if len(area) == 3 else f"800{self.dice.randrange(10_000):04d}"
        return f"{area}-{rest}"

    def person(self, gender: str = "") -> tuple[str, str]:
        """A name and its gender."""
        gender = gender or self.dice.choice(("male", "female"))
        surname = self.dice.choice(places.SURNAMES if not self.dice.often(0.008) else places.DOUBLE_SURNAMES)
        return surname + self.dice.choice(places.MALE if gender == "male" else places.FEMALE), gender

    def place(self, city: str = "") -> tuple[str, str, str, str]:
        """Province, city, district and area code."""
        rows = [row for row in places.PLACES if city in ("", row[1])]
        row = self.dice.choices(rows, [row[4] for row in rows])[0]
        return row[0], row[1], self.dice.choice(row[2]), row[3]

    def home(self, district: str) -> str:
        """An address in a district."""
        dice = self.dice
        return (
            f"{district}{dice.choice(places.ROADS)}{dice.randint(1, 288)}号{dice.choice(places.ESTATES)}"
            f"{dice.randint(1, 32)}号楼{dice.randint(1, 4)}单元{dice.randint(1, 26)}0{dice.randint(1, 4)}室"
        )

    def card(self, city: str = "", *, business: float = 0.08, dealer: bool = False) -> Card:
        """A new customer."""
        province, city, district, area = self.place(city)
        common = {"province": province, "city": city}
        if dealer or self.dice.often(business):
            return self.company(common, district, area, dealer=dealer)
        name, gender = self.person()
        values = {
            "name": name, "kind": "person", "gender": gender, "phone": self.phone(), "address": self.home(district),
            "tier": self.dice.of({"normal": 88, "vip": 12}), "birthday": "", **common,
        }  # fmt: skip
        if self.dice.often(0.4):
            born = date(self.dice.randint(1948, 2002), self.dice.randint(1, 12), self.dice.randint(1, 28))
            values["birthday"] = born.isoformat()
        if self.dice.often(0.12):
            values["email"] = f"user{values['phone'][-4:]}{self.dice.randint(10, 99)}@mail.example"
        if self.dice.often(0.06):
            values["other_phone"] = self.landline(area)
        if self.dice.often(0.1):
            values["note"] = self.dice.choice(NOTES)
        return Card(values, name)

    def company(self, common: dict[str, str], district: str, area: str, *, dealer: bool) -> Card:
        """A company customer or a dealer, with the person who speaks for it."""
        dice, city = self.dice, common["city"].removesuffix("市")
        while True:
            pattern, role = dice.choice(places.COMPANIES)
            if dealer:
                pattern, role = dice.choice(places.DEALERS), "负责人"
            name = f"{city}{pattern.format(a=dice.choice(places.BRANDS))}"
            if name not in self.companies:
                self.companies.add(name)
                break
        contact, _gender = self.person()
        values = {
            "name": name, "kind": "company", "phone": self.phone(), "other_phone": self.landline(area),
            "address": f"{district}{dice.choice(places.ROADS)}{dice.randint(1, 388)}号", "gender": "", "birthday": "",
            "tier": "key" if dealer or dice.often(0.4) else "normal", "note": f"联系人：{contact}（{role}）", **common,
        }  # fmt: skip
        return Card(values, contact)


def tags_of(dice: Dice, card: Card, *, dealer: bool = False) -> str:
    """The words that the customer is marked with, separated as people type them in a sheet."""
    if dealer:
        return "经销商"
    if card.values["kind"] == "company":
        return "工程客户"
    return "、".join(dice.sample(places.TAGS, dice.randint(1, 2))) if dice.often(0.25) else ""


def rows_of(names: Names, file: str, prefix: str, count: int, owners: list[str]) -> Iterator[list[str]]:
    """The lines of a file. A quarter has no owner and falls into the public pool."""
    dice = names.dice
    city = {"JN": "济南市", "NJ": "南京市", "CD": "成都市"}.get(prefix, "")
    kinds = {"person": "个人", "company": "企业"}
    tiers = {"normal": "普通", "key": "大客户", "vip": "VIP"}
    genders = {"male": "男", "female": "女", "": ""}
    for place in range(count):
        dealer = prefix == "DL" and dice.often(0.6)
        near = city if dice.often(0.7) else ""
        card = names.card(near, business=1.0 if prefix == "DL" else 0.04, dealer=dealer)
        value = card.values
        source = "网站" if file == LATER else "营销活动" if dice.often(0.2) else "到店"
        yield [
            f"{prefix}{100001 + place * 3}", value["name"], value["phone"], value.get("other_phone", ""),
            value.get("email", ""), kinds[value["kind"]], tiers[value["tier"]], genders[value["gender"]], value["birthday"],
            "", value["province"], value["city"], value["address"], tags_of(dice, card, dealer=dealer),
            dice.choice(owners) if dice.often(0.75) else "", source, value.get("note", ""),
        ]  # fmt: skip


def import_file(company: Company, names: Names, file: str, importer: str, prefix: str, count: int) -> int:
    """Write a file as a shop would send it and import it; returns how many customers it made."""
    owners = [person.name for person in owners_for(company, prefix)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(HEADER)
            writer.writerows(rows_of(names, file, prefix, count, owners))
        return command.run(path, actor=company.actor(importer))["created"]


def owners_for(company: Company, prefix: str) -> list[Employee]:
    """Who looks after the customers of a file."""
    shop = {"JN": "shop_jn", "NJ": "shop_nj", "CD": "shop_cd"}.get(prefix)
    service = company.of_unit("complaints", "客服专员") + company.of_unit("hotline", "客服专员")
    if shop:
        return company.of_unit(shop) * 3 + service
    if prefix == "DL":
        return [person for key in (*AGENTS, *SHOPS) for person in company.of_unit(key)]
    return service


def add_one(company: Company, names: Names, dice: Dice, source: str) -> Customer:
    """A customer whom an agent writes down."""
    card = names.card()
    agent = dice.choice(company.of_unit("hotline", "客服专员") + company.of_unit("complaints", "客服专员"))
    values: dict[str, Any] = {key: value for key, value in card.values.items() if value}
    tags = [word for word in tags_of(dice, card).split("、") if word]
    owner = agent if dice.often(0.7) else None
    return create_customer(actor=company.actor(agent.pk), owner=owner, tags=tags, source=source, **values)
