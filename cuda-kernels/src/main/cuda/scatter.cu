// scatter: additions at rows read from memory, the gradient of an embedding or of any gather, always
// in the order of the points: the same bits in every run, without atomics.
//
//   target[outer, row, inner] = base(outer, row, inner)
//   for point in 0 .. POINTS - 1:
//     target[outer, row_of(outer, point, inner), inner] += update(outer, point, inner)
//
// A warp owns TILE rows and 32 inner positions, a lane each. It reads the row of 32 points at a time
// and takes the updates of those that hit its rows, in order. Where rows differ between inner
// positions (a scatter along an axis) each lane walks all points.
//
// THE HOLE (scalar.cuh): Buffers, Index, and
//   constexpr Index OUTER, ROWS, POINTS, INNER; constexpr Index TILE;
//   constexpr bool IN_PLACE;                        the target holds the base already
//   constexpr bool BY_LANE;                         row_of depends on inner
//   Index row_of(const Buffers&, Index outer, Index point, Index inner)
//   void fill(const Buffers&, Index outer, Index row, Index inner)       target = base
//   void update(const Buffers&, Index outer, Index row, Index point, Index inner)  target += update
//
// Launch: scatter <<< (ceil(ROWS / TILE), ceil(INNER / 32), OUTER), 32 >>>, each of the grid's
//         dimensions but the first at most 65535, grid-stride in the last two.
// Bytes: target and updates once, the rows of all points for each tile of rows (from the caches).
#define HOLE_SCATTER
#include "scalar.cuh"

constexpr unsigned ALL_LANES = 0xffffffffu;

DEVICE void scatter_tile(const Buffers& buffers, Index outer, Index first, Index inner) {
  int lane = threadIdx.x;
  Index end = first + TILE < ROWS ? first + TILE : ROWS;
  bool inside = inner < INNER;
  if constexpr (!IN_PLACE) {
    if (inside) {
      for (Index row = first; row < end; row++) fill(buffers, outer, row, inner);
    }
  }
  if constexpr (BY_LANE) {
    for (Index point = 0; inside && point < POINTS; point++) {
      Index row = row_of(buffers, outer, point, inner);
      if (row >= first && row < end) update(buffers, outer, row, point, inner);
    }
    return;
  }
  for (Index start = 0; start < POINTS; start += 32) {
    Index point = start + lane;
    Index row = point < POINTS ? row_of(buffers, outer, point, 0) : ROWS;
    unsigned hits = __ballot_sync(ALL_LANES, row >= first && row < end);
    while (hits != 0) {
      int hit = __ffs(hits) - 1;
      hits &= hits - 1;
      Index of_hit = __shfl_sync(ALL_LANES, row, hit);
      if (inside) update(buffers, outer, of_hit, start + hit, inner);
    }
  }
}

extern "C" __global__ __launch_bounds__(32) void scatter(Buffers buffers) {
  for (Index outer = blockIdx.z; outer < OUTER; outer += gridDim.z) {
    for (Index inner = (Index)blockIdx.y * 32; inner < INNER; inner += (Index)gridDim.y * 32) {
      scatter_tile(buffers, outer, (Index)blockIdx.x * TILE, inner + threadIdx.x);
    }
  }
}
