// attention_query_gradient_T_DxROWS and attention_key_gradient_T_DxROWS, T = bf16, f16, D = 32, 64,
// 128: dq, and dk with dv, of attention.cuh on the tensor cores, a block of 128 threads doing ROWS
// queries or keys; of D = 64 there are 64 rows, and 128 for where there are blocks enough.
// attention_deltas comes before.
//
// Launch: query gradient <<< dim3(ceil(queries / ROWS), heads, batches),     128, bytes >>>
//         key gradient   <<< dim3(ceil(keys / ROWS),    key_heads, batches), 128, bytes >>>
//   with 2 * D * (2 * ROWS + 4 * C) + 16 * C bytes of shared memory, C = 64 (D = 128: 32) rows a
//   tile: 32x64: 25600, 32x128: 33792, 64x64: 50176, 64x128: 66560, 128x64: 66048 (above 48 KiB the
//   driver must allow them).
// argument: Attention<T> by value; reads q, k, v, dy, mask, log_sums, deltas; writes dq, or dk and
// dv, whose rows in a group of heads are sums over the group, head by head, in f32.
//
// A warp takes a tile CHUNK columns at a time, so that scores and their gradients are in few
// registers; chunks are not unrolled, for the same reason. Gradients of scores are summed from
// -deltas on. Weights and their gradients are rounded to T before the second products.
#include "attention_tensor.cuh"

constexpr int CHUNK = 32;

// Turns scores into weights, and the gradients of the weights into those of the scores; `shift` of
// an element is the exponent of 2 that its query adds.
template <typename Tile, typename Shift>
__device__ __forceinline__ void differentiate(
    Sums<CHUNK> (&p)[Tile::GROUPS],
    Sums<CHUNK> (&ds)[Tile::GROUPS],
    float scale,
    Shift shift) {
#pragma unroll
  for (int g = 0; g < Tile::GROUPS; g++) {
#pragma unroll
    for (int j = 0; j < CHUNK / 8; j++) {
#pragma unroll
      for (int e = 0; e < 4; e++) {
        p[g].at[j][e] = power_of_two(fmaf(p[g].at[j][e], scale, shift(g, j, e)));
        ds[g].at[j][e] *= p[g].at[j][e];
      }
    }
  }
}

template <typename Tile>
__device__ __forceinline__ void query_gradient(const Attention<typename Tile::Type>& a) {
  constexpr int D = Tile::D, COLUMNS = Tile::COLUMNS, GROUPS = Tile::GROUPS;
  extern __shared__ __align__(1024) unsigned char memory[];
  unsigned char* rows = memory;                       // [q, dy]
  unsigned char* tiles = rows + 2 * Tile::ROW_BYTES;  // [stage][k, v]

  int group = a.heads / a.key_heads;
  Place place(4ll * D * a.keys / group, a.causal);
  int first = place.part * Tile::ROWS, head = place.head, batch = place.batch;
  int key_head = head / group;
  auto keys = a.k.of(batch, key_head), values = a.v.of(batch, key_head);
  int end = a.keys_before(first + Tile::ROWS);
  auto copy_tile = [&](int stage, int key0) {
    if (key0 < end) {
      unsigned char* to = tiles + stage * 2 * Tile::COLUMN_BYTES;
      copy_rows<Tile, COLUMNS>(to, keys, a.k.row, key0, a.keys);
      copy_rows<Tile, COLUMNS>(to + Tile::COLUMN_BYTES, values, a.v.row, key0, a.keys);
    }
    commit_copies();
  };

  copy_rows<Tile, Tile::ROWS>(rows, a.q.of(batch, head), a.q.row, first, a.queries);
  copy_rows<Tile, Tile::ROWS>(
      rows + Tile::ROW_BYTES, a.dy.of(batch, head), a.dy.row, first, a.queries);
  copy_tile(0, 0);
  int query0 = first + Tile::warp_row();
  float shift[GROUPS][2], delta[GROUPS][2];
#pragma unroll
  for (int g = 0; g < GROUPS; g++) {
#pragma unroll
    for (int h = 0; h < 2; h++) {
      int query = query0 + g * 16 + sum_row(2 * h);
      long long at = a.sums_of(batch, head) + query;
      shift[g][h] = query < a.queries ? a.log_sums[at] * -LOG2_E : minus_infinity();
      delta[g][h] = query < a.queries ? a.deltas[at] : 0.0f;
    }
  }
  wait_copies<0>();
  __syncthreads();
  Fragments<Tile> q(rows), dy(rows + Tile::ROW_BYTES);

  Sums<D> dq[GROUPS];
#pragma unroll
  for (int g = 0; g < GROUPS; g++) dq[g].clear();
  Visibility visible(a, batch, head);
  float scale = a.exponent_scale(), hidden = scale < 0.0f ? -minus_infinity() : minus_infinity();
  int warp_end = query0 < a.queries ? a.keys_before(query0 + Tile::WARP_ROWS) : 0;
  int stage = 0;
#pragma unroll 1
  for (int key0 = 0; key0 < end; key0 += COLUMNS, stage ^= 1) {
    wait_copies<0>();
    __syncthreads();
    copy_tile(stage ^ 1, key0 + COLUMNS);
    if (key0 >= warp_end) continue;
    const unsigned char* tile = tiles + stage * 2 * Tile::COLUMN_BYTES;
    bool all = visible.sees_all(query0, key0 + COLUMNS);
#pragma unroll 1
    for (int from = 0; from < COLUMNS; from += CHUNK) {
      Sums<CHUNK> p[GROUPS], ds[GROUPS];
#pragma unroll
      for (int g = 0; g < GROUPS; g++) {
        p[g].clear();
        ds[g].set(-delta[g][0], -delta[g][1]);
      }
      add_dots<Tile>(p, q, tile, from);
      if (!all) hide<Tile, true>(p, visible, query0, key0 + from, hidden);
      add_dots<Tile>(ds, dy, tile + Tile::COLUMN_BYTES, from);
      differentiate<Tile>(p, ds, scale, [&](int g, int, int e) { return shift[g][e / 2]; });
#pragma unroll
      for (int c = 0; c < CHUNK; c += 16) {
        unsigned gradients[GROUPS][4];
        pack_weights<Tile>(gradients, ds, c / 8);
        add_products<Tile>(dq, gradients, tile, from + c);
      }
    }
  }
#pragma unroll
  for (int g = 0; g < GROUPS; g++) {
    store_rows<Tile>(
        a.dq, a.dq.of(batch, head), first, a.queries, g, dq[g], a.scale, a.scale, rows);
  }
}

