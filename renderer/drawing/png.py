"""PNG files as bytes: whether they are good, and the same in other colours.

https://www.w3.org/TR/png-3/
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
RGB = tuple[int, int, int]


def find_problem(png: bytes, width: int, height: int) -> str | None:
    """Say what is wrong with a PNG that should show something, or None."""
    if not png.startswith(SIGNATURE) or png[-8:-4] != b"IEND":
        return "is not a whole PNG"
    size = (int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big"))
    if size != (width, height):
        return f"is {size[0]} x {size[1]} pixels, not {width} x {height}"
    try:
        rows = zlib.decompress(join_image_data(png))
    except zlib.error as error:
        return f"has broken image data: {error}"
    stride = len(rows) // height
    # A picture of one colour has at most two distinct rows once filtered.
    if len({rows[i : i + stride] for i in range(0, len(rows), stride)}) <= 2:
        return "is blank"
    return None


def join_image_data(png: bytes) -> bytes:
    """Return the compressed image data, the chunks named IDAT joined."""
    return b"".join(body for name, body in split_chunks(png) if name == b"IDAT")


def recolour(png: bytes, change: Callable[[RGB], RGB]) -> bytes:
    """Return a palette PNG in which each colour has become another.

    Its pixels stay as they are, so this costs next to nothing.
    """
    parts = [SIGNATURE]
    for name, body in split_chunks(png):
        if name == b"PLTE":
            body = b"".join(
                bytes(change((body[at], body[at + 1], body[at + 2])))
                for at in range(0, len(body), 3)
            )
        parts.append(make_chunk(name, body))
    return b"".join(parts)


def split_chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the name and the body of each chunk."""
    at = len(SIGNATURE)
    while at < len(png):
        end = at + 8 + int.from_bytes(png[at : at + 4], "big")
        yield png[at + 4 : at + 8], png[at + 8 : end]
        at = end + 4


def make_chunk(name: bytes, body: bytes) -> bytes:
    """Return a chunk as it stands in the file."""
    check = zlib.crc32(name + body)
    return len(body).to_bytes(4, "big") + name + body + check.to_bytes(4, "big")
