"""What commands say: results to standard output, everything else to standard error."""

import json
import sys


class CommandError(Exception):
    """The command can't be done; the text says why, in the reader's words."""


def say(text: str) -> None:
    """One line of result."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def note(text: str) -> None:
    """One line of progress, kept out of the result."""
    sys.stderr.write(f"客桥 · {text}\n")
    sys.stderr.flush()


def warn(text: str) -> None:
    """One line that says what is wrong."""
    note(text)


def emit_json(data: object) -> None:
    """The whole result as one JSON document, readable Chinese kept."""
    say(json.dumps(data, ensure_ascii=False, indent=2, default=str))
