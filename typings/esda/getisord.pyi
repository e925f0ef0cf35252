# What geo uses of esda: Gi* in standard deviations.
import numpy as np
import numpy.typing as npt
from libpysal.graph import Graph

class G_Local:
    Zs: npt.NDArray[np.float64]
    def __init__(
        self,
        y: npt.NDArray[np.float64],
        w: Graph,
        transform: str = ...,
        permutations: int = ...,
        star: bool = ...,
    ) -> None: ...
