"""The benchmark's wire: the same for the same seed, with copies and versions to be found."""

from collections import Counter

from bench import stages
from bench.articles import key_of, make_wire
from pipeline import codec


def test_the_same_seed_makes_the_same_wire() -> None:
    assert make_wire(300, seed=7) == make_wire(300, seed=7)


def test_another_seed_or_name_makes_another_wire() -> None:
    first = {codec.decode(raw)["title"] for raw in make_wire(100, seed=7)}
    other_seed = {codec.decode(raw)["title"] for raw in make_wire(100, seed=8)}
    other_name = {codec.decode(raw)["title"] for raw in make_wire(100, seed=7, name="other")}
    assert not first & other_seed
    assert not first & other_name


def test_a_longer_wire_begins_with_the_shorter_one() -> None:
    assert make_wire(200, seed=3)[:50] == make_wire(50, seed=3)


def test_no_edition_of_an_article_is_fed_twice() -> None:
    events = [codec.decode(raw) for raw in make_wire(2000, seed=1)]
    editions = Counter((event["source"], event["id"], event["version"]) for event in events)
    assert max(editions.values()) == 1


def test_articles_have_about_the_size_that_was_asked_for() -> None:
    for size in (1_000, 10_000, 100_000):
        sizes = [len(raw) for raw in make_wire(40, seed=1, size=size)]
        assert 0.7 * size < sum(sizes) / len(sizes) < 1.5 * size


def test_both_languages_copies_versions_and_alerts_come_out_of_the_stages() -> None:
    clean, judge = stages.bind("cleaning")["raw"], stages.bind("dedup")["clean"]
    tag, alerting = stages.bind("tagging")["unique"], stages.bind("alerting")
    cleaned = [out for raw in make_wire(400, seed=1) for out in clean(raw, key_of(raw), 0, 0.0)]
    judged = [out for one in cleaned for out in judge(one.value, one.key, 0, 0.0)]
    tagged = [
        out for one in judged if one.topic == "unique" for out in tag(one.value, one.key, 0, 0.0)
    ]
    matches = [out for one in tagged for out in alerting["tagged"](one.value, one.key, 0, 0.0)]
    alerts = [out for one in matches for out in alerting["matches"](one.value, one.key, 0, 0.0)]
    assert {one.key for one in cleaned} == {b"ar", b"en"}
    verdicts = {codec.decode(one.value)["story"]["verdict"] for one in judged}
    assert {"new", "update", "exact"} <= verdicts
    assert all(codec.decode(one.value)["entities"] for one in tagged)
    assert {one.topic for one in alerts} <= set(stages.sinks("alerting"))
    assert len([one for one in alerts if one.topic == "alerts"]) == len(matches) > 10
