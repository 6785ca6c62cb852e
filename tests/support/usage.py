"""What processes use, read from /proc (Linux)."""

import os
from pathlib import Path

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
BLOCK_BYTES = 512  # what st_blocks counts in


def rss_bytes(pid: int) -> int:
    """Return the resident memory of a process; 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * PAGE_BYTES
    except (OSError, IndexError):
        return 0


def children(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                # The name stands in parentheses, and may hold any.
                fields = (entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == pid:
                found.append(int(entry.name))
    return found


def scratch_bytes(pid: int, folder: Path) -> int:
    """Return the disk space of the files without a name that a process holds open in a folder."""
    size = 0
    try:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            if str(link.readlink()).startswith(f"{folder.resolve()}/"):
                size += link.stat().st_blocks * BLOCK_BYTES
    except OSError:
        pass  # it has ended, or closed the file just now
    return size


def folder_bytes(folder: Path) -> int:
    """Return the disk space of all files below a folder."""
    size = 0
    for path in folder.rglob("*"):
        try:
            size += path.stat().st_blocks * BLOCK_BYTES
        except OSError:
            continue  # deleted meanwhile
    return size
