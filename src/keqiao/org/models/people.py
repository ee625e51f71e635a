"""People, the units they belong to, the positions that give them powers, and the ways they are logged in."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """Data scope 数据范围: how far a position's powers reach."""

    OWN = "own", _("本人")
    TEAM = "team", _("本组")
    DEPARTMENT = "department", _("本部门及下级")
    SITE = "site", _("本网点")
    ALL = "all", _("全部")


class OrgUnit(models.Model):
    """A company, department, section, team, site or agent company. `path` names all ancestors: /1/4/9/."""

    class Kind(models.TextChoices):
        COMPANY = "company", _("公司")
        DEPARTMENT = "department", _("部门")
        SECTION = "section", _("科室")
        TEAM = "team", _("班组")
        SITE = "site", _("网点")
        AGENT = "agent", _("代理公司")

    name = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("类型"), max_length=12, choices=Kind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("上级"), related_name="children"
    )
    path = models.CharField(max_length=200, db_index=True, editable=False)
    leader = models.ForeignKey(
        "Employee", models.SET_NULL, null=True, blank=True, verbose_name=_("负责人"), related_name="+"
    )
    active = models.BooleanField(_("在用"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("组织单元")
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"],
                name="unit_name_once",
                violation_error_message=_("上级下面已有同名的组织单元。"),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Position(models.Model):
    """A post that carries powers with one data scope."""

    name = models.CharField(_("岗位名称"), max_length=60, unique=True)
    scope = models.CharField(_("数据范围"), max_length=12, choices=Scope.choices, default=Scope.OWN)
    powers = models.JSONField(_("权限"), default=list)
    purpose = models.CharField(_("岗位目的"), max_length=200, blank=True)
    reveals_a_day = models.PositiveIntegerField(_("每日可查看完整信息的次数"), default=50)
    second_factor = models.BooleanField(_("登录须两步验证"), default=False)
    sight = models.JSONField(_("个人信息显示范围"), default=dict, help_text="field → level, see kernel.sight")
    active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = _("岗位")

    def __str__(self) -> str:
        return self.name


class EmployeeManager(BaseUserManager["Employee"]):
    """Finds employees by user name whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "Employee":
        return self.get(username=(username or "").lower())


class Employee(AbstractBaseUser):
    """A person employed, who logs in. Never deleted: a leaver is made inactive."""

    username = models.CharField(
        _("用户名"), max_length=40, unique=True, error_messages={"unique": _("这个用户名已有人使用，请换一个。")}
    )
    name = models.CharField(_("姓名"), max_length=40)
    unit = models.ForeignKey(OrgUnit, models.PROTECT, verbose_name=_("组织单元"), related_name="employees")
    manager = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, verbose_name=_("直接上级"), related_name="+"
    )
    phone = models.CharField(_("手机"), max_length=20, blank=True)
    email = models.EmailField(_("邮箱"), blank=True)
    positions: "models.ManyToManyField[Position, Appointment]" = models.ManyToManyField(
        Position, through="Appointment", verbose_name=_("岗位"), related_name="employees"
    )
    is_active = models.BooleanField(_("在职"), default=True)
    joined_on = models.DateField(_("入职日期"), null=True, blank=True)
    left_on = models.DateField(_("离职日期"), null=True, blank=True)
    must_change_password = models.BooleanField(_("下次登录须改密码"), default=False)
    password_set_at = models.DateTimeField(null=True, editable=False)
    access_version = models.IntegerField(default=0, editable=False, help_text="grows when powers change")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[EmployeeManager] = EmployeeManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("员工")
        indexes = [models.Index(fields=["unit", "is_active"], name="employee_of_unit")]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name


class Appointment(models.Model):
    """An employee holds a position."""

    employee = models.ForeignKey(Employee, models.CASCADE, related_name="appointments")
    position = models.ForeignKey(Position, models.PROTECT, related_name="appointments")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["employee", "position"], name="appointment_once")]

    def __str__(self) -> str:
        return f"{self.employee} {self.position}"


class Session(AbstractBaseSession):
    """A logged-in browser, listed for its owner, who may end it."""

    employee = models.ForeignKey(Employee, models.CASCADE, null=True, related_name="sessions")
    ip = models.CharField(max_length=45, default="")
    agent = models.CharField(max_length=200, default="")
    since = models.DateTimeField(null=True)

    objects: ClassVar[BaseSessionManager[Any]] = BaseSessionManager()

    @classmethod
    def get_session_store_class(cls) -> Any:
        from keqiao.org.sessions import SessionStore  # noqa: PLC0415 – Django asks for it this way round

        return SessionStore


class Token(models.Model):
    """A personal API token; only its hash is kept, so it cannot be read back or derived."""

    employee = models.ForeignKey(Employee, models.CASCADE, related_name="tokens")
    name = models.CharField(_("用途"), max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)
    scopes = models.JSONField(_("范围"), default=list, help_text="see org.scopes; none opens nothing")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("有效期至"), null=True, blank=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("接口令牌")

    def __str__(self) -> str:
        return self.name
