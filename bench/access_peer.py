"""PySAL access on the same table of minutes; started by bench.accessibility in its environment.

Answers once for every line it reads and writes its scores beside the table.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from access import fca, weights


def main(file: str) -> None:
    """Read the table, then score it by steps and by Dai's formula whenever asked."""
    warnings.simplefilter("ignore")
    data = np.load(file)
    within = float(data["within"])
    demand = pd.DataFrame({"demand": data["people"]})
    demand["geoid"] = demand.index
    supply = pd.DataFrame({"supply": data["offered"]})
    cost = pd.DataFrame({name: data[name] for name in ("origin", "dest", "cost")})
    steps = weights.step_fn({within / 3: 1.0, within * 2 / 3: 0.68, within: 0.22})
    foot = float(np.exp(-0.5))

    def dai(minutes: float) -> float:
        return max((float(np.exp(-0.5 * (minutes / within) ** 2)) - foot) / (1.0 - foot), 0.0)

    print("ready", flush=True)
    for line in sys.stdin:
        score = fca.two_stage_fca(
            demand, supply, cost, max_cost=within, demand_index="geoid", demand_name="demand",
            supply_name="supply", weight_fn={"step": steps, "gaussian": dai}[line.strip()],
        )  # fmt: skip
        np.save(Path(file).with_suffix(".scores.npy"), score.reindex(demand.index).to_numpy())
        print("done", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
