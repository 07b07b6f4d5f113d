// attention_query_gradient_T_D and attention_key_gradient_T_D, T = bf16, f16, D = 32, 64, 128: dq,
// and dk with dv, of attention.cuh on the tensor cores. attention_deltas comes before.
//
// Launch: query gradient <<< dim3(ceil(queries / 64), heads, batches),     128, shared bytes >>>
//         key gradient   <<< dim3(ceil(keys / 64),    key_heads, batches), 128, shared bytes >>>
//   shared bytes of both 2 * D * (128 + 4 * C), C = 64 (D = 64, 128: 32) rows a tile:
//   D = 32: 24576, 64: 32768, 128: 65536 (there the driver must allow more than 48 KiB).
// argument: Attention<T> by value; reads q, k, v, dy, mask, log_sums, deltas; writes dq, or dk and
// dv, whose rows in a group of heads are sums over the group, head by head, in f32.
//
// Shared wavefronts for each mma: 2 to 3. Weights and their gradients are rounded to T before the
// second products.
#include "attention_tensor.cuh"

// Turns a score into p and dp into ds.
struct PairGradient {
  float scale;

  __device__ __forceinline__ void apply(
      float& score, float& dp, bool sees, float log_sum, float delta) const {
    score = sees ? exp2f(fmaf(score, scale, -log_sum * LOG2_E)) : 0.0f;
    dp = score * (dp - delta);
  }
};

template <typename Tile>
__device__ __forceinline__ void query_gradient(const Attention<typename Tile::Type>& a) {
  constexpr int D = Tile::D, COLUMNS = Tile::COLUMNS;
  extern __shared__ __align__(128) unsigned char memory[];
  unsigned char* q = memory;
  unsigned char* dy = q + Tile::ROW_BYTES;
  unsigned char* tiles = dy + Tile::ROW_BYTES;  // [stage][k, v]

  int first = blockIdx.x * BLOCK_ROWS, head = blockIdx.y, batch = blockIdx.z;
  int key_head = head / (a.heads / a.key_heads);
  Visibility visible(a, batch, head);
  PairGradient gradient = {a.scale * LOG2_E};
  auto copy_tile = [&](int stage, int key0) {
    unsigned char* to = tiles + stage * 2 * Tile::COLUMN_BYTES;
    copy_rows<D, COLUMNS>(to, a.k.of(batch, key_head), a.k.row, key0, a.keys);
    copy_rows<D, COLUMNS>(
        to + Tile::COLUMN_BYTES, a.v.of(batch, key_head), a.v.row, key0, a.keys);
  };

  int end = a.keys_before(first + BLOCK_ROWS);
  copy_rows<D, BLOCK_ROWS>(q, a.q.of(batch, head), a.q.row, first, a.queries);
  copy_rows<D, BLOCK_ROWS>(dy, a.dy.of(batch, head), a.dy.row, first, a.queries);
  copy_tile(0, 0);
  commit_copies();
  float log_sum[2], delta[2];
#pragma unroll
  for (int h = 0; h < 2; h++) {
    int query = first + warp_row() + sum_row(2 * h);
    long long at = a.sums_of(batch, head) + query;
    log_sum[h] = query < a.queries ? a.log_sums[at] : 0.0f;
    delta[h] = query < a.queries ? a.deltas[at] : 0.0f;
  }
  wait_copies<0>();
  __syncthreads();

  Sums<D> out;
  out.clear();
  int stage = 0;
#pragma unroll 1
  for (int key0 = 0; key0 < end; key0 += COLUMNS) {
    const unsigned char* tile = tiles + stage * 2 * Tile::COLUMN_BYTES;
    if (key0 + COLUMNS < end) copy_tile(stage ^ 1, key0 + COLUMNS);
    commit_copies();
    Sums<COLUMNS> scores, dp;
    dot_tile<Tile>(scores, q, tile);
    dot_tile<Tile>(dp, dy, tile + Tile::COLUMN_BYTES);
    bool all = visible.sees_all(first, BLOCK_ROWS, key0, COLUMNS);
#pragma unroll
    for (int j = 0; j < COLUMNS / 8; j++) {
#pragma unroll
      for (int e = 0; e < 4; e++) {
        int query = first + warp_row() + sum_row(e), key = key0 + sum_column(j, e);
        bool sees = all || visible.sees(query, key);
        gradient.apply(scores.at[j][e], dp.at[j][e], sees, log_sum[e / 2], delta[e / 2]);
      }
    }
    add_products<Tile>(out, dp, tile);
    wait_copies<0>();
    __syncthreads();
    stage ^= 1;
  }
  store_rows<D>(
      a.dq.of(batch, head), a.dq.row, first, a.queries, out, a.scale, a.scale, q);
}

