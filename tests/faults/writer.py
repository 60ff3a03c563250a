"""Appends until told to stop, and says on stdout what was stored and what was refused.

Usage: writer.py FILE THREADS EACH CHECKPOINT_PAGES [NAME]. Lines: ``ack NAME NUMBER
INDEX`` once an append has returned, ``no NAME NUMBER ERROR`` once it has raised.
"""

import os
import sys
import threading

from pubguard_plugins.stores.sqlite import SqliteStore

from pubguard.clock import SystemClock
from pubguard.errors import PubguardError
from pubguard.events import ApprovalRecorded, ChallengeFailed, Event
from pubguard.log.eventlog import EventLog

threading.stack_size(256 * 1024)


def main(path, threads, each, pages, name="w"):
    store = SqliteStore(path=path, checkpoint_pages=pages)
    clock = SystemClock()
    try:
        log = EventLog(store, clock)
    except PubguardError as error:
        say(f"no {name} open {type(error).__name__}: {error.message}")
        return
    say(f"ready {name} 0 0")

    def work(thread):
        for turn in range(each):
            number = thread * each + turn
            # as large as a decision, and with a sealed value
            data = ChallengeFailed(challenge="c" * 600, binding=f"{name}-{number}")
            if number % 7 == 0:
                data = ApprovalRecorded(digests={"": f"{name}-{number}"}, authors=("x" * 500,))
            event = Event(
                at=clock.now(),
                data=data,
                release=f"r{number % 50}",
                sealed={"note": f"{name}-{number}"},
            )
            try:
                (ref,) = log.append([event], {}, {}, timeout=30.0)
                say(f"ack {name} {number} {ref.index}")
            except PubguardError as error:
                say(f"no {name} {number} {type(error).__name__}: {error.message}")

    pool = [threading.Thread(target=work, args=(n,)) for n in range(threads)] if threads else []
    for thread in pool:
        thread.start()
    for thread in pool:
        thread.join()
    if not pool:
        work(0)
    say(f"done {name} 0 0")


def say(line):
    os.write(1, line.encode() + b"\n")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:5]), *sys.argv[5:])
    os._exit(0)  # as abruptly as a crash: no clean close
