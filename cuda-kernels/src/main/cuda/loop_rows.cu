// loop_rows: loops with folds whose inner positions lie beside each other in memory: softmax, norms,
// sums along the last axis, whole sums. A warp or a block folds the row of one outer point.
//
// THE HOLE: loop.cuh's, and  constexpr int THREADS, the threads of a row: 32, or those of a block.
//
// Launch: THREADS = 32: loop_rows <<< (any, SPLITS), 256 >>>, eight rows a block, grid-stride;
//         else          loop_rows <<< (any, SPLITS), THREADS >>>, one row a block, grid-stride.
// Lanes read neighbours: full sectors. Folds meet in registers by shuffles, between warps through
// shared memory (butterflies as in llm.c).
#include "loop.cuh"

constexpr int ROWS = THREADS == 32 ? 8 : 1;

template <typename Stage>
DEVICE void fold_row(Stage& stage) {
  fold_warp(stage);
  if constexpr (THREADS > 32) {
    __shared__ Stage partial[THREADS / 32];
    int lane = threadIdx.x % 32;
    __syncthreads();  // every warp has read what the row before left here
    if (lane == 0) partial[threadIdx.x / 32] = stage;
    __syncthreads();
    stage = lane < THREADS / 32 ? partial[lane] : Stage::identity();
    fold_warp(stage);
  }
}

extern "C" __global__ __launch_bounds__(ROWS * THREADS) void loop_rows(Buffers buffers) {
  int lane = threadIdx.x % THREADS;
  Index split = blockIdx.y;
  Index first = (Index)blockIdx.x * ROWS + threadIdx.x / THREADS;
  for (Index row = first; row < OUTER; row += (Index)gridDim.x * ROWS) {
    Outer outer = outer_of(row);
    Folds folds;
    Run<STAGES>::all(
        buffers, outer, folds, split * CHUNK + lane, THREADS, split_end(split), [&](auto stage) {
          fold_row(stage);
          if constexpr (SPLITS == 1) {
            stage.finish(folds);
          } else {
            if (lane == 0) split_of<decltype(stage)>(buffers, split, row) = stage;
          }
        });
    if constexpr (SPLITS == 1) {
      // The finals may overwrite what other threads have read.
      if constexpr (THREADS == 32) __syncwarp(); else __syncthreads();
      if (lane == 0) finals(buffers, outer, folds);
    }
  }
}
