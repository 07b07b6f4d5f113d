// loop_finish: merges what the splits of loop_rows or loop_columns have left, and stores the finals.
// A warp takes one outer point.
//
// THE HOLE: loop.cuh's, with a single stage.
//
// Launch: loop_finish <<< ceil(OUTER / 8), 256 >>>
#include "loop.cuh"

extern "C" __global__ __launch_bounds__(256) void loop_finish(Buffers buffers) {
  Index point = (Index)blockIdx.x * 8 + threadIdx.x / 32;
  int lane = threadIdx.x % 32;
  if (point >= OUTER) return;
  auto stage = STAGES::identity();
  for (Index split = lane; split < SPLITS; split += 32) {
    stage.merge(split_of<STAGES>(buffers, split, point));
  }
  fold_warp(stage);
  Folds folds;
  stage.finish(folds);
  if (lane == 0) finals(buffers, outer_of(point), folds);
}
