from django.db import migrations

STEP = {"approved": "done", "rejected": "refused", "withdrawn": "over", "waiting": "current"}
SEAT = {"approved": "agreed", "rejected": "refused"}
BATCH = 1000


def give_ways(apps, schema_editor):
    """Every approval gets the one step that it had; who decides those that wait is found by the first look around."""
    Approval = apps.get_model("approvals", "Approval")
    Step = apps.get_model("approvals", "Step")
    Decider = apps.get_model("approvals", "Decider")
    rows = Approval.objects.filter(steps__isnull=True).order_by("pk")
    while batch := list(rows[:BATCH]):
        steps = Step.objects.bulk_create(
            [
                Step(
                    approval=row, place=1, stage=1, who="power", power=row.power, state=STEP[row.state],
                    opened_at=row.requested_at, done_at=row.decided_at,
                )
                for row in batch
            ]
        )
        Decider.objects.bulk_create(
            [
                Decider(
                    approval=row, step=step, principal_id=row.decided_by_id, employee_id=row.decided_by_id,
                    state=SEAT[row.state], note=row.note, done_at=row.decided_at,
                )
                for row, step in zip(batch, steps)
                if row.state in SEAT and row.decided_by_id
            ]
        )
    if not Approval.objects.filter(state="waiting").exists():
        return
    # what approvers must do is told by the approval itself from now on
    Todo = apps.get_model("notices", "Todo")
    from django.utils import timezone

    Todo.objects.filter(kind="approval", done_at=None).exclude(label="approvals.approval").update(done_at=timezone.now())
    apps.get_model("runtime", "Job").objects.create(name="approvals.refresh", payload={}, run_at=timezone.now())


class Migration(migrations.Migration):

    dependencies = [
        ("approvals", "0002_flows"),
        ("notices", "0001_initial"),
        ("runtime", "0001_initial"),
    ]

    operations = [migrations.RunPython(give_ways, migrations.RunPython.noop)]
