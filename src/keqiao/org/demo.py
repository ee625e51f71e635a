"""The accounts that the demonstration shows on its login page. A real installation shows none."""

from dataclasses import dataclass

from keqiao.org.models import Employee

PASSWORD = "keqiao-demo-2026"  # noqa: S105 – of the demonstration only, shown on its login page


@dataclass(frozen=True, slots=True)
class Account:
    """One line of the list: who it is, what for."""

    username: str
    name: str
    position: str
    unit: str
    password: str = PASSWORD


def accounts() -> list[Account]:
    """One account for each position of the demonstration, in the order of the organisation."""
    seen: dict[str, Account] = {}
    rows = Employee.objects.filter(is_active=True).select_related("unit").prefetch_related("positions").order_by("pk")
    for employee in rows[:60]:
        for position in employee.positions.all():
            seen.setdefault(position.name, Account(employee.username, employee.name, position.name, employee.unit.name))
    return list(seen.values())
