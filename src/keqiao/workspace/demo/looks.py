"""Saved views of lists: the chief shares two with the department, an agent keeps one."""

from keqiao.lists.actions import save_view, set_default
from keqiao.workspace.demo.world import World

# who, list, name, query, columns, shared with
VIEWS = (
    ("tangjing", "tickets", "超时投诉", "view=open&kind=complaint&late=1", (), "service"),
    ("tangjing", "customers", "重点客户", "view=vip", (), "service"),
    ("xuzhiyuan", "tickets", "本组快到期", "view=due", (), ""),
    ("xuzhiyuan", "care", "本周要关怀的", "view=week", (), ""),
    ("maolihong", "visits", "不满意的回访", "view=all&satisfaction=1", (), ""),
    ("hebowen", "tickets", "重大投诉", "view=open&severity=3", (), ""),
    ("linyinuo", "tickets", "我的维修单", "view=all&kind=repair", (), ""),
)


def keep(world: World) -> None:
    """Save the views."""
    for who, resource, name, query, columns, unit in VIEWS:
        actor = world.company.actor(who)
        view = save_view(
            actor=actor, resource=resource, name=name, query=query, columns=columns,
            unit=world.company.units[unit] if unit else None,
        )  # fmt: skip
        if name == "重点客户":
            set_default(actor=actor, obj=view)
