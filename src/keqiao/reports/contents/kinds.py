"""The builder of each kind of report."""

from django.conf import settings
from django.utils import translation

from keqiao.reports.contents import complaints, followup, visits
from keqiao.reports.contents.parts import Builder, Part
from keqiao.reports.figures.within import of_unit
from keqiao.reports.models import Kind, Report

BUILDERS: dict[str, Builder] = {
    Kind.COMPLAINTS: complaints.parts, Kind.VISITS: visits.parts, Kind.FOLLOWUP: followup.parts,
}  # fmt: skip


def counted(report: Report) -> list[Part]:
    """The sections of a report as the figures are now, in the installation's language, with the unit's own eyes."""
    actor, period = of_unit(report.unit, report.first, report.last)
    with translation.override(settings.LANGUAGE_CODE):
        return BUILDERS[report.kind](actor, period)
