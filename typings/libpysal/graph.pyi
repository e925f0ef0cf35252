# What geo uses of libpysal: neighbours for esda.
from scipy.sparse import csr_array

class Graph:
    @classmethod
    def from_sparse(cls, sparse: csr_array) -> Graph: ...
    def assign_self_weight(self, weight: float = ...) -> Graph: ...
