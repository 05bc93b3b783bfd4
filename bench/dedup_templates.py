"""Items of Reuters that share a template: stories of their own, of which every link is false."""

from pathlib import Path

from bench.cleaning_dirt import read_lines
from bench.dedup_quality import best
from bench.dedup_systems import SYSTEMS, ask
from bench.dedup_wires import events

Row = dict[str, object]

DIFFERENT = {
    "dividends": """3651 3858 4144 4177 4228 4241 4245 4253 4384 4387 4388 4991 5021 5546 6154 6155
        6205 6457 6474 6506 6514 6528 7250 7487 7746 7766 7768 7782 7837 5528 5721 5914 6151 6509
        6575 6684 6776 6801 6825 7267 7278 7474 7622 7682 7709 7776 7850 7942""",
    "funds of one house": "506 508 509 512 513 514 529 690 691 692 693 695 700 701 702",
    "stock splits": "576 1794 2259 2630 3575 3578 3831 5300",
    "bonds": """291 453 905 923 1056 1086 1141 1163 1475 1928 2088 2170 2272 2610 3503 3508 4095
        4767 5307 5824 6489 6526 7035 7711""",
    "convertible debt": """1518 1531 2277 2413 2682 3638 3705 3712 4270 4312 4895 4912 5374 5988
        6319 6663 7239 7371 7384 7655 7665 7697 7708 7717 7727 7799""",
    "oil prices posted": "3985 4453 4474 4481 4576 4584",
    "sales of a month": "1993 2062 2075 2083 2142 2192 2208",
    "money market": """336 341 411 943 953 999 1008 5223 5269 5360 5819 5905 5909 5945 6359 6399
        6452 6981 7020 7080 7100 7562 7652""",
    "exchange and interest rates": "221 1949 1983 3076 3164 3735 4298 5206 5439 6046 7207 7769",
    "treasury balances": "2858 3348 3930 5049",
    "slaughter estimates": "3057 3595 4206 5333 5928 7101 7660",
    "shipping": """49 59 106 124 368 3017 3256 3282 3329 3386 3473 4051 4171 4739 4781 5531 5866
        6404 6436 7103 7642""",
    "defence contracts": "6302 6307 6308 6828",
    "export bonuses": "2003 3324 5400",
}
"""Numbers of Reuters items of 1987, read one by one: all of them are stories of their own."""


def rows(data: Path) -> list[Row]:
    """Return a row for each kind: how many of its items each system links.

    Each is in the setting and links from the threshold that are best on `near-dev`.
    """
    wire = {event["id"]: event for event in events(data / "wire" / "reuters-a.jsonl.gz")}
    cases = list(read_lines(data / "dedup" / "near-dev.jsonl.gz"))
    kinds = {
        kind: [wire[f"reuters-{one}"] for one in sorted(map(int, numbers.split()))]
        for kind, numbers in DIFFERENT.items()
    }
    found: list[Row] = [{"kind": kind, "items": len(items)} for kind, items in kinds.items()]
    for name, settings in SYSTEMS.items():
        setting, score = best(settings, cases)
        for row, items in zip(found, kinds.values(), strict=True):
            answers = ask(setting.make(), items)
            row[name] = sum(one is not None and one[0] >= score.threshold for one in answers)
    return found
