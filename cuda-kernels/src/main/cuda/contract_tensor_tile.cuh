// One block's part of a contraction on the tensor cores.
//
// A block of 4 warps computes TILE x TILE of C. Stages of k lie in shared memory in a ring: one is
// multiplied, the next one is there before that is over, and all others are on their way; one
// barrier a stage. The fragments of the next step of k are loaded while the current ones are
// multiplied.
//
// A warp has every other group of 16 rows of the tile, and half of its columns.
//
// Sources: NVIDIA CUTLASS (multistage mainloop, 64 x 64 warp tiles: one shared wavefront for each
// mma), PTX ISA for the fragments; permutation as in "Dissecting Tensor Cores" and CuTe's Swizzle.
#pragma once
#include "contract_tensor_stage.cuh"

// A warp's 16 x (32 bytes of k) matrices of an operand in shared memory, `group` by `group`; groups
// are SPACING * 16 rows apart. The four words are ordered rows first (A: a0 to a3) or k first (B:
// b0, b1 of 8 columns, then of the next 8).
template <typename Operand, int TILE, int SPACING, bool ROWS_FIRST>
struct FragmentSource {
  typedef Layout<Operand, TILE> Place;
  unsigned first;  // this lane's address for group 0 of step 0 of stage 0

  __device__ __forceinline__ FragmentSource(unsigned shared, int row0) {
    int lane = threadIdx.x % 32, low = lane / 8 % 2, high = lane / 16;
    int row_half = ROWS_FIRST ? low : high, k_half = ROWS_FIRST ? high : low;
    if constexpr (Place::INNER_K) {
      first = shared + Place::offset(row0 + lane % 8 + row_half * 8, k_half * CHUNK);
    } else if constexpr (UNIT == 2) {
      first = shared + Place::offset(row0 + row_half * 8, lane % 8 + k_half * 8);
    } else {
      int row = row0 + lane / 4;
      first = shared + Place::offset(row, lane % 4) + row % CHUNK * UNIT;
    }
  }

  // `stage`: offset of the stage in bytes.
  __device__ __forceinline__ void load(unsigned (&words)[4], int stage, int step, int group) const {
    if constexpr (Place::INNER_K) {
      load_matrices(words, (first ^ (step * 32)) + stage + group * SPACING * 16 * ROW_BYTES);
    } else {
      int rows = group * SPACING * 16 * UNIT, line = rows / 128 * 128;
      int k = step * 2 * CHUNK * TILE * UNIT;
      if constexpr (UNIT == 2) {
        load_matrices_transposed(words, (first ^ (rows % 128)) + stage + line + k);
      } else {
#pragma unroll
        for (int i = 0; i < 4; i++) {
          int row_half = ROWS_FIRST ? i % 2 : i / 2, k_half = ROWS_FIRST ? i / 2 : i % 2;
          words[i] = load_shared(
              (first ^ (rows % 128 + row_half * 32)) + stage + line + k + k_half * 4 * TILE * UNIT);
        }
      }
    }
    if constexpr (COMPUTE == F32) {
#pragma unroll
      for (int i = 0; i < 4; i++) words[i] = round_tf32(words[i]);
    }
  }
};

__device__ __forceinline__ void multiply_add(
    float (&sum)[4], const unsigned (&a)[4], const unsigned* b) {
  if constexpr (COMPUTE == BF16) {
    multiply_bf16(sum, a, b);
  } else if constexpr (COMPUTE == F16) {
    multiply_f16(sum, a, b);
  } else {
    multiply_tf32(sum, a, b);
  }
}

