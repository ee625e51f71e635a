"""One number, one canonical form, however it was written."""

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqiao.kernel import phones

MOBILE = "13800138000"


@pytest.mark.parametrize(
    "raw",
    [
        MOBILE,
        13800138000,
        1.3800138e10,
        "13800138000.0",
        "1.3800138e10",
        "1.3800138E+10",
        "138 0013 8000",
        "138-0013-8000",
        " 138‑0013–8000\t",
        "+8613800138000",
        "+86 138 0013 8000",
        "(+86)13800138000",
        "008613800138000",
        "8613800138000",
        "86-13800138000",
        "013800138000",
        "１３８００１３８０００",
        "＋８６　１３８－００１３－８０００",
        "tel:+8613800138000",
    ],
)
def test_mainland_mobile(raw: object) -> None:
    assert phones.normalise(raw) == MOBILE


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        ("02112345678", "02112345678"),
        ("021-12345678", "02112345678"),
        ("（021）1234－5678", "02112345678"),
        ("(021)12345678转802", "02112345678-802"),
        ("021-12345678 转分机 802", "02112345678-802"),
        ("021-12345678 ext. 802", "02112345678-802"),
        ("021-12345678x802", "02112345678-802"),
        ("021-12345678-802", "02112345678-802"),
        ("+86 21 12345678", "02112345678"),
        ("+86-21-12345678-802", "02112345678-802"),
        ("+86(0)21-12345678", "02112345678"),
        ("862112345678", "02112345678"),
        ("+861062345678", "01062345678"),
        ("0531-8888888", "05318888888"),
        ("0531-88888888", "053188888888"),
        ("0531-8888888-1", "05318888888-1"),
        ("13800138000转1234", "13800138000-1234"),
        ("400-800-1234", "4008001234"),
        ("4008001234转5", "4008001234-5"),
        ("800 820 8820", "8008208820"),
        ("95588", "95588"),
        ("95588.0", "95588"),
        ("12315", "12315"),
        ("10086", "10086"),
        ("+1 (415) 555-0100", "+14155550100"),
        ("001 415 555 0100", "+14155550100"),
        ("+852 2345 6789", "+85223456789"),
        ("+44 20 7946 0958 ext 12", "+442079460958-12"),
    ],
)
def test_other_numbers(raw: str, canonical: str) -> None:
    assert phones.normalise(raw) == canonical


@pytest.mark.parametrize(
    "raw",
    [
        None, "", " ", "-", "+", "+86", "无", "abc", True, float("nan"), float("inf"), 1.5, -13800138000,
        "12345678", "1380013800", "138001380001", "12800138000", "13800138000/13900139000", "13800138000,13900139000",
        "1.38E+10", "1.38001E+10", "+999999999", "+861380013", "转802", "021-12345678转", "021-12345678转abc",
        "13800138000 5", "0" * 65, "1" * 10_000, "२१३८००१३८०००",
    ],
)  # fmt: skip
def test_no_phone_number(raw: object) -> None:
    assert phones.normalise(raw) is None


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "+86", "0086", "86", "0"]), st.data())
def test_separators_never_matter(number: str, prefix: str, data: st.DataObject) -> None:
    written = prefix
    for digit in number:
        written += data.draw(st.sampled_from(["", "", "", " ", "-"])) + digit
    groups = [group for group in written.replace("-", " ").split(" ") if group]
    if prefix and not groups[0].startswith(prefix):
        return
    assert phones.normalise(written) == number


@given(st.text(max_size=70) | st.from_regex(r"[+0-9()\-转x. ]{0,40}", fullmatch=True))
def test_canonical_form_is_stable_and_nothing_fails(raw: str) -> None:
    canonical = phones.normalise(raw)
    if canonical is not None:
        assert phones.normalise(canonical) == canonical
        assert phones.reverse(canonical)[::-1].endswith(phones.tail(canonical))
        assert phones.pretty(canonical)
        assert phones.tail(canonical, 11) not in phones.mask(canonical)


@pytest.mark.parametrize(
    ("canonical", "masked", "tail", "pretty"),
    [
        (MOBILE, "138****8000", "8000", "138 0013 8000"),
        ("13800138000-1234", "138****8000", "8000", "138 0013 8000 转 1234"),
        ("02112345678", "021****5678", "5678", "021-12345678"),
        ("02112345678-802", "021****5678", "5678", "021-12345678 转 802"),
        ("05318888888", "0531****8888", "8888", "0531-8888888"),
        ("4008001234", "400****1234", "1234", "400-800-1234"),
        ("95588", "95***", "5588", "95588"),
        ("+14155550100", "+14****0100", "0100", "+1 415-555-0100"),
    ],
)
def test_shown(canonical: str, masked: str, tail: str, pretty: str) -> None:
    assert phones.mask(canonical) == masked
    assert phones.tail(canonical) == tail
    assert phones.pretty(canonical) == pretty


def test_reverse_finds_by_tail() -> None:
    assert phones.reverse("02112345678-802") == "87654321120"
    assert phones.reverse("+14155550100").startswith("0010")


def test_the_usual_number_is_fast_and_hostile_text_too() -> None:
    start = time.perf_counter()
    for _ in range(20_000):
        phones.normalise(MOBILE)
    assert (time.perf_counter() - start) / 20_000 < 20e-6
    start = time.perf_counter()
    for hostile in ("(" * 100_000, "1-" * 50_000, "1.3e" * 25_000, "转" * 100_000):
        assert phones.normalise(hostile) is None
    assert time.perf_counter() - start < 0.5


def test_the_big_library_is_loaded_by_the_first_foreign_number_only() -> None:
    code = (
        "import sys; from keqiao.kernel import phones; phones.normalise('021-12345678'); phones.normalise('x');"
        "assert 'phonenumbers' not in sys.modules; phones.normalise('+14155550100');"
        "assert 'phonenumbers' in sys.modules and 'phonenumbers.geodata' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
