"""Runs the command: `python -m tokenring_auth get-token …`."""

from ._command import main

if __name__ == "__main__":
    main()
