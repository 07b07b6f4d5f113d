// map: every point of the iteration space on its own: elementwise functions with whatever index
// maps their operands have (broadcast, transpose, slice, pad, concat, gather).
//
//   for at in 0 .. POINTS - 1:  stores(at)
//
// THE HOLE (scalar.cuh): Buffers, Index (int or long long), and
//   constexpr Index POINTS; constexpr int LANES;
//   void points(const Buffers&, Index at)   the LANES points from `at` on, a multiple of LANES,
//                                           with vector loads and stores where arrays allow
//   void point(const Buffers&, Index at)    a single point, for the rest when LANES does not divide
//
// Launch: map <<< any, 256 >>>, grid-stride; enough blocks to fill the device, no more than points.
// Bytes: each array once where it is contiguous. Flops: those of the expression.
#define HOLE_MAP
#include "scalar.cuh"

extern "C" __global__ __launch_bounds__(256) void map(Buffers buffers) {
  Index first = (Index)blockIdx.x * blockDim.x + threadIdx.x;
  Index step = (Index)gridDim.x * blockDim.x;
  for (Index i = first; i < POINTS / LANES; i += step) points(buffers, i * LANES);
  if constexpr (POINTS % LANES != 0) {
    if (first < POINTS % LANES) point(buffers, POINTS - POINTS % LANES + first);
  }
}
