// The default hole: makes each template compile and run alone. The compiler puts its own text in
// the place of this file.
#ifdef HOLE_CONTRACT
#include "contract_default.cuh"
#endif
#ifdef HOLE_ELEMENT
#include "element_default.cuh"
#endif
