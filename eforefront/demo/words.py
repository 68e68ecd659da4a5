"""Lists of names, written as text."""


def words(*lines: str) -> tuple[str, ...]:
    """Return the words of some lines, parted by blanks."""
    return tuple(word for line in lines for word in line.split())
