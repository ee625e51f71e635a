"""Small pictures that stand for the photographs which customers send."""

import struct
import zlib

from keqiao.workspace.demo.dice import Dice

WIDTH, HEIGHT = 240, 180


def photograph(dice: Dice) -> bytes:
    """A PNG of a wall, a floor, a white appliance and a dark spot on it, somewhere else each time."""
    left, top = dice.randint(30, 100), dice.randint(15, 45)
    spot = (dice.randint(left + 15, left + 70), dice.randint(top + 30, top + 80), dice.randint(8, 20))
    wall, floor = dice.randint(170, 210), dice.randint(110, 150)
    rows = []
    for y in range(HEIGHT):
        row = bytearray([0])
        for x in range(WIDTH):
            row += bytes(pixel(x, y, left, top, spot, wall, floor))
        rows.append(bytes(row))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"".join(rows)))
        + chunk(b"IEND", b"")
    )


def pixel(
    x: int, y: int, left: int, top: int, spot: tuple[int, int, int], wall: int, floor: int
) -> tuple[int, int, int]:
    """The colour of one point."""
    if (x - spot[0]) ** 2 + (y - spot[1]) ** 2 < spot[2] ** 2:
        return 92, 74, 60
    if left < x < left + 90 and top < y < 155:
        shade = 235 - (x - left) // 5
        return shade, shade, shade + 4
    if y > 142:
        return floor, floor - 14, floor - 34
    return wall, wall - 2, wall - 10


def chunk(kind: bytes, data: bytes) -> bytes:
    """One part of a PNG with its length and checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
