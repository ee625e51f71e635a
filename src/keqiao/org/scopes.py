"""What an API token opens: one resource or all of them, to read or also to change.

A scope is ``resource:read`` or ``resource:write``; ``*`` stands for every resource, and who may write may read. A scope
only narrows: what the token's owner may not do, no token may.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from keqiao.kernel.errors import Refused
from keqiao.kernel.resource import resources

READ, WRITE = "read", "write"
ALL = "*"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def everything() -> list[str]:
    """The scope of a token that may do all that its owner may."""
    return [f"{ALL}:{WRITE}"]


def known(scopes: Iterable[str]) -> list[str]:
    """The scopes, sorted, each once. Raises Refused when there are none or one is not known."""
    chosen = sorted(set(scopes))
    names = {ALL, *(resource.name for resource in resources())}
    wrong = [one for one in chosen if one not in {f"{name}:{access}" for name in names for access in (READ, WRITE)}]
    if wrong or not chosen:
        raise Refused(_("没有这样的令牌范围：%s") % _("、").join(wrong or ["—"]), field="resources")
    return chosen


def opens(scopes: Iterable[str], method: str, name: str) -> bool:
    """Whether a request by `method` to the resource `name` is within the scopes; an empty name is never."""
    asked = {READ, WRITE} if method in SAFE_METHODS else {WRITE}
    return bool(name) and any(f"{place}:{access}" in set(scopes) for place in (ALL, name) for access in asked)


def said(scopes: Iterable[str]) -> str:
    """The scopes as people read them: ``客户、工单：只读取``."""
    titles = {ALL: _("全部数据")} | {resource.name: str(resource.title) for resource in resources()}
    words = {READ: _("只读取"), WRITE: _("读取和修改")}
    groups: dict[str, list[str]] = {}
    for scope in scopes:
        name, _colon, access = scope.partition(":")
        groups.setdefault(access, []).append(titles.get(name, name))
    return _("；").join(
        _("：").join((_("、").join(names), words.get(access, access))) for access, names in groups.items()
    )
