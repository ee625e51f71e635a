"""The declarations of subscriptions and of their messages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.kernel.resource import Column, Fact, Preset, Resource, Verb, register
from keqiao.kernel.resource.pages import facts_of
from keqiao.webhooks import actions, filters, forms, policies, queries, tables
from keqiao.webhooks.models import Delivery, Subscription


def find(rows: QuerySet[Subscription], term: str) -> QuerySet[Subscription]:
    """By part of the name or address."""
    return rows.filter(Q(name__contains=term) | Q(url__contains=term))


def detail(request: Any, obj: Subscription) -> Mapping[str, Any]:
    """What is subscribed to, how it stands, and the newest messages."""
    newest = list(Delivery.objects.filter(subscription=obj).order_by("-pk")[:10])
    return {
        "secret_waits": policies.allowed(request.actor, "secret", obj),
        "waiting": queries.waiting_count(obj),
        "newest": [
            (one, tables.event(one, request.actor), tables.delivery_state(one, request.actor)) for one in newest
        ],
    }


def delivery_detail(request: Any, obj: Delivery) -> Mapping[str, Any]:
    """The message and every attempt."""
    sections = [(now_("消息"), facts_of(DELIVERIES, obj, request.actor))]
    if obj.log:
        sections.append((now_("每次尝试"), list(tables.attempts(obj))))
    return {"page": {"sections": sections}}


def find_delivery(rows: QuerySet[Delivery], term: str) -> QuerySet[Delivery]:
    """By the event's id, the record's name or the subscription's."""
    return rows.filter(Q(uid=term) | Q(title__contains=term) | Q(subscription__name=term))


SUBSCRIPTIONS = register(
    Resource(
        model=Subscription,
        name="webhooks",
        title=pgettext_lazy("list", "事件推送"),
        icon="link",
        visible=policies.visible,
        allowed=policies.allowed,
        related=("owner",),
        columns=(
            Column(name="name", label=_("名称"), value=lambda o, a: o.name),
            Column(name="url", label=_("接收地址"), value=lambda o, a: o.url),
            Column(name="events", label=_("推送的事件"), value=tables.how_many),
            Column(name="state", label=_("状态"), value=lambda o, a: o.get_state_display(), render=tables.state),
            Column(name="owner", label=_("负责人"), value=lambda o, a: o.owner.name),
            Column(name="success_at", label=_("最近送达"), value=lambda o, a: o.success_at, type=datetime),
        ),
        facts=(
            Fact(name="all_events", label=_("全部事件"), value=tables.events),
            Fact(name="reason", label=_("暂停原因"), value=lambda o, a: o.reason),
            Fact(name="rests_until", label=_("下次尝试"), value=lambda o, a: o.rests_until, type=datetime),
            Fact(name="created_at", label=_("创建时间"), value=lambda o, a: o.created_at, type=datetime),
        ),
        presets=(
            Preset(name="all", label=_("全部"), where=lambda rows, actor: rows),
            Preset(name="active", label=_("启用"), where=lambda rows, actor: rows.filter(state="active")),
        ),
        search=find,
        search_hint=_("名称或接收地址"),
        form=forms.SubscriptionForm,
        create=actions.create,
        create_label=_("新建事件推送"),
        update=actions.change,
        verbs=(
            Verb(name="test", label=_("发送测试"), icon="send", action=actions.test, primary=True,
                 done=_("测试消息已放入发送队列，结果稍后出现在下面的记录里。"),
                 confirm=_("向接收地址发送一条测试消息，不含业务数据。")),
            Verb(name="pause", label=_("暂停"), icon="pause", action=actions.pause, done=_("已暂停。"),
                 confirm=_("暂停期间发生的事件不会补发；已在等待的消息保留。")),
            Verb(name="resume", label=_("恢复"), icon="play", action=actions.resume, done=_("已恢复。"),
                 confirm=_("等待中的消息马上按顺序发送。")),
            Verb(name="renew", label=_("更换密钥"), icon="password", action=actions.renew_secret,
                 done=_("已换成新密钥，请查看一次并交给接收方。"),
                 confirm=_("旧密钥立即失效，接收方换上新密钥之前会认为签名不对。")),
            Verb(name="take", label=_("接管"), icon="transfer", action=actions.take_over, done=_("现在由您负责。"),
                 confirm=_("以后推送的内容按您能看到的范围生成。")),
            Verb(name="remove", label=_("删除"), icon="delete", tone="danger", action=actions.remove, done=_("已删除。"),
                 confirm=_("推送和它的全部记录都会删除，不能恢复。")),
        ),
        detail=detail,
        template="webhooks/detail.html",
        empty=_("业务上发生了事情，可以马上告诉您的其他系统，例如 ERP。点“新建事件推送”开始。"),
    )
)  # fmt: skip

DELIVERIES = register(
    Resource(
        model=Delivery,
        name="webhook-deliveries",
        title=pgettext_lazy("list", "推送记录"),
        icon="history",
        visible=policies.deliveries,
        allowed=policies.allowed_delivery,
        related=("subscription",),
        columns=(
            Column(name="uid", label=_("事件编号"), value=lambda o, a: o.uid),
            Column(name="event", label=_("事件"), value=tables.event),
            Column(name="title", label=_("记录"), value=lambda o, a: o.title),
            Column(name="subscription", label=_("事件推送"), value=lambda o, a: o.subscription.name),
            Column(name="state", label=_("状态"), value=lambda o, a: o.get_state_display(), render=tables.delivery_state),
            Column(name="code", label=_("响应代码"), value=lambda o, a: o.code, type=int, numeric=True),
            Column(name="took_ms", label=_("用时（毫秒）"), value=lambda o, a: o.took_ms, type=int, numeric=True),
            Column(name="created_at", label=_("产生时间"), value=lambda o, a: o.created_at, type=datetime),
        ),
        facts=(
            Fact(name="attempts", label=_("尝试次数"), value=lambda o, a: o.attempts, type=int),
            Fact(name="error", label=_("原因"), value=lambda o, a: o.error),
            Fact(name="next_at", label=_("下次尝试"),
                 value=lambda o, a: o.next_at if o.state == Delivery.State.WAITING else None, type=datetime),
            Fact(name="done_at", label=_("送达时间"), value=lambda o, a: o.done_at, type=datetime),
            Fact(name="body", label=_("内容"), value=lambda o, a: o.body),
        ),
        filters=filters.DeliveryFilter,
        presets=(
            Preset(name="all", label=_("全部"), where=lambda rows, actor: rows),
            Preset(name="waiting", label=_("待送达"), where=lambda rows, actor: rows.filter(state="waiting")),
            Preset(name="failed", label=_("未送达"), where=lambda rows, actor: rows.filter(state="failed")),
        ),
        search=find_delivery,
        search_hint=_("事件编号、记录名称或推送名称"),
        verbs=(
            Verb(name="again", label=_("重新推送"), icon="send", action=actions.again, bulk=True, done=_("已放回发送队列。"),
                 confirm=_("编号不变，接收方据此识别重复。")),
        ),
        detail=delivery_detail,
        empty=_("事件推送发出的每一条消息都会列在这里。"),
    )
)  # fmt: skip
