from pathlib import Path

import pytest

from base.document import load
from handoff.scripts import read

DEMO = Path(__file__).parents[3] / "config" / "demo" / "scripts.yaml"


def test_the_demo_has_every_topic_in_both_languages():
    document = load(DEMO.read_text(encoding="utf-8"), str(DEMO))
    book, findings = read(document.value)
    assert document.problems == []
    assert findings == []
    assert {"transfer_abroad", "support", "sales"} <= book.topics.keys()
    for scripts in book.topics.values():
        assert scripts.keys() == {"en", "zh"}
        assert len(scripts["en"].steps) == len(scripts["zh"].steps)


def test_the_topic_goes_before_the_business_and_the_queue():
    book, _ = read({"loan": {"en": {"title": "Loan"}}, "support": {"zh": {"title": "支持"}}})
    assert book.find(("loan", "support"), "en").title == "Loan"
    assert book.find(("", "unknown", "support"), "zh").title == "支持"
    assert book.find(("support",), "en").title == "支持"
    assert book.find(("unknown",), "en") is None


@pytest.mark.parametrize(
    ("plain", "path"),
    [
        ({"t": 1}, ("t",)),
        ({"t": {"fr": {"title": "x"}}}, ("t", "fr")),
        ({"t": {"en": []}}, ("t", "en")),
        ({"t": {"en": {}}}, ("t", "en")),
        ({"t": {"en": {"title": "x", "step": []}}}, ("t", "en", "step")),
        ({"t": {"en": {"title": "x", "steps": "one"}}}, ("t", "en", "steps")),
        ({"t": {"en": {"title": "x", "answers": [{"q": "?"}]}}}, ("t", "en", "answers", 0)),
    ],
)
def test_a_mistake_is_told_with_its_place_and_spares_the_rest(plain, path):
    book, (finding,) = read({**plain, "good": {"en": {"title": "Good"}}})
    assert finding.path == path
    assert finding.message.text("zh")
    assert finding.remedy.text("en")
    assert book.find(("good",), "en") is not None
