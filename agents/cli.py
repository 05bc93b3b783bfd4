"""The `barq` command: arguments in, a call, an exit code out; every error is one sentence."""

import sys
from collections.abc import Callable

from agents import cli_desk, cli_wire, exits
from agents.cli_app import app
from agents.settings import SettingsError

COMMANDS = (cli_wire, cli_desk)
"""The modules whose commands hang in the application once they are imported."""


def failures() -> dict[type[Exception], int]:
    """Return the errors that end a command with one sentence, and each one's exit code."""
    from agents.clients import BrokerMissing
    from agents.health import PortTaken
    from agents.inputs import InputsWrong
    from agents.letters import LetterWrong
    from agents.newsroom import FilesWrong
    from agents.processes import CannotStart
    from agents.subscription import SubscriptionWrong
    from agents.topics import TopicsWrong
    from pipeline.own_lists import WordListError
    from pipeline.rules import RuleError
    from pipeline.watchlists import WatchlistError

    return {
        SettingsError: exits.USAGE,
        FilesWrong: exits.USAGE,
        RuleError: exits.USAGE,
        WatchlistError: exits.USAGE,
        WordListError: exits.USAGE,
        BrokerMissing: exits.UNAVAILABLE,
        TopicsWrong: exits.UNAVAILABLE,
        InputsWrong: exits.USAGE,
        LetterWrong: exits.USAGE,
        SubscriptionWrong: exits.USAGE,
        PortTaken: exits.UNAVAILABLE,
        CannotStart: exits.UNAVAILABLE,
    }


def main(call: Callable[[], None] = app) -> None:
    """Run the command line; errors that a person can mend are one sentence on standard error."""
    try:
        call()
    except Exception as error:
        for kind, code in failures().items():
            if isinstance(error, kind):
                print(f"barq: {error}", file=sys.stderr)  # noqa: T201
                sys.exit(code)
        raise


__all__ = ["app", "main"]

if __name__ == "__main__":
    main()
