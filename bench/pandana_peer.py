"""pandana on the same network and points; started by bench.nearest in pandana's environment.

Says how many seconds building took, then answers once for every line it reads.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import pandana
import pandas as pd


def main(file: str) -> None:
    """Build, say how long it took, answer."""
    data = np.load(file)
    start = time.perf_counter()
    network = pandana.Network(
        pd.Series(data["x"]), pd.Series(data["y"]),
        pd.Series(data["u"].astype(np.int64)), pd.Series(data["v"].astype(np.int64)),
        pd.DataFrame({"minutes": data["minutes"]}), twoway=True,
    )  # fmt: skip
    network.precompute(30)
    print(f"built {time.perf_counter() - start}", flush=True)
    for _ in sys.stdin:
        network.set_pois("s", 30, 10, pd.Series(data["s"][0]), pd.Series(data["s"][1]))
        near = network.nearest_pois(30, "s", num_pois=10, include_poi_ids=True)
        near.loc[network.get_node_ids(pd.Series(data["h"][0]), pd.Series(data["h"][1]))]
        print("done", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
