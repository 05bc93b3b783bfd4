"""The cleaning hop: its options come from the settings, and it counts what it removed."""

from collections import Counter
from pathlib import Path

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from agents import metrics
from agents.cleaning import CleaningHop
from agents.settings import load_settings
from pipeline.cleaning import clean
from pipeline.outcome import Drop, Outcome
from pipeline.own_lists import WordListError

LEAD = "The ferry will sail again before the winter, the harbour master said."
ARABIC = "قال المدير إن الركاب \ufefb ينتظرون  طويلا أمام الرصيف الشمالي."
READ = "قال المدير إن الركاب لا ينتظرون طويلا أمام الرصيف الشمالي."


def counted() -> dict[tuple[str, str], float]:
    """Return what the metrics of cleaning stand at, by name and rule."""
    return {
        (sample.name, sample.labels.get("rule", "")): sample.value
        for family in text_string_to_metric_families(generate_latest(metrics.REGISTRY).decode())
        for sample in family.samples
    }


def test_each_place_of_a_removal_counts_and_so_does_each_character_lost() -> None:
    hop = CleaningHop(load_settings())
    body = f"{LEAD}\u200b a\u200b b\u200b\u200b c\n\nTweet\nTweet\n{ARABIC}"
    outcomes: list[Outcome] = [
        clean({"id": number, "source": "desk", "title": "T", "body": body}, hop.options)
        for number in (1, 2)
    ]
    noted: Counter[tuple[str, ...]] = Counter()
    for outcome in (*outcomes, Drop("withheld")):
        hop.note(outcome, noted)
    before = counted()
    hop.observe(noted)
    after = counted()
    grown = {key: value - before.get(key, 0) for key, value in after.items()}
    removals, characters = "barq_removals_total", "barq_removed_characters_total"
    assert grown[removals, "invisible-character"] == 2 * 3
    assert grown[characters, "invisible-character"] == 2 * 4
    assert grown[removals, "share"] == 2 * 2
    assert grown[characters, "share"] == 2 * 2 * len("Tweet")
    assert grown[removals, "presentation-form"] == 2
    assert grown[characters, "presentation-form"] == 0
    assert grown["barq_clean_characters_total", ""] == 2 * len(f"{LEAD} a b c\n{READ}")
    lost = sum(value for (name, _), value in grown.items() if name == characters)
    # The ligature is one letter that becomes two.
    assert lost + grown["barq_clean_characters_total", ""] == 2 * (len(body) + 1)


def test_a_worker_does_not_start_on_a_wrong_word_list(tmp_path: Path) -> None:
    (tmp_path / "share.txt").write_text("…", "utf-8")
    with pytest.raises(WordListError, match=r"share\.txt, line 1"):
        CleaningHop(load_settings(wordlists=tmp_path))


def test_what_too_little_text_means_comes_from_the_settings() -> None:
    options = CleaningHop(load_settings(minimum_text=40, too_little="reject")).options
    assert (options.minimum_text, options.too_little) == (40, "reject")
