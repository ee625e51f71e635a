"""The company: its units, positions and forty employees."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from keqiao.calendars.actions import assign_calendar, create_calendar
from keqiao.kernel import powers
from keqiao.kernel.actor import SYSTEM, Actor
from keqiao.org.actions import change_employee, change_unit, create_employee, create_position, create_unit
from keqiao.org.demo import PASSWORD
from keqiao.org.models import Employee, OrgUnit, Position, Scope
from keqiao.org.queries import actor_for
from keqiao.workspace.starting.positions import ANSWER, LOOK, OFFICE, USUAL

COMPANY = "海纳电器有限公司"
# short name, name, kind, superior
UNITS = [
    ("head", COMPANY, "company", ""),
    ("service", "客户服务部", "department", "head"),
    ("complaints", "投诉组", "team", "service"),
    ("hotline", "热线组", "team", "service"),
    ("callers", "回访组", "team", "service"),
    ("quality", "质量管理部", "department", "head"),
    ("aftersales", "售后维修部", "department", "head"),
    ("repair", "维修服务科", "section", "aftersales"),
    ("install", "安装服务科", "section", "aftersales"),
    ("logistics", "物流配送部", "department", "head"),
    ("market", "市场营销部", "department", "head"),
    ("finance", "财务部", "department", "head"),
    ("it", "信息技术部", "department", "head"),
    ("shop_jn", "海纳电器济南泉城店", "site", "market"),
    ("shop_nj", "海纳电器南京江宁店", "site", "market"),
    ("shop_cd", "海纳电器成都高新店", "site", "market"),
    ("agent_sjz", "石家庄恒通电器服务有限公司", "agent", "aftersales"),
    ("agent_wh", "武汉百信达家电服务有限公司", "agent", "aftersales"),
]
SHOPS = ("shop_jn", "shop_nj", "shop_cd")
AGENTS = ("agent_sjz", "agent_wh")

# name → data scope, powers, purpose
POSITIONS: dict[str, tuple[Scope, list[str], str]] = {
    **USUAL,
    "售后经理": (Scope.DEPARTMENT, [*OFFICE, *LOOK], "统筹安装、维修和代理服务商，对一次修复率负责。"),
    "物流经理": (Scope.DEPARTMENT, OFFICE, "管理仓储、干线和送装承运商，答复配送类投诉。"),
    "门店店长": (
        Scope.SITE,
        [
            *LOOK,
            *ANSWER,
            "customer.create",
            "customer.change",
            "customer.reveal",
            "ticket.create",
            "ticket.assess",
            "ticket.dispatch",
            "ticket.plan",
            "ticket.tell",
            "ticket.withdraw",
            "customer.import",
            "reception.register",
            "reception.manage",
            "reception.export",
            "service.register",
            "service.manage",
            "service.export",
            "care.do",
            "care.assign",
            "customer.pick",
            "customer.share",
            "violation.report",
            "violation.decide",
            "suggestion.register",
            "suggestion.answer",
        ],
        "在柜台受理客户投诉和咨询，答复派发给本门店的工单。",
    ),
    "代理公司服务主管": (
        Scope.DEPARTMENT,
        [*ANSWER, "customer.view", "customer.pick", "ticket.view"],
        "负责代理区域内的安装、维修和投诉答复。",
    ),
    "系统管理员": (
        Scope.ALL,
        ["org.change", "calendars.change", "settings.change", "audit.view", "position.review"],
        "维护组织、岗位、日历和业务规则。",
    ),
}
# user name, name, unit, position, months with the company
PEOPLE = [
    ("hebowen", "何博文", "head", "总经理", 142),
    ("tangjing", "汤静仪", "service", "客户服务部经理", 96),
    ("xuzhiyuan", "许知源", "complaints", "客服班长", 74),
    ("linyinuo", "林依诺", "complaints", "客服专员", 38),
    ("zhouheng", "周衡之", "complaints", "客服专员", 45),
    ("jiangmeiqi", "蒋美琪", "complaints", "客服专员", 27),
    ("songhaochen", "宋浩辰", "complaints", "客服专员", 19),
    ("fanyuqing", "樊雨晴", "complaints", "客服专员", 52),
    ("dinglei", "丁立新", "complaints", "客服专员", 11),
    ("qiaoshuhui", "乔淑惠", "hotline", "客服班长", 81),
    ("wangsiqi", "汪思琦", "hotline", "客服专员", 16),
    ("luoxiaofan", "罗小帆", "hotline", "客服专员", 33),
    ("pengyating", "彭雅婷", "hotline", "客服专员", 22),
    ("caojunjie", "曹俊楠", "hotline", "客服专员", 9),
    ("zengziyi", "曾子怡", "hotline", "客服专员", 41),
    ("yanwenjuan", "严文娟", "hotline", "客服专员", 58),
    ("maolihong", "毛丽红", "callers", "客服班长", 88),
    ("xiaohan", "肖涵之", "callers", "回访专员", 29),
    ("daixinyi", "戴心怡", "callers", "回访专员", 14),
    ("gaoyuanyuan", "高媛", "callers", "回访专员", 36),
    ("xueminghui", "薛明慧", "callers", "回访专员", 20),
    ("hanjianguo", "韩建工", "quality", "部门经理", 120),
    ("shenwenbin", "沈文彬", "quality", "承办专员", 63),
    ("luyao", "卢耀", "quality", "承办专员", 25),
    ("guoyongqiang", "郭永强", "aftersales", "售后经理", 110),
    ("tianweimin", "田为民", "repair", "部门经理", 97),
    ("baijunfeng", "白俊峰", "repair", "承办专员", 48),
    ("qindazhi", "秦大志", "repair", "承办专员", 71),
    ("fuguohua", "付国华", "install", "部门经理", 84),
    ("yinchao", "尹超", "install", "承办专员", 31),
    ("wuxueliang", "武学亮", "logistics", "物流经理", 66),
    ("zouting", "邹婷", "logistics", "承办专员", 23),
    ("kongweiwei", "孔薇薇", "market", "部门经理", 79),
    ("shihuifang", "石惠芳", "finance", "部门经理", 104),
    ("maxiaodong", "马晓冬", "it", "系统管理员", 55),
    ("jiaoyang", "焦洋", "shop_jn", "门店店长", 43),
    ("niulijuan", "钮丽娟", "shop_nj", "门店店长", 68),
    ("liaozhiqiang", "廖志强", "shop_cd", "门店店长", 37),
    ("dengjinsheng", "邓金生", "agent_sjz", "代理公司服务主管", 60),
    ("leixiaomei", "雷晓梅", "agent_wh", "代理公司服务主管", 50),
]
LEADERS = {
    "head": "hebowen", "service": "tangjing", "complaints": "xuzhiyuan", "hotline": "qiaoshuhui", "callers": "maolihong",
    "quality": "hanjianguo", "aftersales": "guoyongqiang", "repair": "tianweimin", "install": "fuguohua",
    "logistics": "wuxueliang", "market": "kongweiwei", "finance": "shihuifang", "it": "maxiaodong",
    "shop_jn": "jiaoyang", "shop_nj": "niulijuan", "shop_cd": "liaozhiqiang",
    "agent_sjz": "dengjinsheng", "agent_wh": "leixiaomei",
}  # fmt: skip
# The service line answers every day of the week, holidays included.
EVERY_DAY = {str(weekday): [["08:30", "12:00"], ["13:00", "17:30"]] for weekday in range(7)}


@dataclass
class Company:
    """Units and employees by their short names, and the actors that they are."""

    units: dict[str, OrgUnit] = field(default_factory=dict)
    people: dict[str, Employee] = field(default_factory=dict)
    actors: dict[int, Actor] = field(default_factory=dict)
    keys: dict[int, str] = field(default_factory=dict)

    def actor(self, who: str | int | None) -> Actor:
        """The actor of a user name or an employee's id; the system for None."""
        if who is None:
            return SYSTEM
        return self.actors[who if isinstance(who, int) else self.people[who].pk]

    def of_unit(self, key: str, position: str = "") -> list[Employee]:
        """The employees of a unit, or those of one position in it."""
        unit_id = self.units[key].pk
        posts = {username: post for username, _name, _unit, post, _months in PEOPLE}
        return [
            person
            for username, person in self.people.items()
            if person.unit_id == unit_id and position in ("", posts[username])
        ]


