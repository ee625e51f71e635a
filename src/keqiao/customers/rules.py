"""What a customer's details must look like: one set of rules for the form, the API and the import."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.customers.models import BASE, ContactPoint, Customer, tier_choices, tiers
from keqiao.kernel import divisions, phones
from keqiao.kernel.sheets import as_date, as_text, lost_digits

PROFILE = (
    "name", "kind", "tier", "source", "region", "division", "province", "city", "address", "gender", "birthday",
    "company_name", "industry", "preferred_channel", "preferred_time", "preferences", "note",
)  # fmt: skip
POINTS = ("phone", "other_phone", "email", "wechat", "wecom", "qq")
_BLANKS = re.compile(r"\s+")
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_EMAIL = re.compile(r"[a-z0-9._%+\-]{1,64}@(?:[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")
_ACCOUNT = re.compile(r"[\w.@+\-]{2,60}")
_LIMITS = {
    name: int(Customer._meta.get_field(name).max_length or 0)  # type: ignore[union-attr]
    for name in (
        "name", "region", "province", "city", "address", "company_name", "preferred_time", "preferences", "note",
    )
}  # fmt: skip


class Checked(NamedTuple):
    """Clean values, and for each field that is wrong the sentence that says so."""

    values: dict[str, Any]
    problems: dict[str, str]


def check(values: Mapping[str, Any]) -> Checked:
    """Bring the given fields (of PROFILE and POINTS) to their one spelling; unknown keys stay as they are."""
    clean: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, raw in values.items():
        rule = _RULES.get(name)
        if rule is None:
            clean[name] = raw
            continue
        try:
            clean[name] = rule(raw)
        except ValidationError as error:
            problems[name] = error.messages[0]
    return Checked(clean, problems)


def line(raw: object) -> str:
    """One line of text without invisible characters and doubled blanks."""
    text = raw if isinstance(raw, str) else as_text(raw)
    if text.isalnum():
        return text
    return _BLANKS.sub(" ", _INVISIBLE.sub("", text)).strip()


def name_of(raw: object) -> str:
    """A name: 1 to 100 characters, one of which is a letter or a digit."""
    text = line(raw)
    if not text:
        raise ValidationError(_("请填写客户名称。"))
    if len(text) > _LIMITS["name"]:
        raise ValidationError(_("客户名称最多 %(limit)s 个字。") % {"limit": _LIMITS["name"]})
    if "\ufffd" in text or "锟斤拷" in text:
        raise ValidationError(_("客户名称里有乱码，请改成原来的文字。"))
    if not (text.isalnum() or any(char.isalnum() for char in text)):
        raise ValidationError(_("客户名称里没有文字。"))
    return text


def phone_of(raw: object) -> str:
    """The canonical phone, or "" for nothing."""
    if raw is None or raw == "":
        return ""
    if lost_digits(raw):
        raise ValidationError(_("电话在表格里被截成了科学计数，位数已丢失，请把该列改为文本再填一次。"))
    text = line(raw)
    number = phones.normalise(text)
    if number is None and isinstance(raw, int | float):  # a cell of numbers has lost the 0 of the area code
        number = phones.normalise(f"0{text}")
    if text and (number is None or len(number) > 32):
        raise ValidationError(_("“%(raw)s”不是有效的电话号码。") % {"raw": text[:40]})
    return number or ""


def email_of(raw: object) -> str:
    """The e-mail in lower case, or ""."""
    text = line(raw).lower()
    if not text:
        return ""
    if not _EMAIL.fullmatch(text):
        try:
            EmailValidator()(text)
        except ValidationError as error:
            raise ValidationError(_("“%(raw)s”不是有效的邮箱地址。") % {"raw": text[:60]}) from error
    if len(text) > 120:
        raise ValidationError(_("邮箱地址最多 %(limit)s 个字符。") % {"limit": 120})
    return text


def account_of(raw: object) -> str:
    """A messenger account: 2 to 60 letters, digits, dots, dashes; case does not count."""
    text = line(raw).lower()
    if text and not _ACCOUNT.fullmatch(text):
        raise ValidationError(_("“%(raw)s”不是有效的账号。") % {"raw": text[:60]})
    return text


def birthday_of(raw: object) -> dt.date | None:
    """A day between 1900 and today, or None."""
    try:
        day = as_date(raw)
    except ValueError as error:
        raise ValidationError(_("“%(raw)s”不是有效的日期。") % {"raw": line(raw)[:40]}) from error
    if day is not None and not dt.date(1900, 1, 1) <= day <= timezone.localdate():
        raise ValidationError(_("生日不在 1900 年至今天之间。"))
    return day


def division_of(raw: object) -> str:
    """The code of a division, given as that or as names from the province downwards; "" for nothing."""
    text = line(raw)
    if not text or divisions.get(text) is not None:
        return text
    code = divisions.resolve(text)
    if not code:
        raise ValidationError(_("没有“%(raw)s”这个省、市或区县。") % {"raw": text[:40]})
    return code


def _words(field: str, label: str) -> Callable[[object], str]:
    def rule(raw: object) -> str:
        text = as_text(raw).strip() if field == "note" else line(raw)
        if len(text) > _LIMITS[field]:
            raise ValidationError(_("%(label)s最多 %(limit)s 个字。") % {"label": _(label), "limit": _LIMITS[field]})
        return text

    return rule


def _choice(choices: Iterable[tuple[str, Any]], fallback: str, words: Mapping[str, str]) -> Callable[[object], str]:
    codes = [code for code, _label in choices]
    synonyms = {word: code for code, several in words.items() for word in several.split()}

    def rule(raw: object) -> str:
        text = line(raw)
        if not text:
            return fallback
        code = text if text in codes else synonyms.get(text.lower())
        if code is None:
            raise ValidationError(_("不认识“%(raw)s”。") % {"raw": text[:40]})
        return code

    return rule


_KINDS = {
    "person": "个人 消费者 个人客户",
    "company": "企业 公司 单位 小型企业 企业客户",
}
_TIERS = {
    "normal": "普通 一般 普通客户",
    "key": "大客户 重点 重点客户",
    "vip": "vip vip客户 贵宾",
}
_TIER_WORDS = {word: code for code, several in _TIERS.items() for word in several.split()}


def tier_of(raw: object) -> str:
    """A tier's code, given as that, by its name, or in usual words; what is no longer given stays where it is."""
    text = line(raw)
    if not text:
        return BASE
    names = {str(one.name).lower(): code for code, one in tiers().items()}
    code = text if text in tiers() else names.get(text.lower()) or _TIER_WORDS.get(text.lower())
    if code is None or code not in tiers():
        offered = _("、").join(name for _code, name in tier_choices())
        raise ValidationError(
            _("没有“%(raw)s”这个客户等级，可选：%(offered)s。") % {"raw": text[:40], "offered": offered}
        )
    return code


