"""How cleaning works under the settings, and the word lists that it works with."""

from pathlib import Path

from agents.newsroom import FilesWrong, read_all
from agents.settings import Settings
from pipeline.cleaning import CleaningOptions
from pipeline.lines import LineRules, shipped_rules
from pipeline.own_lists import Extended, OwnList, extend
from pipeline.patterns import shipped


def read_word_lists(folder: Path) -> Extended:
    """Return the shipped word lists with the lines of a newsroom's own, `*.txt` in a directory.

    Raises FilesWrong, and WordListError for a line that is wrong.
    """
    if not folder.is_dir():
        raise FilesWrong(f"{folder} is no directory; point BARQ_WORDLISTS at one of word lists.")
    files = sorted(path for path in folder.iterdir() if path.suffix == ".txt" and path.is_file())
    own = read_all(files, lambda text, origin: [OwnList(Path(origin).stem, text, origin)])
    return extend(shipped(), own)


def cleaning_options(settings: Settings) -> CleaningOptions:
    """Return how cleaning works under the settings. Raises as `read_word_lists` does."""
    folder = settings.wordlists
    lines = shipped_rules() if folder is None else LineRules(read_word_lists(folder).lists)
    return CleaningOptions(settings.minimum_text, settings.too_little, lines=lines)


def told(found: Extended) -> str:
    """Return in a few words what a newsroom's own lists do to the shipped ones."""
    lines = "1 line" if found.added == 1 else f"{found.added} lines"
    return f"{lines} added to barq's own word lists and {found.taken_out} taken out"
