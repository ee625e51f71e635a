"""`keqiao token`: API tokens from the command line."""

import argparse

from django.contrib.auth import get_user_model

from keqiao.config import output
from keqiao.kernel.actor import SYSTEM
from keqiao.kernel.errors import Refused
from keqiao.org.actions import create_token


def run(args: argparse.Namespace) -> None:
    """Create a token and print it, this once, alone on standard output."""
    people = get_user_model()
    employee = people._default_manager.filter(**{people.USERNAME_FIELD: args.username}, is_active=True).first()
    if employee is None:
        raise output.CommandError(f"没有用户名为 {args.username} 的在职员工。")
    try:
        plain = create_token(actor=SYSTEM, employee=employee, name=args.name, scopes=args.scope)
    except Refused as refused:
        raise output.CommandError(refused.message) from refused
    output.say(plain)
    output.note("令牌只显示这一次，请妥善保存。")
