"""One peer of the language benchmark, run in the peers' environment, which has no barq.

`python language_peers.py NAME` reads a JSON list of lists of texts and writes for each list the
codes and the CPU time: `[{"codes": […], "seconds": …}, …]`.
"""

import json
import sys
from collections.abc import Callable
from time import process_time

SAME = {"iw": "he", "no": "nb", "jw": "jv", "zh-Hant": "zh", "fil": "tl"}
"""Other names of a language: no peer loses by how it calls one."""


def eldc() -> Callable[[str], str]:
    import eldc as module  # noqa: PLC0415  (each peer loads only itself)

    module.init()
    detect: Callable[[str], str] = module.detect
    return detect


def pycld2() -> Callable[[str], str]:
    import pycld2 as module  # noqa: PLC0415

    def detect(text: str) -> str:
        try:
            _, _, found = module.detect(text, isPlainText=True, bestEffort=True)
        except module.error:  # it refuses some code points
            return "und"
        return str(found[0][1])

    return detect


def py3langid() -> Callable[[str], str]:
    import py3langid as module  # noqa: PLC0415

    return lambda text: str(module.classify(text)[0])


def lingua() -> Callable[[str], str]:
    from lingua import LanguageDetectorBuilder  # noqa: PLC0415

    builder = LanguageDetectorBuilder.from_all_languages()
    detector = builder.with_preloaded_language_models().build()

    def detect(text: str) -> str:
        found = detector.detect_language_of(text)
        return found.iso_code_639_1.name.lower() if found else "und"

    return detect


PEERS: dict[str, Callable[[], Callable[[str], str]]] = {
    "eldc": eldc,
    "pycld2": pycld2,
    "py3langid": py3langid,
    "lingua": lingua,
}


def timed(detect: Callable[[str], str], texts: list[str]) -> dict[str, object]:
    """Return the codes of texts and the CPU time that they took."""
    begun = process_time()
    codes = [detect(text) for text in texts]
    seconds = process_time() - begun
    return {"codes": [SAME.get(code, code) for code in codes], "seconds": seconds}


def main() -> None:
    """Answer the lists on standard input."""
    detect = PEERS[sys.argv[1]]()
    detect("A sentence that loads whatever is loaded late.")
    json.dump([timed(detect, texts) for texts in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main()
