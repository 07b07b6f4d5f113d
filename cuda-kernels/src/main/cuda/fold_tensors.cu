// fold_tensors: the same fold over all elements of each of many tensors: the squares of all
// gradients, their greatest magnitudes.
//
//   for each tensor: for at in 0 .. points of the tensor - 1: update the folds, do the stage's stores
//                    finals: stores of what follows from the folds
//
// A block folds a chunk. Where a tensor has several, fold_tensors leaves their accumulators in the
// workspace (Stage[blocks]), and finish_tensors merges them, a warp for each tensor. The order
// depends on the sizes alone: same bits in every run.
//
// THE HOLE: that of tensors.cuh, and of loop.cuh for one stage without its sizes:
//   Outer, outer_of, Folds, STAGES (one), finals
//   constexpr bool SPLIT;                   whether a tensor has several chunks
//
// Launch: fold_tensors <<< blocks of all tensors, 256 >>>,
//         then, if SPLIT, finish_tensors <<< ceil(TENSORS / 8), 256 >>>.
// Bytes: each array once, and the workspace twice. Flops: those of the expression.
#define HOLE_FOLD_TENSORS
#include "stage.cuh"

#include "tensors.cuh"

template <typename Stage>
DEVICE void fold_block(Stage& stage) {
  fold_warp(stage);
  __shared__ Stage partial[8];
  int lane = threadIdx.x % 32;
  if (lane == 0) partial[threadIdx.x / 32] = stage;
  __syncthreads();  // also: all have read what the finals may overwrite
  stage = lane < 8 ? partial[lane] : Stage::identity();
  fold_warp(stage);
}

template <typename Stage>
DEVICE void store_finals(const Stage& stage, const Buffers& buffers) {
  Folds folds;
  stage.finish(folds);
  finals(buffers, outer_of(0), folds);
}

extern "C" __global__ __launch_bounds__(256) void fold_tensors(
    const __grid_constant__ Addresses addresses, const __grid_constant__ Pieces pieces,
    unsigned char* workspace) {
  Piece piece = piece_of(pieces);
  Buffers buffers = buffers_of(addresses, piece.tensor);
  Outer outer = outer_of(0);
  Folds none;
  STAGES::Given given(buffers, outer, none);
  auto stage = STAGES::identity();
  for (Index at = piece.start + threadIdx.x; at < piece.end; at += 256) {
    stage.take(buffers, outer, none, given, at);
  }
  fold_block(stage);
  if (threadIdx.x != 0) return;
  if constexpr (SPLIT) {
    reinterpret_cast<STAGES*>(workspace)[blockIdx.x] = stage;
  } else {
    store_finals(stage, buffers);
  }
}

extern "C" __global__ __launch_bounds__(256) void finish_tensors(
    const __grid_constant__ Addresses addresses, const __grid_constant__ Pieces pieces,
    unsigned char* workspace) {
  int tensor = blockIdx.x * 8 + threadIdx.x / 32;
  if (tensor >= TENSORS || pieces.points[tensor] == 0) return;
  const STAGES* parts = reinterpret_cast<const STAGES*>(workspace) + pieces.first[tensor];
  Index count = (pieces.points[tensor] + pieces.chunk - 1) / pieces.chunk;
  auto stage = STAGES::identity();
  for (Index part = threadIdx.x % 32; part < count; part += 32) stage.merge(parts[part]);
  fold_warp(stage);
  if (threadIdx.x % 32 == 0) store_finals(stage, buffers_of(addresses, tensor));
}
