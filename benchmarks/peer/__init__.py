"""Project and peers side by side: what is measured, by which clock, and how it is printed.

``comparison``
    What a task is: the project's call, its peers, its targets, its limit.
``task``
    The tasks, one module for each family of methods.
``clock``
    Seconds of processor time of a piece of work.
``rscript``, ``python``
    Peers in R, one process for each task, and peers in this interpreter.
``measure``
    One task run: answers compared first, then times.
``outcome``
    What became of a peer.
``table``
    What a reader sees.
``record``
    What is kept for the pages of methods.
"""

import os

# One core for both sides: numpy reads this when it is loaded, and R when it starts.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"
