"""A held-back article is published after all."""

import numpy as np

from schemas import CleanArticle, ReleaseRequest, Verdict
from schemas.output import Decision, DecisionNote, Row
from streams.core.article.fingerprint import fingerprint, unpack_fingerprint
from streams.core.article.keys import identity_keys, url_key
from streams.core.article.record import Record
from streams.core.article.sketch import sketch_of, text_key
from streams.core.verdict.case import milliseconds
from streams.core.verdict.outcome import Outcome
from streams.core.window.window import Window
from streams.units import HOUR_MS


def release(window: Window, request: ReleaseRequest, position: int, arrived_at_ms: int) -> Outcome:
    """Return the released article as a story of its own, unless it was released before."""
    article = request.article
    print_ = unpack_fingerprint(fingerprint([paragraph.text for paragraph in article.paragraphs]))
    sketch = sketch_of(print_, np.ones(len(print_.exact), np.bool_))
    now_ms = max(window.stream_time_ms or arrived_at_ms, arrived_at_ms)
    cutoff_ms = now_ms - window.settings.window_hours * HOUR_MS
    url = url_key(article.source, article.canonical_url)
    keys = identity_keys(article.raw_ref, article.id, url, text_key(sketch.exact))
    _, docs = window.alive(window.look_up(keys), cutoff_ms)
    for doc in set(docs.tolist()):
        earlier = window.record(doc)
        if earlier.released and earlier.id == article.id and earlier.raw_ref == article.raw_ref:
            return Outcome(None, None, "released_before")
    record = Record(
        verdict=Verdict.NEW,
        pub_status=article.pub_status,
        revision=1,
        arrived_at_ms=arrived_at_ms,
        published_at_ms=milliseconds(article.published_at),
        updated_at_ms=milliseconds(article.updated_at),
        story_position=position,
        raw_ref=article.raw_ref,
        id=article.id,
        source=article.source,
        story_id=article.id,
        title=article.title or "",
        version=article.version or "",
        url_key=url,
        identity=keys,
        sketch=sketch,
        released=True,
    )
    released = CleanArticle.model_construct(
        **{name: getattr(article, name) for name in CleanArticle.model_fields}
    ).model_copy(
        update={
            "story_id": article.id,
            "verdict": Verdict.NEW,
            "revision": 1,
            "related_to": article.duplicate_of,
            "duplicate_of": None,
            "decision": Decision(
                rule=Row.RELEASED,
                candidates=article.decision.candidates,
                thresholds=article.decision.thresholds,
                notes=(DecisionNote(request.reason),) if request.reason else (),
            ),
        }
    )
    return Outcome(released, record.pack(), "released")
