from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.crawler.discover.links import Kind, Link
from services.crawler.gone import NOT_THERE, Loss, loss_of
from services.crawler.known import Known, State, found
from services.crawler.revisit import Revisits
from services.crawler.validators import Validators
from shared.outcomes import Reject
from shared.sites import Site

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
REVISITS = Revisits((3_600.0,), 900.0, 300.0, 21_600.0)
NEW = found(Link("https://situs.example/berita/1", Kind.article), Site(id="s", name="S", home="https://situs.example/"), NOW)
PUBLISHED = NEW.used(NOW, Validators('"1"', None), "sha256:x", REVISITS)


def after(*reasons: str) -> Known:
    known = PUBLISHED
    for reason in reasons:
        known = known.refused(NOW, Reject(reason), REVISITS)
    return known


@pytest.mark.parametrize(
    ("known", "reason", "well", "loss"),
    [
        pytest.param(NEW, "http_410", True, Loss.none, id="never published"),
        pytest.param(replace(NEW, state=State.refused, reason="http_404"), "http_404", True, Loss.none, id="never published, twice"),
        pytest.param(PUBLISHED, "http_403", True, Loss.none, id="another reason"),
        pytest.param(PUBLISHED, "http_410", True, Loss.lost, id="410 at once"),
        pytest.param(PUBLISHED, "http_404", True, Loss.doubted, id="404 once"),
        pytest.param(after("http_404"), "http_404", True, Loss.lost, id="404 twice"),
        pytest.param(after("redirect_to_home"), "soft_404", True, Loss.lost, id="two ways to say it"),
        pytest.param(after("http_403"), "http_404", True, Loss.doubted, id="forbidden, then 404"),
        pytest.param(after("http_404").unchanged(NOW, REVISITS), "http_404", True, Loss.doubted, id="there in between"),
        pytest.param(PUBLISHED, "http_410", False, Loss.in_trouble, id="410 of a host in trouble"),
        pytest.param(after("http_404"), "http_404", False, Loss.in_trouble, id="404 twice of a host in trouble"),
        pytest.param(PUBLISHED.gone(NOW, Reject("http_410"), REVISITS), "http_404", True, Loss.still_lost, id="known to be gone"),
    ],
)
def test_what_an_answer_says_of_an_article(known: Known, reason: str, well: bool, loss: Loss) -> None:
    assert loss_of(known, Reject(reason), host_well=well) is loss


@pytest.mark.parametrize("reason", sorted(NOT_THERE))
def test_nothing_is_kept_that_could_hide_its_return(reason: str) -> None:
    gone = PUBLISHED.gone(NOW, Reject(reason), REVISITS)
    assert (gone.state, gone.reason, gone.published_at) == (State.gone, reason, NOW)
    assert (gone.raw_digest, gone.validators) == (None, Validators())
