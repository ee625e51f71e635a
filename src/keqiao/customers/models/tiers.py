"""The department's own tiers of customers. A customer holds the code; what it is called and looks like is kept here."""

import time

from django.db import models
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from keqiao.customers.models.colours import Colour

BASE = "normal"  # what a customer is until somebody says otherwise
# code, name, colour, position
DELIVERED = (
    ("vip", "VIP", "warning", 10),
    ("key", gettext_noop("大客户"), "", 20),
    (BASE, gettext_noop("普通"), "neutral", 30),
)
_OURS = {name for _code, name, _colour, _position in DELIVERED}  # these words are in the reader's language
FRESH = 5.0
_kept: list[tuple[float, dict[str, "CustomerTier"]]] = []


class CustomerTier(models.Model):
    """A tier. Its code never changes, so what customers, plans, saved views and programs hold stays right."""

    code = models.CharField(_("代码"), max_length=8, unique=True, editable=False)
    name = models.CharField(_("名称"), max_length=20, unique=True, error_messages={"unique": _("已有这个等级。")})
    colour = models.CharField(_("颜色"), max_length=8, choices=Colour.choices, blank=True, default=Colour.BLUE)
    position = models.PositiveSmallIntegerField(_("顺序"), default=0)
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("客户等级")

    def __str__(self) -> str:
        return gettext(self.name) if self.name in _OURS else self.name


def delivered() -> list[CustomerTier]:
    """The tiers of a new installation."""
    return [
        CustomerTier(code=code, name=name, colour=colour, position=position)
        for code, name, colour, position in DELIVERED
    ]


def tiers() -> dict[str, CustomerTier]:
    """All of them by code, in their order, retired ones too. Another process sees a change after FRESH seconds."""
    if not _kept or time.monotonic() > _kept[0][0]:
        rows = list(CustomerTier.objects.order_by("position", "pk")) or delivered()
        _kept[:] = [(time.monotonic() + FRESH, {row.code: row for row in rows})]
    return _kept[0][1]


def forget_tiers() -> None:
    """Read them anew; after a change, and for tests."""
    _kept.clear()


def tier_name(code: str) -> str:
    """What the tier is called."""
    return str(tiers().get(code, code))


def tier_colour(code: str) -> str:
    """The tone of its badge."""
    found = tiers().get(code)
    return (found.colour or "info") if found else "neutral"


def tier_choices() -> list[tuple[str, str]]:
    """Those that may be given, by code."""
    return [(code, str(one)) for code, one in tiers().items() if one.active]


def every_tier() -> list[tuple[str, str]]:
    """All of them: what customers may be looked for by."""
    return [(code, str(one)) for code, one in tiers().items()]
