"""Folders that are written to: is there room, and may we. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from cli.checks.finding import Finding, failure, ok, warning

LITTLE, TOO_LITTLE = 2_000_000_000, 200_000_000
"""Bytes: a WARC file is up to 1 GB, a segment of Kafka's 64 MB."""
FEW_FILES = 1_000


@dataclass(frozen=True)
class FolderSeen:
    """`refused`: why a file could not be written in it; `None`: one could. `files`: how many more it takes, `None` if it does not say."""

    what: str
    path: str
    free: int
    files: int | None
    refused: str | None


def judge_folder(seen: FolderSeen) -> Finding:
    where, free = f"The {seen.what} {seen.path}", f"{seen.free / 1e9:.1f} GB free"
    if seen.refused is not None:
        return failure("disk", f"{where} cannot be written to: {seen.refused}.", "See who owns it and how it is mounted.")
    if seen.free < TOO_LITTLE:
        return failure("disk", f"{where} has {free}.", "Make room at once: what is written now may not be kept.")
    if seen.files is not None and seen.files < FEW_FILES:
        return failure("disk", f"{where} takes only {seen.files} more files.", "Delete files, or make a file system with more inodes.")
    if seen.free < LITTLE:
        return warning("disk", f"{where} has {free}.", "Make room, or move it to a bigger disk.")
    return ok("disk", f"{where} can be written to and has {free}.")
