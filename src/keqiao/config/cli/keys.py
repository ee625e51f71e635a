"""`keqiao keys`: the keys that seal numbers of identity documents, second factors and secrets."""

import argparse

from keqiao.config import output
from keqiao.customers.archive.identity import forget, rotate
from keqiao.kernel import sealing
from keqiao.kernel.actor import SYSTEM


def run(args: argparse.Namespace) -> None:
    """Put a new key into use; with --forget drop those that are needed no more."""
    try:
        name, count = rotate(actor=SYSTEM)
    except sealing.Unreadable as error:
        raise output.CommandError(
            f"{sealing.file()} 里没有密钥 {error}，用它加密的内容解不开。请从备份找回密钥文件后再运行。"
        ) from error
    output.say(f"现在使用密钥 {name}，已改用它加密 {count} 项内容。")
    if args.forget:
        gone = forget(actor=SYSTEM)
        output.say(f"已删除旧密钥：{'、'.join(gone) or '没有'}。")
    output.note(f"密钥文件是 {sealing.file()}，请与备份分开保管一份；丢失后证件号码和两步验证无法找回。")
