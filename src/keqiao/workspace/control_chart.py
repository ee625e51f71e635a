"""The control chart of complaints: points, limits, and the list behind each point."""

from typing import Any

from django.utils.translation import gettext as _

from keqiao.reports.figures.charts import complaints_url
from keqiao.workspace.queries.improving import Asked, Week


def control(weeks: list[Week], asked: Asked) -> dict[str, Any]:
    """A control chart: a point for each week, its centre line and limits; points beyond them stand out."""
    lines = {_("平均"): 0, _("下限"): 1, _("上限"): 2}

    def shown(value: float) -> float:
        return round(value * 100, 1) if asked.share else round(value, 2)

    points = [shown(week.value(share=asked.share)) for week in weeks]
    name = _("占全部工单（%）") if asked.share else _("投诉")
    return {
        "type": "control",
        "percent": asked.share,
        "labels": [f"{week.first.month}/{week.first.day}" for week in weeks],
        "out": [week.out(share=asked.share) for week in weeks],
        "series": [
            {"name": name, "data": points if asked.share else [week.count for week in weeks]},
            *(
                {"name": title, "data": [shown(week.limits[place]) if week.limits else None for week in weeks]}
                for title, place in lines.items()
            ),
        ],
        "urls": [
            complaints_url(asked.period, **asked.filters, accepted_after=week.first, accepted_before=week.last)
            for week in weeks
        ],
    }
