"""People, units and positions, and every way in: passwords, second factors, sessions, tokens, invitations, other logins."""

from keqiao.org.models.factors import RecoveryCode, SecondFactor, TrustedDevice
from keqiao.org.models.invitations import Invitation
from keqiao.org.models.passwords import OldPassword, PasswordRules, PersonalLink
from keqiao.org.models.people import Appointment, Employee, EmployeeManager, OrgUnit, Position, Scope, Session, Token
from keqiao.org.models.sso import LoginLink, LoginProvider

__all__ = [
    "Appointment",
    "Employee",
    "EmployeeManager",
    "Invitation",
    "LoginLink",
    "LoginProvider",
    "OldPassword",
    "OrgUnit",
    "PasswordRules",
    "PersonalLink",
    "Position",
    "RecoveryCode",
    "Scope",
    "SecondFactor",
    "Session",
    "Token",
    "TrustedDevice",
]
