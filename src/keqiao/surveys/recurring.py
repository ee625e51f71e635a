"""Words that recur in comments, without a dictionary: runs of two to six characters, counted by comments.

A run with nearly always the same neighbour is a piece of a longer word and left out, so that 服务态度 stands, not 务态.
"""

import re
from collections import Counter
from collections.abc import Iterable

RUN = re.compile(r"[\u4e00-\u9fff]+")
WORD = re.compile(r"[a-z][a-z'-]{2,}")
SHORTEST, LONGEST = 2, 6
# characters with which no word of content begins or ends, and which tell nothing as neighbours
LOOSE = frozenset(
    "的了是我你您他她它们在和就都也不很太这那有没吗呢吧啊被把给对还再又要会能可以着过但而与及或什么怎个些让一二两三次点"
)
ENGLISH = frozenset(
    {"the", "and", "was", "were", "for", "with", "that", "this", "you", "your", "but", "not", "have", "very"}
)
ALIKE = 0.8


def pieces(comment: str) -> set[str]:
    """Every run of characters in a comment, one longer than a word may be, and its other words; once each."""
    found = {word for word in WORD.findall(comment.lower()) if word not in ENGLISH}
    for run in RUN.findall(comment):
        for length in range(SHORTEST, LONGEST + 2):
            found.update(run[start : start + length] for start in range(len(run) - length + 1))
    return found


def recurring(comments: Iterable[str], most: int = 20) -> list[tuple[str, int]]:
    """The words said in at least two comments and in how many, the most frequent first."""
    counts = Counter(piece for comment in comments for piece in pieces(comment))
    longer: Counter[str] = Counter()  # of each piece: how often its most usual neighbour stands beside it
    for piece, count in counts.items():
        if RUN.fullmatch(piece):
            for part, neighbour in ((piece[1:], piece[0]), (piece[:-1], piece[-1])):
                if neighbour not in LOOSE:
                    longer[part] = max(longer[part], count)
    words = [
        (piece, count)
        for piece, count in counts.items()
        if count > 1 and len(piece) >= SHORTEST and (not RUN.fullmatch(piece) or whole(piece, count, longer[piece]))
    ]
    return sorted(words, key=lambda pair: (-pair[1], -len(pair[0]), pair[0]))[:most]


def whole(piece: str, count: int, longer: int) -> bool:
    """Whether the piece is a word of its own, and not part of one."""
    return len(piece) <= LONGEST and not {piece[0], piece[-1]} & LOOSE and longer < ALIKE * count
