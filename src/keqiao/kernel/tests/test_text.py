"""Index tokens find what is in a text, and nothing else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqiao.kernel import text

HAN = "投诉处理空调制冷退款"


def found(query: str, content: str) -> bool:
    """What a database does with phrases over the index."""
    index = text.bigrams(content).split()

    def at(place: int, tokens: list[str]) -> bool:
        part = index[place : place + len(tokens)]
        return len(part) == len(tokens) and all(
            have.startswith(want[:-1]) if want.endswith("*") else have == want
            for have, want in zip(part, tokens, strict=True)
        )

    return all(any(at(place, tokens) for place in range(len(index))) for tokens in text.phrases(query))


@pytest.mark.parametrize(
    ("raw", "same"),
    [
        ("  ＡＢＣ\u3000１２３ \n x ", "abc 123 x"),
        ("①Ⅳ㈱", "1iv(株)"),
        ("a\u200bb\ufeff", "ab"),
        ("a\x00b", "a b"),
        ("", ""),
    ],
)
def test_normalise(raw: str, same: str) -> None:
    assert text.normalise(raw) == same


@pytest.mark.parametrize(
    ("raw", "tokens"),
    [
        ("投诉处理", "投诉 诉处 处理 理"),
        ("冷", "冷"),
        ("空调不制冷,请退款。", "空调 调不 不制 制冷 冷 请退 退款 款"),
        ("型号ABC-123_x v1.5", "型号 号 abc 123 x v1 5"),
        ("中文ABC123", "中文 文 abc123"),
        ("阿卜杜·热合曼", "阿卜 卜杜 杜热 热合 合曼 曼"),
        ("阿卜杜•热合曼", "阿卜 卜杜 杜热 热合 合曼 曼"),
        ("𠮷野家", "u20bb7野 野家 家"),
        ("𠮷", "u20bb7"),
        ("Café NAÏVE Straße", "cafe naive strasse"),
        ("a·b", "a b"),
        ("20e5ab 1e5 3ex", "20e5 ab 1e5 3ex"),
        ("!?…—", ""),
        ("x" * 100, "x" * 64),
    ],
)
def test_bigrams(raw: str, tokens: str) -> None:
    assert text.bigrams(raw) == tokens


@pytest.mark.parametrize(
    ("query", "phrases"),
    [
        ("投诉 退款", [["投诉"], ["退款"]]),
        ("退款中", [["退款", "款中"]]),
        ("诉", [["诉*"]]),
        ("A4纸", [["a4", "纸*"]]),
        ("处理abc", [["处理", "理", "abc"]]),
        ("ABC-123", [["abc", "123"]]),
        ("  ,, ", []),
    ],
)
def test_phrases(query: str, phrases: list[list[str]]) -> None:
    assert text.phrases(query) == phrases


@given(st.text(alphabet=HAN + "，。 ", max_size=30), st.text(alphabet=HAN, min_size=1, max_size=4))
def test_chinese_search_is_exact(content: str, query: str) -> None:
    assert found(query, content) == (query in content)


@given(st.text(alphabet="投诉𠮷㐀·ab 1,-", max_size=30), st.data())
def test_every_han_part_of_a_text_is_found(content: str, data: st.DataObject) -> None:
    runs = re.findall("[投诉𠮷㐀]+", content)
    if runs:
        run = data.draw(st.sampled_from(runs))
        start = data.draw(st.integers(0, len(run) - 1))
        assert found(run[start : data.draw(st.integers(start + 1, len(run)))], content)


@given(st.text(max_size=200))
def test_tokens_hold_nothing_that_a_database_could_split(content: str) -> None:
    for token in text.bigrams(content).split(" "):
        assert all(char.isalnum() and ord(char) < 0x10000 and not char.isupper() for char in token if char.isascii())
        assert not re.search(r"[_*\"'&|!:<>()\-.\s]", token)


def test_single_line() -> None:
    assert text.single_line("第一行\r\n第二行\t\u200b完", 20) == "第一行 第二行 完"
    assert text.single_line("一二三四五六", 4) == "一二三…"
    assert text.single_line("一二三四", 4) == "一二三四"


def test_excerpt_shows_the_keyword() -> None:
    content = "客户来电说空调不制冷。" * 20 + "要求ＲＥＦＵＮＤ并退款。" + "其他情况如下。" * 40
    for query in ("退款", "refund", "没有的 退款"):
        piece = text.excerpt(content, query, 30)
        assert "退款" in piece
        assert piece.startswith("…")
        assert piece.endswith("…")
        assert len(piece) <= 32
    assert text.excerpt(content, "不存在", 10) == "客户来电说空调不制冷…"
    assert text.excerpt("短文", "短", 10) == "短文"
