"""What the rules say of exports."""

from keqiao.exports.models import ExportSettings


def rules() -> ExportSettings:
    """The rules in force."""
    return ExportSettings.objects.first() or ExportSettings()