// sums = product of the tile at `place` over k in begin .. end - 1. All threads may use the shared
// memory (Shape::SHARED_BYTES, aligned to 128) anew afterwards.
template <typename Shape>
__device__ __forceinline__ void multiply_tensor_tile(
    const Buffers& buffers,
    TilePlace place,
    int begin,
    int end,
    unsigned shared,
    float (&sums)[Shape::GROUPS][2 * Shape::GROUPS][4]) {
  constexpr int TILE = Shape::TILE, STAGES = Shape::STAGES, GROUPS = Shape::GROUPS;
#pragma unroll
  for (int i = 0; i < GROUPS; i++) {
#pragma unroll
    for (int j = 0; j < 2 * GROUPS; j++) {
#pragma unroll
      for (int c = 0; c < 4; c++) sums[i][j][c] = 0.0f;
    }
  }
  if (begin >= end) return;

  int m0 = first_row<OperandA, TILE>(place.m), n0 = first_row<OperandB, TILE>(place.n);
  TensorStaging<OperandA, TILE> a(buffers, place.batch, m0, begin);
  TensorStaging<OperandB, TILE> b(buffers, place.batch, n0, begin);
  unsigned shared_b = shared + Shape::OPERAND_BYTES;
#pragma unroll
  for (int stage = 0; stage < STAGES - 1; stage++) {
    int k0 = begin + stage * STAGE_K, at = stage * Shape::STAGE_BYTES;
#pragma unroll
    for (int part = 0; part < 2; part++) {
      if (k0 < end) {
        a.begin(buffers, place.batch, m0, k0, end, part, shared + at);
        a.finish(part, shared + at);
        b.begin(buffers, place.batch, n0, k0, end, part, shared_b + at);
        b.finish(part, shared_b + at);
      }
    }
    a.advance();
    b.advance();
    commit_copies();
  }
  wait_copies<STAGES - 2>();
  __syncthreads();

  // Operands that are on their way in registers leave room for fewer fragments: of A two groups,
  // of B one step, each replaced when it has been used up. Else B has two steps.
  constexpr bool LEAN = !IS_ASYNC<OperandA> || !IS_ASYNC<OperandB>;
  constexpr int HELD_A = LEAN ? 2 : GROUPS, HELD_B = LEAN ? 1 : 2;
  int warp = threadIdx.x / 32;
  FragmentSource<OperandA, TILE, 2, true> source_a(shared, warp / 2 * 16);
  FragmentSource<OperandB, TILE, 1, false> source_b(shared_b, warp % 2 * GROUPS * 16);
  unsigned of_a[HELD_A][4], of_b[HELD_B][GROUPS][4];
#pragma unroll
  for (int j = 0; j < GROUPS; j++) source_b.load(of_b[0][j], 0, 0, j);
#pragma unroll
  for (int i = 0; i < (LEAN ? 1 : GROUPS); i++) source_a.load(of_a[i], 0, 0, i);

  int reading = 0, writing = (STAGES - 1) * Shape::STAGE_BYTES;
#pragma unroll 1
  for (int k0 = begin; k0 < end; k0 += STAGE_K) {
    int coming = k0 + (STAGES - 1) * STAGE_K;
    int next = reading == (STAGES - 1) * Shape::STAGE_BYTES ? 0 : reading + Shape::STAGE_BYTES;
    if (k0 + STAGE_K >= end) next = reading;  // what is read once more is not used
#pragma unroll
    for (int step = 0; step < 2; step++) {
      int from = step == 0 ? reading : next;  // where the next step is
      // Behind this the next stage is there, and this one is read but for what is in registers.
      auto turn = [&] {
        if (step == 0) return;
        wait_copies<STAGES - 3>();
        __syncthreads();
      };
      if constexpr (!LEAN) {
        turn();
#pragma unroll
        for (int j = 0; j < GROUPS; j++) source_b.load(of_b[1 - step][j], from, 1 - step, j);
      }
#pragma unroll
      for (int half = 0; half < 2; half++) {
        if (coming < end) {
          if (step == 0) a.begin(buffers, place.batch, m0, coming, end, half, shared + writing);
          if (step == 1) b.begin(buffers, place.batch, n0, coming, end, half, shared_b + writing);
        }
#pragma unroll
        for (int i = half * GROUPS / 2; i < (half + 1) * GROUPS / 2; i++) {
          bool is_last = i == GROUPS - 1;
          if constexpr (LEAN) {
            if (is_last) turn();
            source_a.load(
                of_a[(i + 1) % 2], is_last ? from : reading, is_last ? 1 - step : step,
                (i + 1) % GROUPS);
          }
#pragma unroll
          for (int j = 0; j < GROUPS; j++) {
            multiply_add(sums[i][2 * j], of_a[i % HELD_A], &of_b[step % HELD_B][j][0]);
            multiply_add(sums[i][2 * j + 1], of_a[i % HELD_A], &of_b[step % HELD_B][j][2]);
            if (LEAN && is_last) source_b.load(of_b[0][j], from, 1 - step, j);
          }
          if constexpr (!LEAN) source_a.load(of_a[i], from, 1 - step, i);
        }
        if (coming < end) {
          if (step == 0) a.finish(half, shared + writing);
          if (step == 1) b.finish(half, shared_b + writing);
        }
      }
    }
    a.advance();
    b.advance();
    commit_copies();
    writing = reading;
    reading = next;
  }
  __syncthreads();
}
