"""Which column means what: guessed from the header, remembered for the next file that looks alike."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keqiao.customers import custom
from keqiao.customers.models import ImportMapping

FIELDS: dict[str, str | Promise] = {
    "number": _("客户编号（原系统）"),
    "name": _("客户名称"),
    "phone": _("电话"),
    "other_phone": _("其他电话"),
    "email": _("邮箱"),
    "wechat": _("微信"),
    "wecom": _("企业微信"),
    "qq": _("QQ"),
    "kind": _("客户类型"),
    "tier": _("客户等级"),
    "source": _("来源"),
    "owner": _("负责人"),
    "gender": _("性别"),
    "birthday": _("生日"),
    "company_name": _("所在单位"),
    "industry": _("行业"),
    "region": _("地区"),
    "province": _("省/自治区"),
    "city": _("城市"),
    "address": _("地址"),
    "tags": _("标签"),
    "marketing": _("同意营销联系"),
    "note": _("备注"),
}
SYNONYMS: dict[str, str] = {
    "number": "客户编号 客户id 客户号 客户代码 客户编码 会员号 会员编号 会员id 会员卡号 顾客编号 "
    "原系统编号 customerid customerno customernumber customercode clientid memberid memberno",
    "name": "客户名称 客户姓名 客户名 客户 姓名 名称 联系人 联系人姓名 会员姓名 会员名称 顾客姓名 顾客 "
    "用户名称 用户姓名 真实姓名 收货人 name fullname customername customer clientname contactname",
    "phone": "电话 手机 手机号 手机号码 电话号码 联系电话 联系方式 客户电话 客户手机 移动电话 联系手机 "
    "电话手机 收货电话 phone mobile phonenumber mobilephone cellphone tel telephone contactphone customerphone",
    "other_phone": "其他电话 备用电话 电话2 手机2 固定电话 固话 座机 家庭电话 办公电话 "
    "单位电话 phone2 homephone workphone landline",
    "email": "邮箱 电子邮箱 电子邮件 邮件 邮箱地址 客户邮箱 email mail emailaddress",
    "wechat": "微信 微信号 客户微信 wechat weixin wechatid",
    "wecom": "企业微信 企微 wecom",
    "qq": "qq qq号 qq号码",
    "kind": "客户类型 客户性质 类型 customertype",
    "tier": "客户等级 等级 客户级别 级别 会员等级 tier level customerlevel",
    "source": "来源 客户来源 渠道 来源渠道 source",
    "owner": "负责人 客户负责人 所属员工 跟进人 客户经理 业务员 owner",
    "gender": "性别 gender sex",
    "birthday": "生日 出生日期 出生年月 生辰 birthday birthdate dateofbirth dob",
    "company_name": "公司 公司名称 单位 所在单位 工作单位 单位名称 企业名称 company companyname organization",
    "region": "地区 区域 大区 片区 region area",
    "province": "省 省份 省自治区 省市 所在省份 省直辖市 province state",
    "city": "城市 市 所在城市 地市 city",
    "address": "地址 详细地址 联系地址 家庭地址 收货地址 通讯地址 住址 客户地址 address street",
    "tags": "标签 客户标签 细分 客户细分 分类 客户分类 客户分组 segment tags tag",
    "marketing": "同意营销联系 同意营销 营销同意 是否同意营销 营销授权 接受营销 是否接受营销 接收推广 同意推广 marketingconsent optin",
    "note": "备注 说明 客户备注 note notes remark remarks comment",
}
_BY_LABEL = {label: field for field, labels in SYNONYMS.items() for label in labels.split()}
_NOISE = re.compile(r"[\W_]+")
_REMARK = re.compile(r"[(\[【].*?[)\]】]")
_PEOPLE = re.compile("客户|顾客|会员|基本|个人|联系|通讯|资料|信息")
_ORDERS = re.compile(r"订单|单号|行id|商品|产品|金额|销售额|order|amount|product")
_WEIGHTS = {"name": 10, "number": 6, "phone": 6, "email": 4}


def fields() -> dict[str, str | Promise]:
    """What a column can be: the fields that every customer has, then the department's own."""
    return FIELDS | {field.code: field.name for field in custom.fields()}


def plain(label: str) -> str:
    """A label without case, blanks, signs and remarks in brackets: "省/自治区 (必填)" becomes "省自治区"."""
    folded = unicodedata.normalize("NFKC", label).lower()
    return _NOISE.sub("", _REMARK.sub("", folded)) or _NOISE.sub("", folded)


def own_part(label: str) -> str:
    """A column's own name under a group's that speaks of people, as two header rows are joined: 基本信息 姓名 is 姓名."""
    group, _blank, own = label.rpartition(" ")
    return own if _PEOPLE.search(group) else label


def guess(labels: Sequence[str]) -> dict[int, str]:
    """Column index → field for the labels that are known; each field once, the first column wins."""
    columns: dict[int, str] = {}
    own = {plain(str(label)): field for field, label in fields().items()}
    for index, label in enumerate(labels):
        field = own.get(plain(label)) or _BY_LABEL.get(plain(label)) or _BY_LABEL.get(plain(own_part(label)))
        if field is None or (field in columns.values() and field != "phone"):
            continue
        if field == "phone" and "phone" in columns.values():
            if "other_phone" in columns.values():
                continue
            field = "other_phone"
        columns[index] = field
    if "number" not in columns.values() and not any(_ORDERS.search(plain(label)) for label in labels):
        # in a list of customers a bare 编号 is theirs; in a list of orders it would be the order's
        bare = [at for at, label in enumerate(labels) if plain(own_part(label)) == "编号"]
        columns |= {at: "number" for at in bare[:1]}
    return columns


def score(columns: Mapping[int, str]) -> int:
    """How well a sheet speaks of customers; 0 without a column for the name."""
    if "name" not in columns.values():
        return 0
    return sum(_WEIGHTS.get(field, 1) for field in columns.values())


def fingerprint(labels: Sequence[str]) -> str:
    """The same for every file with the same header."""
    return hashlib.sha256("\x1f".join(map(plain, labels)).encode()).hexdigest()


def recall(labels: Sequence[str]) -> tuple[dict[int, str], str]:
    """The mapping and source chosen last time for this header, else the guess."""
    kept = ImportMapping.objects.filter(fingerprint=fingerprint(labels)).first()
    if kept is None:
        columns = guess(labels)
        return columns, source_of(labels, columns)
    columns = {at: kept.columns[label] for at, label in enumerate(labels) if kept.columns.get(label) in fields()}
    return columns, kept.source


def remember(labels: Sequence[str], columns: Mapping[int, str], source: str) -> None:
    """Keep what was chosen for this header."""
    chosen = {labels[at]: field for at, field in columns.items()}
    ImportMapping.objects.update_or_create(
        fingerprint=fingerprint(labels), defaults={"columns": chosen, "source": source}
    )


def source_of(labels: Sequence[str], columns: Mapping[int, str]) -> str:
    """A name for the system that the file came from: how it calls its customer number and name.

    Two systems that number their customers from 1 rarely call both columns alike, while one system's files keep these
    two headings when others come and go. The person who imports may give a better name.
    """
    fields = {field: labels[at] for at, field in columns.items()}
    if "number" not in fields:
        return ""
    return f"{fields['number']}/{fields.get('name', '')}"[:80]
