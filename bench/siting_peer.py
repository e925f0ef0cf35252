"""spopt and pulp on the same costs; started by bench.siting in an environment of their own.

Answers ``question solver processor-seconds wall-seconds value`` for each question and solver.
"""

from __future__ import annotations

import resource
import sys
import time

import numpy as np
import pulp
from spopt.locate import MCLP, PMedian

LIMIT = 300
"""Seconds after which a solver is stopped."""


def processor_seconds() -> float:
    """Of this process and of the solvers it started."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    solvers = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + solvers.ru_utime + solvers.ru_stime


def main(file: str, questions: list[str]) -> None:
    """Build and solve each; building is part of it, as it is of what it is held against."""
    data = np.load(file)
    cost, weight, sites, within = data["cost"], data["weight"], int(data["sites"]), data["within"]
    solvers = {
        "CBC": pulp.PULP_CBC_CMD(msg=False, timeLimit=LIMIT),
        "HiGHS": pulp.HiGHS(msg=False, timeLimit=LIMIT),
    }
    for question in questions:
        for name, solver in solvers.items():
            began, started = processor_seconds(), time.perf_counter()
            if question == "cover_most":
                asked = MCLP.from_cost_matrix(cost, weight, float(within), sites)
            else:
                asked = PMedian.from_cost_matrix(cost, weight, sites)
            asked.solve(solver)
            took, wall = processor_seconds() - began, time.perf_counter() - started
            value = pulp.value(asked.problem.objective)
            print(question, name, took, wall, value, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
