"""Bad records to be put right, as something that an employee or a unit holds."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from keqiao.audit import wording
from keqiao.badrecords.models import BadRecord
from keqiao.org.work import Work, register

register(
    Work(
        name="bad-records", label=_("处理中的不良记录"), model=BadRecord, field="handler", unit="unit",
        where=Q(status=BadRecord.Status.OPEN), verb="bad_record.passed_on", about="customer_id", related=("kind",),
        url="/bad-records/?view=open&handler={employee}", unit_url="/bad-records/?view=open&unit={unit}",
    )
)  # fmt: skip
wording.declare({"bad_record.passed_on": _("移交不良记录的处理")})
