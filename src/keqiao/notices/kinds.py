"""What employees are told of, in plain words. Each app declares its own kinds when it is ready."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class Way(models.TextChoices):
    """How a kind of notice reaches an employee. By mail or digest it stands in the page too."""

    PAGE = "page", _("只在网页提醒")
    MAIL = "mail", _("网页提醒，并立即发邮件")
    DIGEST = "digest", _("网页提醒，并列入每日汇总邮件")
    OFF = "off", _("不提醒")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of notice; what `must` be told cannot be switched off. `way` is how it comes until somebody chooses."""

    code: str
    label: Words
    group: Words
    must: bool = False
    way: Way = Way.PAGE

    def ways(self) -> list[Way]:
        """What may be chosen."""
        return [way for way in Way if way != Way.OFF or not self.must]


OTHER = Kind("other", _("其他提醒"), _("其他"))
_kinds: dict[str, Kind] = {}


def declare(
    group: Words, labels: Mapping[str, Words], *, must: Collection[str] = (), mail: Collection[str] = ()
) -> None:
    """Make kinds of notices known: code → plain words. Those in `mail` come by e-mail too unless somebody chooses otherwise.

    A kind without words of its own belongs to the declared one that its code begins with: "visit.late" to "visit".
    """
    for code, label in labels.items():
        _kinds[code] = Kind(code, label, group, code in must, Way.MAIL if code in mail else Way.PAGE)


def of(code: str) -> Kind:
    """The kind that a notice belongs to."""
    while code:
        if code in _kinds:
            return _kinds[code]
        code = code.rpartition(".")[0]
    return OTHER


def every() -> list[Kind]:
    """Every kind that can be chosen for, groups together: those of the upper floors, which people know best, first."""
    order = [words for _names, words in groups()]
    return [*sorted(_kinds.values(), key=lambda kind: order.index(str(kind.group))), OTHER]


def groups() -> list[tuple[str, str]]:
    """The headings, last declared first, each named by the first words of its codes, joined by commas."""
    named: dict[str, list[str]] = {}
    for kind in _kinds.values():
        words = named.setdefault(str(kind.group), [])
        word = kind.code.partition(".")[0]
        if word not in words:
            words.append(word)
    return [(",".join(words), label) for label, words in reversed(named.items())]