template <typename Tile>
__device__ __forceinline__ void key_gradient(const Attention<typename Tile::Type>& a) {
  constexpr int D = Tile::D, COLUMNS = Tile::COLUMNS, GROUPS = Tile::GROUPS;
  extern __shared__ __align__(1024) unsigned char memory[];
  unsigned char* rows = memory;                       // [k, v]
  unsigned char* tiles = rows + 2 * Tile::ROW_BYTES;  // [stage][q, dy]
  auto numbers = reinterpret_cast<float*>(tiles + 4 * Tile::COLUMN_BYTES);
  // [stage][log_sums, deltas]

  // All blocks of a key head are at one of its heads at a time.
  Place place(4ll * D * a.queries, false);
  int first = place.part * Tile::ROWS, key_head = place.head, batch = place.batch;
  int begin = a.first_query(first) / COLUMNS * COLUMNS;
  // Tiles of queries go on through the heads of the group.
  int group = a.heads / a.key_heads, head = key_head * group;
  int end = begin < a.queries ? head + group : head;
  auto copy_tile = [&](int stage, int of_head, int query0) {
    if (of_head < end) {
      unsigned char* to = tiles + stage * 2 * Tile::COLUMN_BYTES;
      copy_rows<Tile, COLUMNS>(to, a.q.of(batch, of_head), a.q.row, query0, a.queries);
      copy_rows<Tile, COLUMNS>(
          to + Tile::COLUMN_BYTES, a.dy.of(batch, of_head), a.dy.row, query0, a.queries);
      if (threadIdx.x < COLUMNS) {
        int query = query0 + threadIdx.x, bytes = query < a.queries ? 4 : 0;
        long long at = a.sums_of(batch, of_head) + query;
        unsigned number = shared_address(numbers + stage * 2 * COLUMNS + threadIdx.x);
        copy_async_word(number, a.log_sums + at, bytes);
        copy_async_word(number + 4 * COLUMNS, a.deltas + at, bytes);
      }
    }
    commit_copies();
  };

  copy_rows<Tile, Tile::ROWS>(rows, a.k.of(batch, key_head), a.k.row, first, a.keys);
  copy_rows<Tile, Tile::ROWS>(
      rows + Tile::ROW_BYTES, a.v.of(batch, key_head), a.v.row, first, a.keys);
  int query0 = begin;
  copy_tile(0, head, query0);
  wait_copies<0>();
  __syncthreads();
  Fragments<Tile> k(rows), v(rows + Tile::ROW_BYTES);

  Sums<D> dk[GROUPS], dv[GROUPS];
#pragma unroll
  for (int g = 0; g < GROUPS; g++) {
    dk[g].clear();
    dv[g].clear();
  }
  float scale = a.exponent_scale(), hidden = scale < 0.0f ? -minus_infinity() : minus_infinity();
  int key0 = first + Tile::warp_row(), keys_end = min(key0 + Tile::WARP_ROWS, a.keys);
  int warp_begin = key0 < a.keys ? a.first_query(key0) : a.queries + COLUMNS;
  int stage = 0;
#pragma unroll 1
  while (head < end) {
    wait_copies<0>();
    __syncthreads();
    int now = query0, now_head = head;
    query0 += COLUMNS;
    if (query0 >= a.queries) {
      query0 = begin;
      head++;
    }
    copy_tile(stage ^ 1, head, query0);
    const unsigned char* tile = tiles + stage * 2 * Tile::COLUMN_BYTES;
    const float* log_sums = numbers + stage * 2 * COLUMNS;
    const float* deltas = log_sums + COLUMNS;
    stage ^= 1;
    if (now + COLUMNS <= warp_begin) continue;
    Visibility visible(a, batch, now_head);
    bool all = visible.sees_all(now, keys_end);
#pragma unroll 1
    for (int from = 0; from < COLUMNS; from += CHUNK) {
      Sums<CHUNK> p[GROUPS], ds[GROUPS];
#pragma unroll
      for (int g = 0; g < GROUPS; g++) {
        p[g].clear();
#pragma unroll
        for (int j = 0; j < CHUNK / 8; j++) {
#pragma unroll
          for (int e = 0; e < 4; e++) ds[g].at[j][e] = -deltas[from + sum_column(j, e)];
        }
      }
      add_dots<Tile>(p, k, tile, from);
      if (!all) hide<Tile, false>(p, visible, key0, now + from, hidden);
      add_dots<Tile>(ds, v, tile + Tile::COLUMN_BYTES, from);
      differentiate<Tile>(p, ds, scale, [&](int, int j, int e) {
        return log_sums[from + sum_column(j, e)] * -LOG2_E;
      });
#pragma unroll
      for (int c = 0; c < CHUNK; c += 16) {
        unsigned weights[GROUPS][4], gradients[GROUPS][4];
        pack_weights<Tile>(weights, p, c / 8);
        pack_weights<Tile>(gradients, ds, c / 8);
        add_products<Tile>(dv, weights, tile + Tile::COLUMN_BYTES, from + c);
        add_products<Tile>(dk, gradients, tile, from + c);
      }
    }
  }
  auto dk_rows = a.dk.of(batch, key_head), dv_rows = a.dv.of(batch, key_head);
#pragma unroll
  for (int g = 0; g < GROUPS; g++) {
    store_rows<Tile>(a.dk, dk_rows, first, a.keys, g, dk[g], a.scale, a.scale, rows);
    store_rows<Tile>(a.dv, dv_rows, first, a.keys, g, dv[g], 1.0f, 1.0f, rows + Tile::ROW_BYTES);
  }
}

