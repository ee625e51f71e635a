"""`keqiao factor`: second factors from the command line, for whoever is locked out of the pages."""

import argparse

from keqiao.config import output
from keqiao.kernel.actor import SYSTEM
from keqiao.org.backends import succeeded
from keqiao.org.factors.actions import reset
from keqiao.org.models import Employee


def run(args: argparse.Namespace) -> None:
    """Take the second factor of one employee away, and the lock-out with it."""
    employee = Employee.objects.filter(username=args.username.lower(), is_active=True).first()
    if employee is None:
        raise output.CommandError(f"没有用户名为 {args.username} 的在职员工。")
    succeeded(employee.username)
    reset(actor=SYSTEM, employee=employee)
    output.say(f"已取消 {employee.name}（{employee.username}）的两步验证，下次登录只需要密码。")
