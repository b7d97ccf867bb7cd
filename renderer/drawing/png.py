"""PNG files as bytes: what is wrong with one, and the same one in other colours; pure.

The format is that of https://www.w3.org/TR/png-3/.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

from renderer.figures.theme import RGB

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def find_problem(png: bytes, width: int, height: int) -> str | None:
    """Return what is wrong with a picture of that size in pixels, None if nothing is.

    It ends a sentence that begins with the picture: `is blank`.
    """
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
    """Return the compressed pixels: the chunks named IDAT, joined."""
    return b"".join(body for name, body in split_chunks(png) if name == b"IDAT")


def recolour(png: bytes, change: Callable[[RGB], RGB]) -> bytes:
    """Return a palette PNG with each colour changed; one without a palette stays.

    The pixels only name colours of the palette and stay as they are, so this costs
    next to nothing.
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
    """Yield the name and the body of each chunk.

    >>> list(split_chunks(SIGNATURE + make_chunk(b"IEND", b"")))
    [(b'IEND', b'')]
    """
    at = len(SIGNATURE)
    while at < len(png):
        end = at + 8 + int.from_bytes(png[at : at + 4], "big")
        yield png[at + 4 : at + 8], png[at + 8 : end]
        at = end + 4


def make_chunk(name: bytes, body: bytes) -> bytes:
    r"""Return a chunk as the file has it, with its length and its checksum.

    >>> make_chunk(b"IEND", b"")
    b'\x00\x00\x00\x00IEND\xaeB`\x82'
    """
    check = zlib.crc32(name + body)
    return len(body).to_bytes(4, "big") + name + body + check.to_bytes(4, "big")