def build() -> Company:
    """Make the company; everybody has the demonstration's password."""
    company = Company()
    for key, name, kind, parent in UNITS:
        company.units[key] = create_unit(actor=SYSTEM, name=name, kind=kind, parent=company.units.get(parent))
        company.keys[company.units[key].pk] = key
    posts = positions()
    today = timezone.localdate()
    for place, (username, name, unit, post, months) in enumerate(PEOPLE):
        company.people[username] = create_employee(
            actor=SYSTEM, username=username, name=name, unit=company.units[unit], positions=[posts[post]],
            phone=f"1{37 + place % 3}0000{8000 + place * 7:04d}", email=f"{username}@haina.example",
            joined_on=first_day(today, months),
        )  # fmt: skip
    lead(company)
    # One hash for all: hashing is slow on purpose, and this password is public anyway.
    Employee.objects.filter(pk__in=[person.pk for person in company.people.values()]).update(
        password=make_password(PASSWORD)
    )
    calendar = create_calendar(
        actor=SYSTEM, name="客服热线（每天）", zone="Asia/Shanghai", weekly=EVERY_DAY, follows_holidays=False
    )
    assign_calendar(actor=SYSTEM, unit=company.units["service"], calendar=calendar)
    for employee in Employee.objects.all():
        company.actors[employee.pk] = actor_for(employee)
    return company


def first_day(today: date, months: int) -> date:
    """When somebody began who has been here for so many months."""
    day = today - timedelta(days=months * 30 + months % 7)
    return day.replace(day=1 if months % 2 else 15)


def positions() -> dict[str, Position]:
    """Every position. Powers that no other position carries go to the administrator, so that none is without a holder."""
    held = {power for _scope, codes, _purpose in POSITIONS.values() for power in codes}
    declared = [power.code for power in powers.every()]
    rest = [code for code in declared if code not in held]
    made = {}
    for name, (scope, codes, purpose) in POSITIONS.items():
        mine = [code for code in codes if code in declared] + (rest if name == "系统管理员" else [])
        made[name] = create_position(actor=SYSTEM, name=name, scope=scope, powers=mine, purpose=purpose)
    return made


def lead(company: Company) -> None:
    """Name the leaders of the units; everybody's manager is the leader of the unit, a leader's that of the unit above."""
    leaders = {key: company.people[username] for key, username in LEADERS.items()}
    for key, name, kind, parent in UNITS:
        company.units[key] = change_unit(
            actor=SYSTEM, unit=company.units[key], name=name, kind=kind, parent=company.units.get(parent),
            leader=leaders[key],
        )  # fmt: skip
    above = {key: parent for key, _name, _kind, parent in UNITS}
    for username, _name, unit, _post, _months in PEOPLE:
        chief = leaders[unit] if leaders[unit].username != username else leaders.get(above[unit])
        if chief is not None:
            changed = change_employee(actor=SYSTEM, employee=company.people[username], manager=chief)
            company.people[username] = changed
