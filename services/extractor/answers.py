"""What a worker says of a page, as bytes: JSON behind one letter. Both ends use this; never pickle, for workers read strangers' pages."""

from __future__ import annotations

from pydantic_core import from_json, to_json

from shared.documents import Article
from shared.outcomes import Reject

_ARTICLE, _REJECTED, _FAILED = b"A", b"R", b"F"
_LONGEST = 500
TOO_HEAVY = Reject("page_too_heavy", "out of memory, or nested too deeply")


class ReadingFailed(Exception):
    """A defect of ours in reading a page; the message names it."""


def article_answer(article: Article) -> bytes:
    return _ARTICLE + article.model_dump_json().encode()


def reject_answer(reject: Reject) -> bytes:
    return _REJECTED + to_json([reject.reason, _sound(reject.detail)])


def failure_answer(error: Exception) -> bytes:
    return _FAILED + to_json(_sound(f"{type(error).__name__}: {error}"))


def open_answer(answer: bytes) -> Article:
    """The article. Raises the `Reject` that was answered, or `ReadingFailed`."""
    kind, body = answer[:1], answer[1:]
    if kind == _ARTICLE:
        return Article.model_validate_json(body)
    if kind == _FAILED:
        raise ReadingFailed(from_json(body))
    reason, detail = from_json(body)
    raise Reject(reason, detail)


def _sound(text: str) -> str:
    return text[:_LONGEST].encode("utf-8", "replace").decode()
