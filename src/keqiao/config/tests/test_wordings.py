"""Every deed that is recorded has words: nobody reads a code in the history or in the audit."""

import re
from pathlib import Path

import keqiao
from keqiao.audit import wording

ROOT = Path(keqiao.__file__).resolve().parent
RECORDED = re.compile(r'\b(?:record|event|note|record_many)\(\s*[\w.]+,\s*"([a-z_]+\.[a-z_]+)"')


def test_every_recorded_verb_has_words() -> None:
    paths = [path for path in ROOT.rglob("*.py") if not {"tests", "migrations", "bench"} & set(path.parts)]
    recorded = {verb for path in paths for verb in RECORDED.findall(path.read_text(encoding="utf-8"))}
    assert len(recorded) > 50
    assert sorted(verb for verb in recorded if wording.verb(verb) == verb) == []
