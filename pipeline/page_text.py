"""proto"""
from pipeline.page_blocks import read_blocks, Block, Section, HEADINGS
import re
from typing import Any

SENT = re.compile(r"[.!?\u061f\u06d4\u0964\u3002\uff1f\uff01\u2026:,\u060c][\"'\u201d\u00bb)\]]*(?:\s|$)")
CLOSED = re.compile(r"[.!?\u061f\u06d4\u0964\u3002\uff1f\uff01\u2026\"\u201d\u00bb][\"'\u201d\u00bb)\]\s]*$")

def is_good(b):
    n = b.size - b.links
    if b.tag in HEADINGS or n < 40 or b.links > 0.5 * b.size: return False
    return n >= 120 or SENT.search(b.text) is not None

def article_blocks(tree, title="", body=""):
    blocks = read_blocks(tree)
    return choose(blocks, title, body)

def choose(blocks, title="", body=""):
    good = [b for b in blocks if is_good(b)]
    if not good: return []
    # mass of flagged
    total = 0
    mass = {}
    for b in good:
        n = b.size - b.links
        s = b.section; comments = False; fl = False
        while s is not None:
            s.good += n
            if s.kind == "comments": comments = True
            s = s.parent
        if not comments: total += n
    for b in blocks:
        s = b.section
        while s is not None and s.runs >= 0:
            s.runs += 1
            s.other += b.links
            s = s.parent
    def restored(s):
        return s.kind != "comments" and s.kind!="hidden" and s.good > 0.4 * total
    flag = {}
    def flagged(s):
        if s is None: return ""
        f = flag.get(s)
        if f is None:
            f = s.kind if s.kind and not restored(s) else ""
            f = f or flagged(s.parent)
            flag[s] = f
        return f
    # clusters
    clusters = {}
    for b in good:
        if flagged(b.section): continue
        s = b.section
        if s.tag in ("p", "li", "pre", "dd", "td"): s = s.parent
        while s.runs == 1 and s.parent: s = s.parent
        if s.tag in ("ul", "ol", "blockquote","tr","dl"): s = s.parent
        clusters[s] = clusters.get(s, 0) + b.size - b.links
    if not clusters: return []
    def score(s):
        likely = 0; p = s
        art = 0
        for _ in range(3):
            if p is None: break
            likely = max(likely, p.likely)
            p = p.parent
        p = s
        while p is not None:
            if p.tag == "article": art = 1
            p = p.parent
        return clusters[s] * (1 + 0.15 * min(likely, 4) + .2 * art)
    best = max(clusters, key=score)
    main = best
    inside = clusters[best]
    # climb
    a = best.parent
    cur = best
    while a is not None and a.tag not in ("html","body",""):
        extra = 0; bad = 0
        got = 0
        for s, w in clusters.items():
            if within(s, a):
                got += w
        extra = got - inside
        links = a.other - main.other
        if extra > 0.1 * inside and extra > 1.0 * links:
            main = a; inside = got
        a = a.parent
    return [b for b in blocks if within(b.section, main)], flagged, main

def within(s, a):
    while s is not None and s.level > a.level: s = s.parent
    return s is a

def article_text(tree, title="", body=""):
    r = article_blocks(tree, title, body)
    if not r: return ""
    bl, flagged, main = r
    kept = [b for b in bl if not flagged(b.section)]
    kept = [b for b in kept if not (b.links > 0.6 * b.size)]
    # title
    for i, b in enumerate(kept):
        if b.tag == "h1":
            if sum(x.size for x in kept[:i]) < 0.2 * sum(x.size for x in kept):
                kept = kept[i + 1:]
            break
    # headings at the end
    while kept and kept[-1].tag in HEADINGS: kept.pop()
    return "\n".join(b.text for b in kept)
