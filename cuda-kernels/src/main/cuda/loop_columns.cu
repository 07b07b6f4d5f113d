// loop_columns: loops with folds whose outer points lie beside each other in memory, and those of
// few positions: sums over leading axes, windows, batch norms. A lane folds the column of one outer
// point; the PARTS rows of a block share its positions and meet in shared memory. Of one part, a
// block is LANES points: a multiprocessor holds few blocks of a warp.
//
// THE HOLE: loop.cuh's, and  constexpr int PARTS.
//
// Launch: loop_columns <<< (ceil(OUTER / LANES), SPLITS), (LANES, PARTS) >>>
// Lanes read neighbours: full sectors, if OUTER is a multiple of 32.
#include "loop.cuh"

constexpr int LANES = PARTS == 1 ? 128 : 32;

template <typename Stage>
DEVICE void fold_parts(Stage& stage) {
  if constexpr (PARTS > 1) {
    __shared__ Stage partial[PARTS][LANES];
    __syncthreads();  // every thread has read what the stage before left here
    partial[threadIdx.y][threadIdx.x] = stage;
    __syncthreads();
    stage = partial[0][threadIdx.x];
#pragma unroll
    for (int part = 1; part < PARTS; part++) stage.merge(partial[part][threadIdx.x]);
  }
}

extern "C" __global__ __launch_bounds__(LANES * PARTS) void loop_columns(Buffers buffers) {
  Index column = (Index)blockIdx.x * LANES + threadIdx.x;
  Index split = blockIdx.y;
  bool inside = column < OUTER;
  Outer outer = outer_of(inside ? column : 0);
  Folds folds;
  Index end = inside ? split_end(split) : 0;
  Run<STAGES>::all(
      buffers, outer, folds, split * CHUNK + threadIdx.y, PARTS, end, [&](auto stage) {
        fold_parts(stage);
        if constexpr (SPLITS == 1) {
          stage.finish(folds);
        } else {
          if (threadIdx.y == 0 && inside) split_of<decltype(stage)>(buffers, split, column) = stage;
        }
      });
  if constexpr (SPLITS == 1) {
    // The finals may overwrite what other threads have read.
    if constexpr (PARTS > 1) __syncthreads();
    if (threadIdx.y == 0 && inside) finals(buffers, outer, folds);
  }
}
