// attention_forward_T_DxROWS, T = bf16, f16: y and log_sums of attention.cuh on the tensor cores, a
// block of 128 threads doing ROWS queries: 64, or 128 where there are blocks enough.
//
// Launch: <<< dim3(ceil(queries / ROWS), heads, batches), 128, shared bytes >>> with
//   2 * D * (ROWS + 4 * C) bytes, C = 64 (128x128: 32) keys a tile:
//   32x64: 20480, 64x64: 40960, 64x128: 49152, 128x64: 81920, 128x128: 65536 (above 48 KiB the
//   driver must allow them).
// argument: Attention<T> by value; reads q, k, v, mask; writes y, log_sums.
//
// The weights are rounded to T before the second product, their sum is not. They are relative to a
// score that is the row's maximum or up to 2^8 times too small a weight: only where a tile exceeds
// it by more does the warp agree on a new one and correct its sums (FlashAttention-4). Tiles that
// a warp sees none of are skipped, and scores are hidden only in those it sees in part.
#include "attention_tensor.cuh"

// What a warp has summed up of its rows.
template <typename Tile>
struct Weighted {
  typedef typename Tile::Type T;
  static constexpr int D = Tile::D, COLUMNS = Tile::COLUMNS, GROUPS = Tile::GROUPS;
  static constexpr float ROOM = 8.0f;  // weights are up to 2^ROOM
  static constexpr float NONE = 0x1p127f;

  // For rows g and g + 8: the sum of the lane's weights, and what is added to an exponent of 2, the
  // negative exponent of the maximum; NONE where no key is seen yet.
  Sums<D> out[GROUPS];
  float sum[GROUPS][2], shift[GROUPS][2];
  float scale;

  __device__ __forceinline__ explicit Weighted(float scale) : scale(scale) {
#pragma unroll
    for (int g = 0; g < GROUPS; g++) {
      out[g].clear();
#pragma unroll
      for (int h = 0; h < 2; h++) {
        sum[g][h] = 0.0f;
        shift[g][h] = NONE;
      }
    }
  }

  // Makes the maxima great enough for a tile of scores.
  __device__ __forceinline__ void raise(const Sums<COLUMNS> (&scores)[GROUPS]) {
    float most[GROUPS][2];
    bool above = false;
#pragma unroll
    for (int g = 0; g < GROUPS; g++) {
#pragma unroll
      for (int h = 0; h < 2; h++) {
        float next = minus_infinity();
#pragma unroll
        for (int j = 0; j < COLUMNS / 8; j++) {
          next = fmaxf(next, fmaxf(scores[g].at[j][2 * h], scores[g].at[j][2 * h + 1]));
        }
        most[g][h] = next;
        above = above || is_above(g, h, next);
      }
    }
    if (!__any_sync(ALL_LANES, above)) return;
#pragma unroll
    for (int g = 0; g < GROUPS; g++) {
#pragma unroll
      for (int h = 0; h < 2; h++) {
        float next = most[g][h];
        next = fmaxf(next, __shfl_xor_sync(ALL_LANES, next, 1));
        next = fmaxf(next, __shfl_xor_sync(ALL_LANES, next, 2));
        if (is_above(g, h, next)) correct(g, h, -next * scale);
      }
    }
  }

  __device__ __forceinline__ bool is_above(int g, int h, float score) const {
    return fmaf(score, scale, shift[g][h]) > ROOM;
  }

  __device__ __forceinline__ void correct(int g, int h, float next) {
    float factor = power_of_two(next - shift[g][h]);
    shift[g][h] = next;
    sum[g][h] *= factor;
#pragma unroll
    for (int j = 0; j < D / 8; j++) {
      out[g].at[j][2 * h] *= factor;
      out[g].at[j][2 * h + 1] *= factor;
    }
  }

  __device__ __forceinline__ void add(
      Sums<COLUMNS> (&scores)[GROUPS], const unsigned char* values) {
#pragma unroll
    for (int j = 0; j < COLUMNS / 8; j += 2) {
#pragma unroll
      for (int g = 0; g < GROUPS; g++) {
#pragma unroll
        for (int i = 0; i < 8; i++) {
          float& score = scores[g].at[j + i / 4][i % 4];
          score = power_of_two(fmaf(score, scale, shift[g][i % 4 / 2]));
          sum[g][i % 4 / 2] += score;
        }
      }
      unsigned weights[GROUPS][4];
      pack_weights<Tile>(weights, scores, j);
      add_products<Tile>(out, weights, values, j * 8);
    }
  }
};

