"""Shapes as a PNG, with the same Chinese font as in PDF files."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from keqiao.documents.drawing import HEIGHT, SIZE, WIDTH, Box, Path, Shape, Word
from keqiao.documents.fonts import drawable

SCALE = 3  # dots to a point: 216 to the inch
ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


@cache
def font() -> ImageFont.FreeTypeFont:
    """The font in the size of a chart's words."""
    found = files("paperang_p2_fonts_cjk") / "fonts" / "wqy-microhei.ttc"
    return ImageFont.truetype(BytesIO(found.read_bytes()), round(SIZE * SCALE))


def png(shapes: Sequence[Shape]) -> bytes:
    """The shapes on white."""
    picture = Image.new("RGB", (round(WIDTH * SCALE), round(HEIGHT * SCALE)), "white")
    draw = ImageDraw.Draw(picture)

    def at(x: float, y: float) -> tuple[float, float]:
        return x * SCALE, (HEIGHT - y) * SCALE

    for shape in shapes:
        match shape:
            case Box() if shape.wide > 0 and shape.high > 0:
                draw.rectangle(
                    [at(shape.x, shape.y + shape.high), at(shape.x + shape.wide, shape.y)], fill=shape.colour
                )
            case Path():
                points = [at(x, y) for x, y in shape.points]
                draw.line(points, fill=shape.colour, width=max(round(shape.thick * SCALE), 1), joint="curve")
            case Word():
                where = at(shape.x, shape.y)
                draw.text(where, drawable(shape.text), fill=shape.colour, font=font(), anchor=ANCHORS[shape.anchor])
    file = BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()
