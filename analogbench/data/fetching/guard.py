"""Runs a command, and ends it as soon as the process that asked for it is gone, however that came to its end.

`python -m analogbench.data.fetching.guard COMMAND ARGUMENT...`, as the leader of a session, with a pipe as its
standard input that nobody writes to: the pipe closes when the asking process closes it or dies.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading


def main() -> int:
    """Run the command of the command line and return its exit code."""
    process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    threading.Thread(target=_end_with_parent, args=(process,), daemon=True).start()
    return process.wait() & 0xFF


def _end_with_parent(process: subprocess.Popen[bytes]) -> None:
    os.read(0, 1)  # returns when the pipe is closed
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(0, signal.SIGKILL)  # the command may have started others


if __name__ == "__main__":
    sys.exit(main())
