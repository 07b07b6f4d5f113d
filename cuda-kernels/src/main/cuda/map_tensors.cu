// map_tensors: the same map over many tensors, elementwise: one step of an optimizer over all
// parameters, casts of all weights.
//
//   for each tensor, for at in 0 .. points of the tensor - 1:  stores(at)
//
// THE HOLE: that of tensors.cuh, and of map.cu without POINTS:
//   constexpr int LANES;
//   void points(const Buffers&, Index at)   the LANES points from `at` on
//   void point(const Buffers&, Index at)
//
// Launch: map_tensors <<< blocks of all tensors, 256 >>>, chunk a multiple of 256 * LANES.
// Bytes: each array once. Flops: those of the expression.
#define HOLE_TENSORS
#include "scalar.cuh"

#include "tensors.cuh"

extern "C" __global__ __launch_bounds__(256) void map_tensors(
    const __grid_constant__ Addresses addresses, const __grid_constant__ Pieces pieces) {
  Piece piece = piece_of(pieces);
  Buffers buffers = buffers_of(addresses, piece.tensor);
  for (Index at = piece.start + threadIdx.x * LANES; at < piece.end; at += 256 * LANES) {
    if (at + LANES <= piece.end) {
      points(buffers, at);
    } else {
      for (Index rest = at; rest < piece.end; rest++) point(buffers, rest);
    }
  }
}
