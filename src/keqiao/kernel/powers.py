"""Every power that a position can carry, declared by the app whose actions it opens."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """The kinds of power that the field's own rules speak of. Every power is of one of them."""

    SUGGEST = "suggest", _("建议权")
    KNOW = "know", _("知情权")
    EXECUTE = "execute", _("执行权")
    SPEAK = "speak", _("话语权")
    INVESTIGATE = "investigate", _("调查取证权")
    COORDINATE = "coordinate", _("统筹处理权")
    SUPERVISE = "supervise", _("督办权")


MEANINGS: dict[str, str | Promise] = {
    Kind.SUGGEST: _("提出方案和改进意见，由别人决定"),
    Kind.KNOW: _("查看、带走工作所需的资料"),
    Kind.EXECUTE: _("登记、办理自己分内的事"),
    Kind.SPEAK: _("代表公司答复客户、与客户通话"),
    Kind.INVESTIGATE: _("查明事实、收集证据、作出结论"),
    Kind.COORDINATE: _("分派、评审、批准，维护规则"),
    Kind.SUPERVISE: _("督促、催办、检查别人的工作"),
}
# A power's code is noun.verb, and the verb tells its kind; a verb that is not here must be given one where it is declared.
_BY_VERB: dict[str, Kind] = {
    **dict.fromkeys(("view", "reveal", "export"), Kind.KNOW),
    **dict.fromkeys(("draft", "suggest", "propose"), Kind.SUGGEST),
    **dict.fromkeys(("tell", "answer", "reply"), Kind.SPEAK),
    **dict.fromkeys(("investigate", "decide"), Kind.INVESTIGATE),
    **dict.fromkeys(
        ("assess", "dispatch", "assign", "share", "approve", "review", "manage", "keep", "plan", "give_up"),
        Kind.COORDINATE,
    ),
    **dict.fromkeys(("supervise", "oversee", "urge", "check"), Kind.SUPERVISE),
    **dict.fromkeys(
        (
            "create",
            "change",
            "register",
            "import",
            "merge",
            "pick",
            "report",
            "handle",
            "mark",
            "win",
            "do",
            "withdraw",
            "reopen",
            "close",
        ),
        Kind.EXECUTE,
    ),
}


@dataclass(frozen=True, slots=True)
class Power:
    """One power: `code` like "ticket.dispatch", its Chinese label, the group it is listed under, and its kind."""

    code: str
    label: str | Promise
    group: str | Promise
    kind: Kind = Kind.EXECUTE


_powers: dict[str, Power] = {}


def kind_of(code: str) -> Kind:
    """The kind that the verb of a code tells. Raises ValueError when it tells none."""
    verb = code.rpartition(".")[2]
    if verb not in _BY_VERB:
        raise ValueError(f"power {code}: the verb tells no kind of power; name it in kinds= where it is declared")
    return _BY_VERB[verb]


def declare(
    group: str | Promise, labels: Mapping[str, str | Promise], *, kinds: Mapping[str, Kind] | None = None
) -> None:
    """Make powers known; called from AppConfig.ready. Raises ValueError when two apps claim one code, or for no kind.

    `kinds` names the kind of those powers whose verb does not tell it (see kind_of).
    """
    for code, label in labels.items():
        if code in _powers and _powers[code].group != group:
            raise ValueError(f"power {code} is declared twice")
        _powers[code] = Power(code, label, group, (kinds or {}).get(code) or kind_of(code))


def every() -> list[Power]:
    """All powers in the order of declaration."""
    return list(_powers.values())


def named(code: str) -> Power | None:
    """The power of that code."""
    return _powers.get(code)


def by_kind(codes: Iterable[str] | None = None) -> list[tuple[Kind, list[Power]]]:
    """The powers of these codes, or all, under their kinds in the order of the kinds; kinds without any are left out."""
    wanted = None if codes is None else set(codes)
    found = [power for power in every() if wanted is None or power.code in wanted]
    groups = [(kind, [power for power in found if power.kind is kind]) for kind in Kind]
    return [(kind, members) for kind, members in groups if members]


def said(codes: Iterable[str]) -> str:
    """What these codes open, in words: 知情权：查看客户、查看工单；执行权：登记工单."""
    parts = [now_("：").join((str(kind.label), labels_of(members))) for kind, members in by_kind(codes)]
    return now_("；").join(parts)


def labels_of(members: Iterable[Power]) -> str:
    """The labels of powers, one after the other."""
    return now_("、").join(str(power.label) for power in members)
