"""The index finds what is there and nothing else, on whichever database runs: compared with a scan of the texts."""

import re
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keqiao.search import actions
from keqiao.search.models import Document

# Few characters, so that texts share pairs, runs repeat, and hits are many; rare and beyond-BMP Han, emoji, marks.
HAN = "投诉处理空调漏水的了一鿟㐀𠮷𰻝"
OTHER = ["a", "ab", "b", "12", "12e5", "7", "_", "-", "·", " ", ",", "。", "😀", '"', "*", "'", "\\"]
OTHER += ["NEAR", "é", "Ａ"]
PIECES = st.lists(st.one_of(st.text(HAN, min_size=1, max_size=4), st.sampled_from(OTHER)), max_size=12)
TEXTS = st.lists(PIECES.map("".join), min_size=1, max_size=8)
WORDS = st.text(HAN, min_size=1, max_size=4)


def runs(text: str) -> list[str]:
    """The runs of Han in a text, found without the program's help; the dot inside a name joins."""
    plain = re.sub(r"(?<=[^\W\d_a-zA-Zé])·(?=[^\W\d_a-zA-Zé])", "", unicodedata.normalize("NFKC", text))
    return re.findall(f"[{HAN}]+", plain)


def scan(texts: list[str], keywords: list[str]) -> list[int]:
    """Ids of the texts that hold every keyword, newest first."""
    hits = [n for n, text in enumerate(texts, 1) if all(any(word in run for run in runs(text)) for word in keywords)]
    return hits[::-1]


SETTINGS = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@SETTINGS
@given(bodies=TEXTS, keywords=st.lists(WORDS, min_size=1, max_size=3))
def test_chinese_words_are_found_exactly(texts, bodies: list[str], keywords: list[str]) -> None:
    Document.objects.all().delete()
    texts.put(*bodies)
    assert texts.ids(" ".join(keywords)) == scan(bodies, keywords)


@SETTINGS
@given(bodies=TEXTS)
def test_each_run_of_a_text_finds_the_text(texts, bodies: list[str]) -> None:
    Document.objects.all().delete()
    texts.put(*bodies)
    for number, body in enumerate(bodies, 1):
        for run in runs(body):
            assert number in texts.ids(run)
            assert texts.ids(run) == scan(bodies, [run])


@SETTINGS
@given(query=st.text(max_size=60))
def test_no_query_breaks_the_statement(texts, query: str) -> None:
    texts.put("投诉处理")
    assert texts.ids(query) in ([], [1])


@pytest.mark.parametrize(
    "query",
    ['"投诉"', "投诉*", "NEAR(投诉)", "-投诉", "tokens:投诉", "(投诉", "投诉 AND"]
    + ["'投诉", "投诉\\", "投诉;--", "^投诉", "投诉:*"],
)
def test_signs_of_query_languages_are_not_operators(texts, query: str) -> None:
    texts.put("对投诉处理不满", "别的事")
    words = [word for word in ("NEAR", "tokens", "AND") if word in query]
    assert texts.ids(query) == ([] if words else [1])


def test_operators_are_plain_words(texts) -> None:
    texts.put("a NOT b", "a b", "NEAR")
    assert texts.ids("a NOT") == [1]
    assert texts.ids("near") == [3]


def test_keywords_are_anded_and_newest_comes_first(texts) -> None:
    texts.put("空调漏水", "空调不制冷", "阳台漏水,空调也响")
    assert texts.ids("空调") == [3, 2, 1]
    assert texts.ids("空调 漏水") == [3, 1]
    assert texts.ids("空调", limit=2) == [3, 2]
    assert texts.ids("空调", limit=3) == [3, 2, 1]
    assert texts.ids("") == texts.ids("  ,。 ") == []


def test_one_character_is_found_anywhere(texts) -> None:
    texts.put("漏", "水漏了", "不漏", "没事")
    assert texts.ids("漏") == [3, 2, 1]


def test_width_case_and_marks_do_not_matter(texts) -> None:
    texts.put("ＡＢＣ型号 Café")
    assert texts.ids("abc") == texts.ids("CAFE") == texts.ids("ａｂｃ") == [1]


def test_emoji_and_rare_characters(texts) -> None:
    texts.put("𠮷野家😀很好", "吉野家", "𰻝𰻝面")
    assert texts.ids("𠮷野") == [1]
    assert texts.ids("野家😀很好") == [1]
    assert texts.ids("𰻝") == texts.ids("𰻝面") == [3]
    assert texts.ids("😀") == []


def test_a_phrase_does_not_reach_over_the_border_of_fields(db, texts) -> None:
    actions.store("test.text", [actions.Doc(1, "处理", text="abc", subtitle="结果")])
    assert texts.ids("处理abc") == texts.ids("处理结果") == texts.ids("结果abc") == []
    assert texts.ids("处理 abc 结果") == [1]


@pytest.mark.parametrize(
    "query", ["TS20261123-0007", "ts20261123-0007", "TS202611230007", "20261123-0007", "1123-0007", "11230007", "0007"]
)
def test_numbers_are_found_whole_and_by_their_tail(db, texts, query: str) -> None:
    actions.store("test.text", [actions.Doc(1, "漏水", subtitle="TS20261123-0007"), actions.Doc(2, "TS20261123-0070")])
    assert texts.ids(query) == [1]


def test_labels_do_not_mix(db, texts) -> None:
    texts.put("空调漏水")
    actions.store("test.other", [actions.Doc(1, "空调"), actions.Doc(2, "空调")])
    assert texts.ids("空调") == [1]


def test_a_long_text_is_found_up_to_its_limit(texts) -> None:
    texts.put("好" * (actions.MAX_TEXT - 2) + "漏水" + "空调")
    assert texts.ids("漏水") == [1]
    assert texts.ids("空调") == []
