"""Text for people and for the search index.

Search needs no word list: Chinese is cut into overlapping pairs of characters. 投诉处理 is indexed as ``投诉 诉处
处理 理`` – the last character of a run stands alone too, so that every character of the text begins exactly one
token. A keyword of two or more characters is then a phrase of its own pairs, and a keyword of one character is a
prefix of one token.

SQLite's unicode61 and PostgreSQL's simple configuration disagree about marks, rare characters, underscores, dots and
hyphens. The tokens made here are the part on which they agree: letters without marks, ASCII digits and Han;
characters that the older Unicode tables of SQLite do not know are spelt ``u20bb7``.
"""

import re
import unicodedata

_BLANKS = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
# Scripts written without blanks: Han with 々 and 〇, kana, hangul.
_RUN = (
    r"\u3005\u3007\u3040-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    r"\U00020000-\U0003ffff"
)
_PIECES = re.compile(rf"[{_RUN}]+|[^\W_{_RUN}]+")
_IS_RUN = re.compile(rf"[{_RUN}]")
_COMMON_HAN = re.compile(r"[\u3400-\u4db5\u4e00-\u9fcc\u3041-\u3096\u30a1-\u30fa\uac00-\ud7a3]")
# The dot in names of minorities and foreigners is typed in many ways, or left out: it joins.
_NAME_DOT = re.compile(rf"(?<=[{_RUN}])\s?[·•‧∙⋅・᛫]\s?(?=[{_RUN}])")
_LONGEST_WORD = 64  # characters; PostgreSQL refuses to index words over 2 kB
_NUMBER_FIRST = re.compile(r"(\d+e\d+)([^\d].*)")
PREFIX = "*"


def normalise(text: str) -> str:
    """NFKC, lower case, invisible characters gone, blanks collapsed: equal texts become equal strings."""
    folded = unicodedata.normalize("NFKC", _CONTROL.sub(" ", text)).lower()
    return _BLANKS.sub(" ", _INVISIBLE.sub("", folded)).strip()


def _characters(run: str) -> list[str]:
    """The characters of a Han run as both databases can keep them."""
    return [char if _COMMON_HAN.match(char) else f"u{ord(char):x}" for char in run]


def _words(piece: str) -> list[str]:
    """A word without marks and case; nothing if both databases would call none of it a letter or digit.

    PostgreSQL reads the beginning of 20e5ab as the number 20e5: such a word is cut there, for both.
    """
    bare = (piece if piece.isascii() else _unmarked(piece))[:_LONGEST_WORD]
    if match := _NUMBER_FIRST.fullmatch(bare):
        return [match[1], match[2]]
    return [bare] if bare else []


def _unmarked(piece: str) -> str:
    plain = unicodedata.normalize("NFKD", piece.casefold())
    letters = []
    for char in plain:
        if char.isascii():
            letters.append(char if char.isalnum() else "")
        elif char.isalpha():
            letters.append(char if ord(char) < 0x2000 else f"u{ord(char):x}")
        elif char.isdecimal():
            letters.append(str(unicodedata.decimal(char)))
    return "".join(letters)


def _pieces(text: str) -> list[tuple[bool, str]]:
    """Han runs (True) and words (False) in their order."""
    joined = _NAME_DOT.sub("", normalise(text))
    return [(bool(_IS_RUN.match(piece)), piece) for piece in _PIECES.findall(joined)]


def _pairs(characters: list[str]) -> list[str]:
    return [first + second for first, second in zip(characters, characters[1:], strict=False)]


def bigrams(text: str) -> str:
    """The index tokens of a text, separated by blanks: pairs and last character of each Han run, other words whole."""
    tokens: list[str] = []
    for is_run, piece in _pieces(text):
        if is_run:
            characters = _characters(piece)
            tokens += [*_pairs(characters), characters[-1]]
        else:
            tokens += _words(piece)
    return " ".join(tokens)


def phrases(query: str) -> list[list[str]]:
    """The keywords of a query, each a list of tokens that must follow one another in the index.

    A last token that ends in ``*`` matches every token that begins with it: a keyword that ends in a single Han
    character (诉, A4纸) finds that character before any other (``诉处``) and at the end of a run (``诉``). Inside a
    keyword a Han run that is followed by a word has ended there, so its last character is asked for too: 处理abc is
    ``处理 理 abc``.
    """
    found = []
    for keyword in normalise(query).split(" "):
        tokens: list[str] = []
        pieces = _pieces(keyword)
        for place, (is_run, piece) in enumerate(pieces):
            last = place == len(pieces) - 1
            if is_run:
                tokens += _run_tokens(_characters(piece), last=last)
            else:
                tokens += _words(piece)
        if tokens:
            found.append(tokens)
    return found


def _run_tokens(characters: list[str], *, last: bool) -> list[str]:
    """Tokens of a Han run in a keyword; the end of the last run is open."""
    if not last:
        return [*_pairs(characters), characters[-1]]
    return _pairs(characters) or [characters[0] + PREFIX]


def single_line(text: str, limit: int) -> str:
    """The text on one line of at most ``limit`` characters, cut with an ellipsis."""
    line = _BLANKS.sub(" ", _INVISIBLE.sub("", _CONTROL.sub(" ", text))).strip()
    return line if len(line) <= limit else line[: max(limit - 1, 0)].rstrip() + "…"


def excerpt(text: str, query: str, width: int) -> str:
    """About ``width`` characters around the first keyword of the query that the text holds, else the beginning."""
    line = single_line(text, 20_000)
    if len(line) <= width:
        return line
    folded, places = folded_with_places(line)
    hits = [(folded.find(word), word) for word in normalise(query).split(" ") if word]
    first = min(((at, word) for at, word in hits if at >= 0), default=(0, ""))
    start = max(places[first[0]] - max(width - len(first[1]), 0) // 3, 0)
    start = min(start, len(line) - width)
    piece = line[start : start + width].strip()
    return f"{'…' if start else ''}{piece}{'…' if start + width < len(line) else ''}"


def folded_with_places(line: str) -> tuple[str, list[int]]:
    """The folded line and, for each of its characters, the place in the line that it came from."""
    letters: list[str] = []
    places: list[int] = []
    for place, char in enumerate(line):
        for letter in unicodedata.normalize("NFKC", char).lower():
            letters.append(letter)
            places.append(place)
    return "".join(letters), places
