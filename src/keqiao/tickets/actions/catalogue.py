"""What a new installation starts with, and keeping causes. Everything else is kept by version (ruling)."""

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, record
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.tickets.models import Category, Cause
from keqiao.tickets.ruling.forcing import ensure_rules

# What an appliance maker with shops, distributors and a service line is told.
CATEGORIES = {
    "产品质量": ["功能故障", "外观破损", "噪音异响", "漏水漏电", "缺件少件"],
    "安装服务": ["未按时上门", "安装不规范", "乱收费", "损坏家中物品"],
    "维修服务": ["上门不及时", "多次维修未修好", "配件等待过久", "维修收费争议"],
    "配送": ["送货延迟", "运输损坏", "错送漏送", "不送上楼"],
    "价格与促销": ["价格不一致", "促销未兑现", "保价争议", "发票问题"],
    "服务态度": ["门店态度", "客服态度", "上门人员态度"],
    "宣传不符": ["参数与实物不符", "口头承诺未兑现", "能效标识争议"],
    "退换货": ["拒绝退换", "退款不到账", "超期争议"],
    "咨询": ["产品使用", "政策与保修", "订单进度"],
    "建议": ["产品改进", "服务改进"],
}
CAUSES = {
    "产品": ["设计缺陷", "制造不良", "来料不良", "包装不足"],
    "人员": ["技能不足", "责任心不强", "未按流程操作", "沟通不当"],
    "流程": ["流程缺失", "流程不合理", "部门衔接不畅"],
    "供应与物流": ["备件短缺", "承运商失误", "库存不准"],
    "信息": ["系统差错", "宣传信息不准", "客户信息有误"],
    "客户使用": ["使用不当", "期望不符", "超出保修范围"],
}


def demand(actor: Actor) -> None:
    """Raise NotAllowed without the power to keep the rules."""
    if not actor.can("settings.change"):
        raise NotAllowed(_("您没有维护业务规则的权限。"))


@transaction.atomic
def ensure_defaults(*, actor: Actor) -> None:
    """Give a new installation its types, causes, deadlines and limits; what is there already stays as it is."""
    demand(actor)
    made = 0
    for model, tree in ((Category, CATEGORIES), (Cause, CAUSES)):
        if not model.objects.exists():
            made += plant(model, tree)
    made += ensure_rules(actor=actor)
    if made:
        record(actor, "ticket_settings.defaults", None, {"rows": made})


def plant(model: Any, tree: dict[str, list[str]]) -> int:
    """Store a tree of two levels; returns how many rows it has."""
    count = 0
    for place, (name, children) in enumerate(tree.items()):
        top = model.objects.create(name=name, position=place)
        model.objects.bulk_create([model(name=child, parent=top, position=at) for at, child in enumerate(children)])
        count += 1 + len(children)
    return count


def placed(model: type[Cause], name: str, parent: Any, obj: Any = None) -> str:
    """The clean name; Refused where the tree would get a third level, a loop or a second one of the name."""
    name = " ".join(name.split())
    if not name:
        raise Refused(_("请填写名称。"), field="name")
    if parent is not None and (parent.parent_id is not None or (obj and parent.pk == obj.pk)):
        raise Refused(_("只能放在一级项目下面。"), field="parent")
    if obj is not None and parent is not None and model.objects.filter(parent=obj).exists():
        raise Refused(_("它下面还有项目，不能移到别的项目下面。"), field="parent")
    same = model.objects.filter(parent=parent, name=name).values_list("pk", flat=True)
    if set(same) - {obj.pk if obj else None}:
        raise Refused(_("同一级已有同名的项目。"), field="name")
    return name


def store(actor: Actor, noun: str, obj: Any, **values: Any) -> Any:
    """Save a changed row of the rules and record what changed."""
    fresh: models.Model = obj._meta.model.objects.select_for_update().get(pk=obj.pk)
    changed = changes({name: getattr(fresh, name) for name in values}, values)
    for name, value in values.items():
        setattr(fresh, name, value)
    fresh.save(update_fields=list(values))
    record(actor, f"{noun}.changed", fresh, {"changes": changed})
    return fresh


def add(actor: Actor, noun: str, obj: Any) -> Any:
    """Store a new row of the rules."""
    obj.save(force_insert=True)
    record(actor, f"{noun}.created", obj)
    return obj


@transaction.atomic
def create_cause(
    *, actor: Actor, name: str, parent: Cause | None = None, position: int = 0, active: bool = True
) -> Cause:
    """Add a cause, at the top or below one of the top."""
    demand(actor)
    name = placed(Cause, name, parent)
    added: Cause = add(actor, "cause", Cause(name=name, parent=parent, position=position, active=active))
    return added


@transaction.atomic
def change_cause(
    *, actor: Actor, obj: Cause, name: str, parent: Cause | None = None, position: int = 0, active: bool = True
) -> Cause:
    """Change a cause; complaints that carry it keep it."""
    demand(actor)
    name = placed(Cause, name, parent, obj)
    changed: Cause = store(actor, "cause", obj, name=name, parent=parent, position=position, active=active)
    return changed
