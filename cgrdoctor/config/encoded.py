"""Foreign bytes as text: what editors, PowerShell and consoles write is not always UTF-8."""

from __future__ import annotations

MARKS = ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def decoded(data: bytes, *, cut: bool = False) -> tuple[str, str]:
    """Foreign bytes as text, and the name of the encoding they were taken for. `cut`: they go on behind their end."""
    for mark, name in MARKS:
        if data.startswith(mark):
            return data.decode(name, "replace").removeprefix("\ufeff"), name.upper()
    sample = data[:4096]
    if len(sample) > 3 and b"\0" in sample:
        little = sample[1::2].count(0) > sample[::2].count(0)
        return data.decode("utf-16-le" if little else "utf-16-be", "replace"), "UTF-16 without a mark"
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as problem:
        if cut and problem.start > len(data) - 4:
            return data[: problem.start].decode("utf-8-sig"), "UTF-8"
        return data.decode("cp1252", "replace"), "Windows-1252"
