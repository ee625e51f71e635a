"""Initials of names."""

import subprocess
import sys

import pytest

from keqiao.kernel.pinyin import initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("张晓雯", "zxw"),
        ("单田芳", "stf"),
        ("曾国藩", "zgf"),
        ("仇英", "qy"),
        ("解缙", "xj"),
        ("区寿年", "osn"),
        ("欧阳修", "oyx"),
        ("尉迟恭", "ycg"),
        ("阿卜杜·热合曼", "abdrhm"),
        ("李Amy", "lamy"),
        ("Ａ座张三", "azzs"),
        ("嗯", "n"),
        ("單先生", "sxs"),
        ("", ""),
        ("——", ""),
        ("解放路街道办事处", "jfljdbsc"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_agrees_with_the_library_and_does_not_load_it() -> None:
    """The library's own readings, with its table of phrases left out, in a process of its own (57 MB)."""
    code = (
        "import sys; from keqiao.kernel.pinyin import initials; initials('王');"
        "assert 'pypinyin' not in sys.modules;"
        "from pypinyin import Style, lazy_pinyin;"
        "common = [chr(code) for code in range(0x4e00, 0x9fa6)];"
        "theirs = [lazy_pinyin(char, style=Style.FIRST_LETTER)[0] for char in common];"
        "pairs = [(char, letter) for char, letter in zip(common, theirs) if letter.isascii()];"
        "differ = [char for char, letter in pairs if initials('王' + char)[1:] != letter];"
        "assert len(pairs) > 20000 and not differ, differ"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)
