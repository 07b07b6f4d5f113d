// attention_forward_T_D, T = bf16, f16, D = 32, 64, 128: y and log_sums of attention.cuh on the
// tensor cores.
//
// Launch: <<< dim3(ceil(queries / 64), heads, batches), 128, shared bytes >>> with
//   2 * D * (64 + 4 * C) bytes, C = 64 (D = 128: 32) keys a tile:
//   D = 32: 20480, 64: 40960, 128: 49152.
// argument: Attention<T> by value; reads q, k, v, mask; writes y, log_sums.
//
// Queries stay in registers. The weights are rounded to T before the second product, their sum is
// not. Shared wavefronts for each mma: 2 (each matrix of keys or values serves 16 queries).
#include "attention_tensor.cuh"

// The weights of a tile of scores; keeps the running maximum and sum of rows g and g + 8, and
// scales what is summed so far.
template <typename Tile>
__device__ __forceinline__ void weigh(
    Sums<Tile::COLUMNS>& scores, Sums<Tile::D>& out, float (&max)[2], float (&sum)[2]) {
#pragma unroll
  for (int h = 0; h < 2; h++) {
    float next = max[h];
#pragma unroll
    for (int j = 0; j < Tile::COLUMNS / 8; j++) {
      next = fmaxf(next, fmaxf(scores.at[j][2 * h], scores.at[j][2 * h + 1]));
    }
    next = fmaxf(next, __shfl_xor_sync(ALL_LANES, next, 1));
    next = fmaxf(next, __shfl_xor_sync(ALL_LANES, next, 2));
    float correction = exp2f(max[h] - next);
    max[h] = next;
    sum[h] *= correction;
#pragma unroll
    for (int j = 0; j < Tile::COLUMNS / 8; j++) {
#pragma unroll
      for (int e = 2 * h; e < 2 * h + 2; e++) {
        float score = scores.at[j][e];
        scores.at[j][e] = score == LEAST ? 0.0f : exp2f(score - next);
        sum[h] += scores.at[j][e];
      }
    }
#pragma unroll
    for (int j = 0; j < Tile::D / 8; j++) {
      out.at[j][2 * h] *= correction;
      out.at[j][2 * h + 1] *= correction;
    }
  }
}

template <typename Tile>
__device__ __forceinline__ void attention_forward(const Attention<typename Tile::Type>& a) {
  constexpr int D = Tile::D, COLUMNS = Tile::COLUMNS;
  extern __shared__ __align__(128) unsigned char memory[];
  unsigned char* rows = memory;
  unsigned char* tiles = memory + Tile::ROW_BYTES;  // [stage][k, v]

  int first = blockIdx.x * BLOCK_ROWS, head = blockIdx.y, batch = blockIdx.z;
  int key_head = head / (a.heads / a.key_heads);
  auto keys = a.k.of(batch, key_head), values = a.v.of(batch, key_head);
  Visibility visible(a, batch, head);
  float scale = a.scale * LOG2_E;
  auto copy_tile = [&](int stage, int key0) {
    unsigned char* to = tiles + stage * 2 * Tile::COLUMN_BYTES;
    copy_rows<D, COLUMNS>(to, keys, a.k.row, key0, a.keys);
    copy_rows<D, COLUMNS>(to + Tile::COLUMN_BYTES, values, a.v.row, key0, a.keys);
  };

  int end = a.keys_before(first + BLOCK_ROWS);
  copy_rows<D, BLOCK_ROWS>(rows, a.q.of(batch, head), a.q.row, first, a.queries);
  copy_tile(0, 0);
  commit_copies();
  wait_copies<0>();
  __syncthreads();
  unsigned q[D / 16][4];
#pragma unroll
  for (int step = 0; step < D / 16; step++) load_rows<D>(q[step], rows, step);

  Sums<D> out;
  out.clear();
  float max[2] = {LEAST, LEAST}, sum[2] = {0.0f, 0.0f};
  int stage = 0;
#pragma unroll 1
  for (int key0 = 0; key0 < end; key0 += COLUMNS) {
    const unsigned char* tile = tiles + stage * 2 * Tile::COLUMN_BYTES;
    if (key0 + COLUMNS < end) copy_tile(stage ^ 1, key0 + COLUMNS);
    commit_copies();
    Sums<COLUMNS> scores;
    scores.clear();
#pragma unroll
    for (int step = 0; step < D / 16; step++) add_dots<Tile>(scores, q[step], tile, step);
    bool all = visible.sees_all(first, BLOCK_ROWS, key0, COLUMNS);
#pragma unroll
    for (int j = 0; j < COLUMNS / 8; j++) {
#pragma unroll
      for (int e = 0; e < 4; e++) {
        int query = first + warp_row() + sum_row(e), key = key0 + sum_column(j, e);
        scores.at[j][e] = all || visible.sees(query, key) ? scores.at[j][e] * scale : LEAST;
      }
    }
    weigh<Tile>(scores, out, max, sum);
    add_products<Tile>(out, scores, tile + Tile::COLUMN_BYTES);
    wait_copies<0>();
    __syncthreads();
    stage ^= 1;
  }

  float factor[2];
#pragma unroll
  for (int h = 0; h < 2; h++) {
    sum[h] += __shfl_xor_sync(ALL_LANES, sum[h], 1);
    sum[h] += __shfl_xor_sync(ALL_LANES, sum[h], 2);
    bool any = sum[h] > 0.0f;
    factor[h] = any ? 1.0f / sum[h] : 0.0f;
    int query = first + warp_row() + sum_row(2 * h);
    if (threadIdx.x % 4 == 0 && query < a.queries) {
      a.log_sums[a.sums_of(batch, head) + query] = any ? (max[h] + log2f(sum[h])) * LN_2 : LEAST;
    }
  }
  store_rows<D>(
      a.y.of(batch, head), a.y.row, first, a.queries, out, factor[0], factor[1], rows);
}

#ifndef TEMPLATES_ONLY
#define ATTENTION_FORWARD(TYPE, D, COLUMNS, BLOCKS)                                           \
  extern "C" __global__ __launch_bounds__(128, BLOCKS) void attention_forward_##TYPE##_##D(   \
      Attention<TYPE> a) {                                                                    \
    attention_forward<TensorTile<TYPE, D, COLUMNS>>(a);                                       \
  }

ATTENTION_FORWARD(bf16, 32, 64, 4)
ATTENTION_FORWARD(bf16, 64, 64, 3)
ATTENTION_FORWARD(bf16, 128, 32, 2)
ATTENTION_FORWARD(f16, 32, 64, 4)
ATTENTION_FORWARD(f16, 64, 64, 3)
ATTENTION_FORWARD(f16, 128, 32, 2)
#endif
