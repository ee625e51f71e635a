"""Who may do what, read once per change and kept in the process."""

import hashlib
from functools import lru_cache

from django.db.models import Max
from django.utils import timezone

from keqiao.kernel import sight
from keqiao.kernel.actor import Actor, Kind, Reach
from keqiao.kernel.prepared import Prepared
from keqiao.org.models import Employee, OrgUnit, Position, Scope, SecondFactor, Token, TrustedDevice


def actor_for(employee: Employee, ip: str = "") -> Actor:
    """The actor that an employee is, with the powers of all positions held."""
    powers, seen = grants(employee.pk, employee.unit_id, employee.access_version)
    return Actor(
        Kind.EMPLOYEE, employee.name, id=employee.pk, unit_id=employee.unit_id, grants=powers, ip=ip, sight=seen
    )


@lru_cache(maxsize=4096)
def grants(employee_id: int, unit_id: int, version: int) -> tuple[dict[str, Reach], dict[str, str]]:
    """Power → reach over all positions, and personal field → how much of it is shown.

    Kept per access_version, which grows whenever the answer could change.
    """
    result: dict[str, Reach] = {}
    positions = list(Position.objects.filter(employees=employee_id, active=True))
    for position in positions:
        reach = reach_of(position.scope, unit_id)
        for power in position.powers:
            result[power] = result.get(power, Reach()) | reach
    return result, sight.most_open(position.sight for position in positions)


def has_factor(employee_id: int) -> bool:
    """Whether the employee's second factor is in force."""
    return SecondFactor.objects.filter(employee=employee_id, confirmed_at__isnull=False).exists()


@lru_cache(maxsize=4096)
def factor_missing(employee_id: int, version: int) -> bool:
    """Whether a position asks for a second factor that is not set up. Kept per access_version, like the powers."""
    demanded = Position.objects.filter(employees=employee_id, active=True, second_factor=True)
    return demanded.exists() and not has_factor(employee_id)


def is_trusted(employee_id: int, token: str) -> bool:
    """Whether the token is of a browser that this employee trusts."""
    digest, now = token_digest(token), timezone.now()
    return TrustedDevice.objects.filter(employee=employee_id, digest=digest, expires_at__gt=now).exists()


def reach_of(scope: str, unit_id: int) -> Reach:
    """The units that a data scope opens to a member of `unit_id`."""
    if scope == Scope.ALL:
        return Reach(everything=True)
    if scope == Scope.OWN:
        return Reach()
    if scope == Scope.TEAM:
        return Reach(frozenset({unit_id}))
    unit = OrgUnit.objects.get(pk=unit_id)
    kinds = {
        Scope.DEPARTMENT: {OrgUnit.Kind.DEPARTMENT, OrgUnit.Kind.SECTION, OrgUnit.Kind.AGENT},
        Scope.SITE: {OrgUnit.Kind.SITE},
    }[Scope(scope)]
    return Reach(frozenset(subtree(nearest(unit, kinds))))


def nearest(unit: OrgUnit, kinds: set[OrgUnit.Kind]) -> OrgUnit:
    """The unit itself or its closest ancestor of one of the kinds; the unit itself where there is none."""
    ids = [int(part) for part in unit.path.strip("/").split("/")]
    found = OrgUnit.objects.filter(pk__in=ids, kind__in=kinds).order_by("-path").first()
    return found or unit


def subtree(unit: OrgUnit) -> list[int]:
    """Ids of the unit and everything below it."""
    return list(OrgUnit.objects.filter(path__startswith=unit.path).values_list("pk", flat=True))


def token_digest(plain: str) -> str:
    """How a token is kept: sha256 is enough for 256 random bits."""
    return hashlib.sha256(plain.encode()).hexdigest()


_unit = Prepared(lambda pk: OrgUnit.objects.filter(pk=pk), 1)


def unit_name(pk: int) -> str:
    """A unit's name, for a record whose unit was not read with it; empty for none."""
    found = _unit.first(pk)
    return found.name if found else ""


_living = Prepared(
    lambda digest: Token.objects.select_related("employee").filter(
        digest=digest, revoked_at__isnull=True, employee__is_active=True
    ),
    1,
)


def token_owner(plain: str) -> Token | None:
    """The live token with its active employee, or None."""
    found = _living.first(token_digest(plain))
    return None if found is None or (found.expires_at is not None and found.expires_at <= timezone.now()) else found


def reveals_a_day(employee_id: int) -> int:
    """How many full values the employee may look at in a day: the most that any active position allows."""
    found = Position.objects.filter(employees=employee_id, active=True).aggregate(most=Max("reveals_a_day"))
    return found["most"] or 0


def leaders_of(employee_id: int) -> list[int]:
    """Who answers for an employee: the manager, else the closest leader above; several steps of units are climbed."""
    one = Employee.objects.select_related("unit").get(pk=employee_id)
    if one.manager_id:
        return [one.manager_id]
    ids = [int(part) for part in one.unit.path.strip("/").split("/")]
    units = OrgUnit.objects.filter(pk__in=ids, leader__is_active=True).exclude(leader=employee_id).order_by("-path")
    return [pk for pk in units.values_list("leader_id", flat=True)[:1] if pk is not None]


def upward(unit_id: int) -> list[OrgUnit]:
    """The unit and those above it, the nearest first, each with its leader. Two queries."""
    path = OrgUnit.objects.filter(pk=unit_id).values_list("path", flat=True).first() or ""
    ids = [int(part) for part in path.split("/") if part]
    units = OrgUnit.objects.filter(pk__in=ids).select_related("leader")
    return sorted(units, key=lambda unit: ids.index(unit.pk), reverse=True)


def company_name() -> str:
    """The name of the house: the root of the organisation; empty while there is none."""
    return OrgUnit.objects.filter(parent=None, active=True).order_by("pk").values_list("name", flat=True).first() or ""