template <typename Tile>
__device__ __forceinline__ void key_gradient(const Attention<typename Tile::Type>& a) {
  constexpr int D = Tile::D, COLUMNS = Tile::COLUMNS;
  extern __shared__ __align__(128) unsigned char memory[];
  unsigned char* k = memory;
  unsigned char* v = k + Tile::ROW_BYTES;
  unsigned char* tiles = v + Tile::ROW_BYTES;  // [stage][q, dy]

  int first = blockIdx.x * BLOCK_ROWS, key_head = blockIdx.y, batch = blockIdx.z;
  int group = a.heads / a.key_heads;
  PairGradient gradient = {a.scale * LOG2_E};
  // Tiles of queries are counted on through the heads of the group.
  int begin = a.first_query(first) / COLUMNS, all_tiles = (a.queries + COLUMNS - 1) / COLUMNS;
  int tiles_of_head = all_tiles > begin ? all_tiles - begin : 0, count = tiles_of_head * group;
  auto copy_tile = [&](int stage, int index) {
    unsigned char* to = tiles + stage * 2 * Tile::COLUMN_BYTES;
    int head = key_head * group + index / tiles_of_head;
    int query0 = (begin + index % tiles_of_head) * COLUMNS;
    copy_rows<D, COLUMNS>(to, a.q.of(batch, head), a.q.row, query0, a.queries);
    copy_rows<D, COLUMNS>(
        to + Tile::COLUMN_BYTES, a.dy.of(batch, head), a.dy.row, query0, a.queries);
  };

  copy_rows<D, BLOCK_ROWS>(k, a.k.of(batch, key_head), a.k.row, first, a.keys);
  copy_rows<D, BLOCK_ROWS>(v, a.v.of(batch, key_head), a.v.row, first, a.keys);
  if (count > 0) copy_tile(0, 0);
  commit_copies();
  wait_copies<0>();
  __syncthreads();

  Sums<D> dk, dv;
  dk.clear();
  dv.clear();
  int stage = 0;
#pragma unroll 1
  for (int index = 0; index < count; index++) {
    const unsigned char* tile = tiles + stage * 2 * Tile::COLUMN_BYTES;
    if (index + 1 < count) copy_tile(stage ^ 1, index + 1);
    commit_copies();
    int head = key_head * group + index / tiles_of_head;
    int query0 = (begin + index % tiles_of_head) * COLUMNS;
    Visibility visible(a, batch, head);
    long long sums = a.sums_of(batch, head);
    Sums<COLUMNS> p, ds;
    dot_tile<Tile>(p, k, tile);
    dot_tile<Tile>(ds, v, tile + Tile::COLUMN_BYTES);
#pragma unroll
    for (int j = 0; j < COLUMNS / 8; j++) {
#pragma unroll
      for (int c = 0; c < 2; c++) {
        int query = query0 + sum_column(j, c);
        float log_sum = query < a.queries ? a.log_sums[sums + query] : 0.0f;
        float delta = query < a.queries ? a.deltas[sums + query] : 0.0f;
#pragma unroll
        for (int h = 0; h < 2; h++) {
          int e = 2 * h + c, key = first + warp_row() + sum_row(e);
          bool sees = visible.sees(query, key);
          gradient.apply(p.at[j][e], ds.at[j][e], sees, log_sum, delta);
        }
      }
    }
    add_products<Tile>(dv, p, tile + Tile::COLUMN_BYTES);
    add_products<Tile>(dk, ds, tile);
    wait_copies<0>();
    __syncthreads();
    stage ^= 1;
  }
  store_rows<D>(
      a.dk.of(batch, key_head), a.dk.row, first, a.keys, dk, a.scale, a.scale, k);
  store_rows<D>(a.dv.of(batch, key_head), a.dv.row, first, a.keys, dv, 1.0f, 1.0f, v);
}

#ifndef TEMPLATES_ONLY
#define ATTENTION_GRADIENT(TYPE, D, COLUMNS, BLOCKS)                                             \
  extern "C" __global__                                                                          \
  __launch_bounds__(128, BLOCKS) void attention_query_gradient_##TYPE##_##D(Attention<TYPE> a) { \
    query_gradient<TensorTile<TYPE, D, COLUMNS>>(a);                                             \
  }                                                                                              \
  extern "C" __global__                                                                          \
  __launch_bounds__(128, BLOCKS) void attention_key_gradient_##TYPE##_##D(Attention<TYPE> a) {   \
    key_gradient<TensorTile<TYPE, D, COLUMNS>>(a);                                               \
  }

ATTENTION_GRADIENT(bf16, 32, 64, 3)
ATTENTION_GRADIENT(bf16, 64, 32, 3)
ATTENTION_GRADIENT(bf16, 128, 32, 2)
ATTENTION_GRADIENT(f16, 32, 64, 3)
ATTENTION_GRADIENT(f16, 64, 32, 3)
ATTENTION_GRADIENT(f16, 128, 32, 2)
#endif