#ifndef TEMPLATES_ONLY
#define ATTENTION_GRADIENT(NAME, TYPE, D, ROWS, COLUMNS, HELD, BLOCKS)             \
  extern "C" __global__                                                            \
  __launch_bounds__(128, BLOCKS) void attention_##NAME##_##TYPE##_##D##x##ROWS(    \
      Attention<TYPE> a) {                                                         \
    NAME<TensorTile<TYPE, D, ROWS, COLUMNS, HELD>>(a);                             \
  }
#define ATTENTION_GRADIENTS(TYPE)                                 \
  ATTENTION_GRADIENT(query_gradient, TYPE, 32, 64, 64, true, 4)   \
  ATTENTION_GRADIENT(query_gradient, TYPE, 64, 64, 64, true, 3)   \
  ATTENTION_GRADIENT(query_gradient, TYPE, 64, 128, 64, true, 2)  \
  ATTENTION_GRADIENT(query_gradient, TYPE, 128, 64, 32, true, 2)  \
  ATTENTION_GRADIENT(key_gradient, TYPE, 32, 128, 64, true, 2)    \
  ATTENTION_GRADIENT(key_gradient, TYPE, 64, 64, 64, false, 3)    \
  ATTENTION_GRADIENT(key_gradient, TYPE, 64, 128, 64, false, 2)   \
  ATTENTION_GRADIENT(key_gradient, TYPE, 128, 64, 32, false, 2)

ATTENTION_GRADIENTS(bf16)
ATTENTION_GRADIENTS(f16)
#endif
