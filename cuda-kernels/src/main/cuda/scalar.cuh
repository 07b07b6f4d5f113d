// The default hole: makes each template compile and run alone. The compiler puts its own text in
// the place of this file.
#ifdef HOLE_CONTRACT
#include "contract_default.cuh"
#endif
#ifdef HOLE_ELEMENT
#include "element_default.cuh"
#endif
#ifdef HOLE_MAP
#include "map_default.cuh"
#endif
#ifdef HOLE_LOOP
#include "loop_default.cuh"
#endif
#if defined(HOLE_TENSORS) || defined(HOLE_FOLD_TENSORS)
#include "tensors_default.cuh"
#endif
#ifdef HOLE_SCATTER
#include "scatter_default.cuh"
#endif
#ifdef HOLE_ARGSORT
#include "argsort_default.cuh"
#endif
