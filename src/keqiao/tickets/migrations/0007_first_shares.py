from django.db import migrations


def all_of_it(apps, editor):
    """What was planned before shares: the department that answers for it, or its person, answers for all of it."""
    complaint, share = apps.get_model("tickets", "Complaint"), apps.get_model("tickets", "Share")
    rows = complaint.objects.filter(founded=True, responsible_unit__isnull=False)
    found = rows.values_list("pk", "responsible_unit_id", "responsible_id").order_by("pk")
    share.objects.bulk_create(
        (share(complaint_id=pk, unit_id=unit, person_id=person, percent=100) for pk, unit, person in found.iterator()),
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [("tickets", "0006_shares")]
    operations = [migrations.RunPython(all_of_it, migrations.RunPython.noop)]
