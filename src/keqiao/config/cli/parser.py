"""argparse in Chinese."""

import argparse
import re
from collections.abc import Iterable
from typing import NoReturn

from keqiao.config.cli.commands import Command

# argparse speaks English where no system catalogue is installed; these are all that our commands can provoke.
PHRASES = (
    (r"the following arguments are required: (.*)", r"缺少参数：\1"),
    (r"unrecognized arguments: (.*)", r"不认识的参数：\1"),
    (r"argument (\S+): invalid choice: (\S+) \(choose from (.*)\)", r"\1 不能是 \2，可选：\3"),
    (r"argument (\S+): expected (?:one argument|at least one argument)", r"\1 后面要有值"),
    (r"argument (\S+): invalid \S+ value: (.*)", r"\1 的值不对：\2"),
    (r"argument (\S+): not allowed with argument (\S+)", r"\1 不能与 \2 同用"),
)


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Help with a Chinese first line."""

    def add_usage(self, usage, actions, groups, prefix=None) -> None:  # type: ignore[no-untyped-def]  # as in argparse
        """Begin with 用法 instead of usage."""
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """An argument parser whose headings and complaints are Chinese."""

    def __init__(self, **options) -> None:  # type: ignore[no-untyped-def]  # handed on to argparse unchanged
        super().__init__(**options, add_help=False, formatter_class=Formatter, allow_abbrev=False)
        self._positionals.title = "参数"
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="help", help="显示这份说明")

    def error(self, message: str) -> NoReturn:
        """Say what is wrong in Chinese and leave with 2."""
        for pattern, chinese in PHRASES:
            message = re.sub(f"^{pattern}$", chinese, message)
        self.exit(2, f"{self.format_usage()}{self.prog}:{message}\n")


def build(commands: Iterable[Command]) -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = Parser(prog="keqiao", description="客桥：按制度运转的客户服务部。")
    subparsers = parser.add_subparsers(dest="command", metavar="命令", title="命令", required=True, parser_class=Parser)
    for command in commands:
        command.add_arguments(subparsers.add_parser(command.name, help=command.help, description=command.help))
    return parser
