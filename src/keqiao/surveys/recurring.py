"""Words that recur in comments, without a dictionary: runs of two to four characters, counted by comments.

A piece of a longer one that is said about as often is left out, so that 等待时间 stands and 待时 does not.
"""

import re
from collections import Counter
from collections.abc import Iterable

RUN = re.compile(r"[\u4e00-\u9fff]+")
WORD = re.compile(r"[a-z][a-z'-]{2,}")
LENGTHS = range(2, 5)
# characters with which no word of content begins or ends
LOOSE = frozenset(
    "的了是我你您他她它们在和就都也不很太这那有没吗呢吧啊被把给对还再又要会能可以着过但而与及或什么怎个些让跟到说为上下里"
    "一二两三次"
)
ENGLISH = frozenset(
    {"the", "and", "was", "were", "for", "with", "that", "this", "you", "your", "but", "not", "have", "very"}
)
ALIKE = 0.8


def pieces(comment: str) -> set[str]:
    """Everything in a comment that might be a word, once each."""
    found = {word for word in WORD.findall(comment.lower()) if word not in ENGLISH}
    for run in RUN.findall(comment):
        for length in LENGTHS:
            for start in range(len(run) - length + 1):
                piece = run[start : start + length]
                if piece[0] not in LOOSE and piece[-1] not in LOOSE:
                    found.add(piece)
    return found


def recurring(comments: Iterable[str], most: int = 20) -> list[tuple[str, int]]:
    """The words said in at least two comments and in how many, the most frequent first."""
    counts = Counter(piece for comment in comments for piece in pieces(comment))
    often = {piece: count for piece, count in counts.items() if count > 1}
    parts = {
        piece[start : start + length]: count
        for piece, count in sorted(often.items(), key=lambda pair: pair[1])
        if RUN.fullmatch(piece)
        for length in range(2, len(piece))
        for start in range(len(piece) - length + 1)
    }
    kept = [(piece, count) for piece, count in often.items() if parts.get(piece, 0) < ALIKE * count]
    return sorted(kept, key=lambda pair: (-pair[1], -len(pair[0]), pair[0]))[:most]
