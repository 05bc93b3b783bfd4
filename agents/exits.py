"""The exit codes of every barq program, as the README lists them."""

OK = 0
PARTLY = 1
"""Something was refused or did not balance; the rest was done."""
USAGE = 2
"""A setting, a file, a rule or an argument is wrong: starting again would not help."""
UNAVAILABLE = 69
"""The broker, a topic or a program that is needed is missing."""
CRASHED = 70
"""A worker failed after it started; its supervisor starts it again."""
STUCK = 75
"""A worker made no progress or did not stop in time; its supervisor starts it again."""
