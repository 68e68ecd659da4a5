"""Photographs made small: decoded by Pillow and written anew, without what the camera noted (place, time, owner).

A file of a few kilobytes may unfold to gigabytes, so a process of its own decodes it, with little memory, little time
and none of the platform's keys; whatever happens to it, the page answers with a sentence.
"""

import resource
import subprocess
import sys

PATIENCE = 20  # seconds on the clock
_MEMORY, _SECONDS = 1024 * 1024 * 1024, 10  # bytes of address space, seconds of processor time
_QUALITY = 85


class Unreadable(Exception):
    """No picture came out of it."""


def small_jpeg(content: bytes, *, within: tuple[int, int]) -> bytes:
    """Return a JPEG or PNG as a JPEG of at most `within` pixels, upright and without metadata. Raises `Unreadable`.

    The caller has bounded the pixels that the header claims.
    """
    command = [sys.executable, "-I", __file__, *map(str, within)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=PATIENCE, check=False, env={})
    except subprocess.TimeoutExpired:
        raise Unreadable("timeout") from None
    if done.returncode or not done.stdout.startswith(b"\xff\xd8\xff"):
        raise Unreadable(f"status {done.returncode}")
    return done.stdout


def _main(width, height):
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    from io import BytesIO

    from PIL import Image, ImageOps  # only this process pays for it

    with Image.open(BytesIO(sys.stdin.buffer.read()), formats=("JPEG", "PNG")) as picture:
        picture.draft("RGB", (2 * width, 2 * height))  # a photograph need not be decoded larger than twice the result
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((width, height))
        seen = upright.convert("RGBA")
        on_white = Image.new("RGB", seen.size, "white")
        on_white.paste(seen, mask=seen)
        on_white.save(sys.stdout.buffer, "JPEG", quality=_QUALITY, optimize=True)


if __name__ == "__main__":
    _main(int(sys.argv[1]), int(sys.argv[2]))
