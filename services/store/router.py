"""ArticleExtracted → saved → EventChanged; ArticleGone → marked; DeadLetter → saved.

Articles are written before their history and their events, and each delivery makes good what an earlier one, cut off
half-way, left undone: so a kill anywhere, followed by the redelivery, ends as if nothing had happened. Every event that was
written is announced before the delivery is done; a redelivery announces it again, under the same `ce_id`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from services.store.ages import ages_of
from services.store.gone import marked, removal_of
from services.store.repository import Repository
from services.store.revisions import Decision, SavedArticle, Verdict, decide, revision_of
from services.store.settle import Settler
from shared.broker import Delivered
from shared.documents import Article
from shared.lifecycle import utc_now
from shared.messages import ArticleExtracted, ArticleGone, DeadLetter, Message
from shared.outcomes import Retry
from shared.telemetry import Metrics
from shared.tracing import span, tell

# Losing a race once is rare; losing this many in a row means something else is wrong.
_TRIES = 10
# A first delivery may have written the event and died before it was announced.
_MAYBE_UNANNOUNCED = {Verdict.again, Verdict.stale}


class Router:
    """The store's handlers."""

    def __init__(self, repository: Repository, settler: Settler, metrics: Metrics, now: Callable[[], datetime] = utc_now) -> None:
        self._repository, self._settler, self._metrics, self._now = repository, settler, metrics, now

    async def on_article(self, delivered: Delivered[ArticleExtracted]) -> Sequence[Message]:
        """Save the article and its revision, and bring all events it is to do with in line; what that changes is announced."""
        with span("save"):
            decision = await self._save(delivered.message.article)
            if decision.verdict is Verdict.new:
                self._tell_ages(delivered.message.article)
            await self._keep(decision.article)
            await self._mark(decision.article)
            tell(kabar__article=decision.article.id, kabar__change=decision.verdict.value, kabar__revision=decision.article.revision)
        again = decision.verdict in _MAYBE_UNANNOUNCED
        await self._settler.settle(decision.article, delivered.correlation_id, announce_again=again)
        self._metrics.article(decision.verdict)
        return ()

    async def on_gone(self, delivered: Delivered[ArticleGone]) -> Sequence[Message]:
        """Mark the articles of that URL, now or when they come: whichever of the two is written later looks for the other. Their events
        say so too."""
        first = await self._repository.remember_removal(removal_of(delivered.message))
        if first:
            self._metrics.saved("removals", "created")
        for article in await self._repository.articles_at(delivered.message.url):
            with span("save"):
                await self._mark(article)
            await self._settler.settle(article, delivered.correlation_id, announce_again=not first)
        return ()

    async def on_dead_letter(self, delivered: Delivered[DeadLetter]) -> Sequence[Message]:
        """Save the dead letter, once."""
        with span("save"):
            if await self._repository.bury(delivered.message):
                self._metrics.saved("dead_letters", "created")
        return ()

    async def _save(self, incoming: Article) -> Decision:
        """Bring `incoming` into `articles`, deciding anew whenever another copy of the store was faster."""
        for _ in range(_TRIES):
            stored = await self._repository.article(incoming.id)
            decision = decide(stored, incoming)
            if decision.article == stored:
                return decision
            if stored is not None and decision.verdict is Verdict.changed:
                # The version about to be overwritten may have lost its place in the history to a kill.
                await self._keep(stored)
            if await self._repository.put_article(decision.article, replacing=stored):
                self._metrics.saved("articles", decision.verdict)
                return decision
        raise Retry("store_conflict", detail=incoming.id)

    async def _mark(self, article: SavedArticle) -> None:
        """Bring the article's `gone_at` in line with the removals we know of."""
        for _ in range(_TRIES):
            target = marked(article, await self._repository.removals(article.url))
            if target == article:
                return
            if await self._repository.put_article(target, replacing=article):
                self._metrics.saved("articles", Verdict.gone)
                return
            article = await self._repository.article(article.id) or article
        raise Retry("store_conflict", detail=article.id)

    def _tell_ages(self, article: Article) -> None:
        for leg, age in ages_of(article, self._now()):
            if isinstance(age, str):
                self._metrics.age_left_out(leg, age)
            else:
                self._metrics.age(leg, age)

    async def _keep(self, article: SavedArticle) -> None:
        if await self._repository.keep(revision_of(article)):
            self._metrics.saved("revisions", "created")
