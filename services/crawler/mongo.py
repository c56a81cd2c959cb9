"""The way into the document store: a client, and what its errors mean."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from shared.outcomes import Outage

Document = dict[str, Any]
_P = ParamSpec("_P")
_T = TypeVar("_T")


def open_client(uri: str) -> AsyncMongoClient[Document]:
    """A client that gives up soon enough for its caller to say so."""
    return AsyncMongoClient(uri, tz_aware=True, serverSelectionTimeoutMS=5_000, timeoutMS=20_000, appname="kabar-crawler")


def or_outage(work: Callable[_P, Coroutine[Any, Any, _T]]) -> Callable[_P, Coroutine[Any, Any, _T]]:
    """Whatever pymongo raises here means the store is away: what we write is ours, and checked."""

    @wraps(work)
    async def guarded(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return await work(*args, **kwargs)
        except PyMongoError as error:
            raise Outage("store_away", detail=f"{type(error).__name__}: {error}"[:300]) from error

    return guarded
