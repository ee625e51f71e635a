"""`keqiao createsuperuser`: the first employee, with every power."""

import argparse
import getpass
import sys

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from keqiao.config import output
from keqiao.config.cli import migrate
from keqiao.org.actions import bootstrap


def _asked(given: str | None, question: str) -> str:
    if given is None and not sys.stdin.isatty():
        raise output.CommandError(f"没有给出{question}，也无法询问。请用 --help 查看参数。")
    answer = (given if given is not None else input(f"{question}:")).strip()
    if not answer:
        raise output.CommandError(f"{question}不能为空。")
    return answer


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise output.CommandError("无法询问密码。请加 --password-stdin 并从标准输入给出。")
    password = getpass.getpass("密码（输入时不显示）：")
    if getpass.getpass("再输入一次：") != password:
        raise output.CommandError("两次输入的密码不同。")
    return password


def run(args: argparse.Namespace) -> None:
    """Ask for what was not given, check the password by the rules of the pages, create."""
    migrate.apply()
    username = _asked(args.username, "用户名")
    name = _asked(args.name, "姓名")
    password = _password(from_stdin=args.password_stdin)
    try:
        validate_password(password)
        bootstrap(username=username, name=name, password=password)
    except ValidationError as error:
        raise output.CommandError(" ".join(error.messages)) from error
    except IntegrityError as error:
        raise output.CommandError(f"用户名 {username} 已有人使用。") from error
    output.say(f"已建立员工 {name}（用户名 {username}），拥有全部权限。")
