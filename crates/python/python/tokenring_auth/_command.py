"""The command `tokenring`, which is a part of the extension module."""

import signal
import sys
from typing import NoReturn

from ._native import run_command


def main() -> NoReturn:
    """Runs the command with the arguments of the process, and exits as it does."""
    # Python would note Ctrl-C and wait for the command to end; it is to end at once.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(run_command(["tokenring", *sys.argv[1:]]))