// Changes the signs of a block's rows.
template <typename Tile>
__device__ __forceinline__ void negate(unsigned char* rows) {
  for (int i = threadIdx.x; i < Tile::ROW_BYTES / 4; i += Tile::THREADS) {
    reinterpret_cast<unsigned*>(rows)[i] ^= 0x80008000u;
  }
  __syncthreads();
}

template <typename Tile>
__device__ __forceinline__ void attention_forward(const Attention<typename Tile::Type>& a) {
  constexpr int D = Tile::D, COLUMNS = Tile::COLUMNS, GROUPS = Tile::GROUPS;
  extern __shared__ __align__(1024) unsigned char memory[];
  unsigned char* rows = memory;
  unsigned char* tiles = memory + Tile::ROW_BYTES;  // [stage][k, v]

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
  copy_tile(0, 0);
  wait_copies<0>();
  __syncthreads();
  float scale = a.exponent_scale();
  if (scale < 0.0f) negate<Tile>(rows);
  Fragments<Tile> q(rows);
  Weighted<Tile> weighted(fabsf(scale));

  Visibility visible(a, batch, head);
  int query0 = first + Tile::warp_row();
  int warp_end = query0 < a.queries ? a.keys_before(query0 + Tile::WARP_ROWS) : 0;
  int stage = 0;
#pragma unroll 1
  for (int key0 = 0; key0 < end; key0 += COLUMNS, stage ^= 1) {
    wait_copies<0>();
    __syncthreads();
    copy_tile(stage ^ 1, key0 + COLUMNS);
    if (key0 >= warp_end) continue;
    const unsigned char* tile = tiles + stage * 2 * Tile::COLUMN_BYTES;
    Sums<COLUMNS> scores[GROUPS];
#pragma unroll
    for (int g = 0; g < GROUPS; g++) scores[g].clear();
    add_dots<Tile>(scores, q, tile, 0);
    if (!visible.sees_all(query0, key0 + COLUMNS)) {
      hide<Tile, true>(scores, visible, query0, key0, minus_infinity());
    }
    weighted.raise(scores);
    weighted.add(scores, tile + Tile::COLUMN_BYTES);
  }

  place = Place(4ll * D * a.keys / group, a.causal);
  first = place.part * Tile::ROWS, head = place.head, batch = place.batch;
  query0 = first + Tile::warp_row();
#pragma unroll
  for (int g = 0; g < GROUPS; g++) {
    float factor[2];
#pragma unroll
    for (int h = 0; h < 2; h++) {
      float sum = weighted.sum[g][h];
      sum += __shfl_xor_sync(ALL_LANES, sum, 1);
      sum += __shfl_xor_sync(ALL_LANES, sum, 2);
      bool any = sum != 0.0f;
      factor[h] = any ? 1.0f / sum : 0.0f;
      int query = query0 + g * 16 + sum_row(2 * h);
      if (threadIdx.x % 4 == 0 && query < a.queries) {
        a.log_sums[a.sums_of(batch, head) + query] =
            any ? (log2f(sum) - weighted.shift[g][h]) * LN_2 : LEAST;
      }
    }
    store_rows<Tile>(
        a.y, a.y.of(batch, head), first, a.queries, g, weighted.out[g], factor[0], factor[1], rows);
  }
}

#ifndef TEMPLATES_ONLY
#define ATTENTION_FORWARD(TYPE, D, ROWS, COLUMNS, HELD, BLOCKS)                     \
  extern "C" __global__                                                             \
  __launch_bounds__(128, BLOCKS) void attention_forward_##TYPE##_##D##x##ROWS(      \
      Attention<TYPE> a) {                                                          \
    attention_forward<TensorTile<TYPE, D, ROWS, COLUMNS, HELD>>(a);                 \
  }
#define ATTENTION_FORWARDS(TYPE)                  \
  ATTENTION_FORWARD(TYPE, 32, 64, 64, true, 4)    \
  ATTENTION_FORWARD(TYPE, 64, 64, 64, true, 3)    \
  ATTENTION_FORWARD(TYPE, 64, 128, 64, true, 2)   \
  ATTENTION_FORWARD(TYPE, 128, 64, 64, true, 2)   \
  ATTENTION_FORWARD(TYPE, 128, 128, 32, false, 2)

ATTENTION_FORWARDS(bf16)
ATTENTION_FORWARDS(f16)
#endif
