"""Units taken out of use, and into use again."""

from django.db import transaction
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import Refused, WrongState
from keqiao.kernel.sql import hold
from keqiao.org import work
from keqiao.org.actions import demand, in_use
from keqiao.org.models import OrgUnit


@transaction.atomic
def close_unit(*, actor: Actor, unit: OrgUnit) -> OrgUnit:
    """Take a unit out of use. Refused while people, units or open matters are in it, with what is to be done first."""
    demand(actor, "org.change")
    hold(f"unit:{unit.pk}")
    inside = work.contents(unit)
    if inside:
        said = _("、").join(f"{label} {number}" for label, number, _url in inside)
        raise Refused(
            _("“%(unit)s”里还有：%(what)s。请先把人员调到别的组织单元，把未了的事办结或移交，再撤销。")
            % {"unit": unit.name, "what": said}
        )
    if OrgUnit.objects.filter(pk=unit.pk, active=True).update(active=False) != 1:
        raise WrongState(_("“%s”已经撤销。") % unit.name)
    unit.refresh_from_db()
    record(actor, "unit.closed", unit)
    return unit


@transaction.atomic
def reopen_unit(*, actor: Actor, unit: OrgUnit) -> OrgUnit:
    """Take a closed unit into use again, below a unit that is in use."""
    demand(actor, "org.change")
    if unit.parent is not None:
        in_use(unit.parent, "parent")
    if OrgUnit.objects.filter(pk=unit.pk, active=False).update(active=True) != 1:
        raise WrongState(_("“%s”正在使用。") % unit.name)
    unit.refresh_from_db()
    record(actor, "unit.reopened", unit)
    return unit