_GENDERS = {
    "male": "男 男性 先生 m",
    "female": "女 女性 女士 小姐 f",
    "": "未知 保密 不详",
}
_SOURCES = {
    "counter": "到店 门店",
    "phone": "来电 电话",
    "web": "网站 官网",
    "wechat": "微信",
    "referral": "转介绍 介绍",
    "campaign": "营销活动 活动",
    "import": "导入",
    "other": "其他",
}

_CHANNELS = {
    "phone": "电话 打电话",
    "sms": "短信",
    "wechat": "微信",
    "wecom": "企业微信 企微",
    "email": "邮箱 邮件",
    "visit": "上门 面谈",
    "": "未知 不限",
}

_ANSWERS = {"yes": "是 同意 接受 有 y true 1 √ ✓", "no": "否 不同意 不接受 拒绝 退订 无 n false 0 ×"}
_INDUSTRIES = {
    "A": "农、林、牧、渔业 农业 林业 牧业 渔业 农林牧渔 农林牧渔业",
    "B": "采矿业 采矿",
    "C": "制造业 制造 工业",
    "D": "电力、热力、燃气及水生产和供应业 电力 能源 水电",
    "E": "建筑业 建筑 装修 装饰 工程",
    "F": "批发和零售业 批发 零售 商贸 贸易 批发零售",
    "G": "交通运输、仓储和邮政业 运输 物流 仓储 快递 交通",
    "H": "住宿和餐饮业 住宿 餐饮 酒店 宾馆 民宿 酒店餐饮 住宿餐饮",
    "I": "信息传输、软件和信息技术服务业 互联网 软件 信息技术 it",
    "J": "金融业 金融 银行 保险",
    "K": "房地产业 房地产 地产 物业 物业管理 房产",
    "L": "租赁和商务服务业 租赁 商务服务",
    "M": "科学研究和技术服务业 科研 技术服务 设计",
    "N": "水利、环境和公共设施管理业 水利 环境 公共设施",
    "O": "居民服务、修理和其他服务业 居民服务 修理 维修 家政",
    "P": "教育 学校 培训 幼儿园",
    "Q": "卫生和社会工作 医疗 卫生 养老 医院",
    "R": "文化、体育和娱乐业 文化 体育 娱乐",
    "S": "公共管理、社会保障和社会组织 政府 机关 社会组织 事业单位",
    "T": "国际组织",
    "": "未知 不详",
}

_RULES: dict[str, Callable[[object], Any]] = {
    "name": name_of,
    "phone": phone_of,
    "other_phone": phone_of,
    "email": email_of,
    "wechat": account_of,
    "wecom": account_of,
    "qq": account_of,
    "birthday": birthday_of,
    "kind": _choice(Customer.Kind.choices, "person", _KINDS),
    "tier": tier_of,
    "gender": _choice(Customer.Gender.choices, "", _GENDERS),
    "source": _choice(Customer.Source.choices, "other", _SOURCES),
    "region": _words("region", "地区"),
    "province": _words("province", "省/自治区"),
    "city": _words("city", "城市"),
    "address": _words("address", "地址"),
    "company_name": _words("company_name", "所在单位"),
    "industry": _choice(Customer.Industry.choices, "", _INDUSTRIES),
    "division": division_of,
    "preferred_channel": _choice(Customer.Channel.choices, "", _CHANNELS),
    "preferred_time": _words("preferred_time", "方便联系的时间"),
    "preferences": _words("preferences", "偏好与习惯"),
    "note": _words("note", "备注"),
    "marketing": _choice([("yes", ""), ("no", "")], "", _ANSWERS),  # of imports
}


def point_value(kind: str, raw: object) -> str:
    """The one spelling of a contact point of that kind; raises ValidationError."""
    if kind == ContactPoint.Kind.OTHER:
        return line(raw)[:120]
    return str(_RULES[str(kind)](raw))
