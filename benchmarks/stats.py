"""Every estimator beside what else computes it: R and Python, one run, ratios of processor time.

Run ``python benchmarks/stats.py`` for all tasks, ``--only NAME`` for those whose name holds NAME;
``--write`` keeps the ratios of what was run in ``measured.json``, which the pages of methods show.
Peers are those that are installed: Python libraries in the running interpreter, R packages where
``Rscript`` finds them; the others are named as absent. A peer's answer is compared with ours
first, and one that differs is named as wrong and not counted. Both sides run on one core and
count processor time. Ours and Python's take turns in short bursts, of which the least counts; R
is timed inside R, without its start, by the best of as many repetitions.
"""

from __future__ import annotations

import argparse

from peer.measure import measure
from peer.record import record_peers
from peer.table import show_summary, show_task
from peer.task import TASKS


def main() -> None:
    """Read the command line and run the tasks."""
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], epilog=f"tasks: {', '.join(TASKS)}"
    )
    parser.add_argument("--only", metavar="NAME", default="", help="tasks whose name holds NAME")
    parser.add_argument("--repeat", type=int, default=15, help="bursts of each (15)")
    parser.add_argument("--write", action="store_true", help="keep the ratios in measured.json")
    arguments = parser.parse_args()
    chosen = [name for name in TASKS if arguments.only in name]
    if not chosen:
        parser.error(f"no task holds {arguments.only!r}; there are {', '.join(TASKS)}")
    done = {}
    for name in chosen:
        done[name] = measure(TASKS[name](), arguments.repeat)
        show_task(done[name])
    show_summary(done.values())
    if arguments.write:
        record_peers(done)


if __name__ == "__main__":
    main()
