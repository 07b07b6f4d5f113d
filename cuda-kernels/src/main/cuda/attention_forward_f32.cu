// attention_forward_f32_D, D = 32, 64, 128: y and log_sums of attention.cuh in f32.
//
// Launch: <<< dim3(ceil(queries / 64), heads, batches), 128, shared bytes >>> with
//   4 * (64 * (D + 4) + 2 * C * (D + 4) + 64 * (C + 16)) bytes, C = 64 (D = 128: 32) keys a tile:
//   D = 32: 48128, 64: 72704, 128: 79872 (the driver must allow more than 48 KiB).
// argument: Attention<float> by value; reads q, k, v, mask; writes y, log_sums.
//
// A plan may add a bias[batches, heads, queries, keys] to the scaled scores (`Bias`); a sum of less
// than BIASED_LEAST counts as that, so that the keys of a query whose scores are all the least
// number weigh the same; its log sum is the least number. A query whose scores are all minus
// infinity gives NaN.
//
// The sum is of exponentials of base 2, with the factor log2(e) in the scale. The running maximum
// and sum of a row are in each of the 16 lanes that share it.
#include "attention_simt.cuh"

// Least of a biased score, times log2(e); above what stands for an invisible key.
constexpr float BIASED_LEAST = -0x1.fp126f;
constexpr float LEAST_NUMBER = -0x1.fffffep127f;

// What is added to the scores of one head: nothing.
struct Unbiased {
  // Of a query without a key: the factor of its sums, and the log sum.
  static __device__ __forceinline__ float empty_factor() { return 0.0f; }
  static __device__ __forceinline__ float empty_log_sum() { return LEAST; }

  __device__ __forceinline__ Unbiased of(int, int) const { return *this; }
  __device__ __forceinline__ float add(int, int, float score, float scale) const {
    return score * scale;
  }
};

// An array of floats.
struct Bias {
  static __device__ __forceinline__ float empty_factor() { return __int_as_float(0x7fffffff); }
  static __device__ __forceinline__ float empty_log_sum() { return empty_factor(); }

  const float* at;
  long long batch, head, row;

  __device__ __forceinline__ Bias of(int b, int h) const {
    return {at + b * batch + h * head, 0, 0, row};
  }
  __device__ __forceinline__ float add(int query, int key, float score, float scale) const {
    float added = at[query * row + key];
    float sum = fmaf(score, scale, added * LOG2_E);
    return fmaxf(sum, added == minus_infinity() ? added : BIASED_LEAST);
  }
};

template <typename Tile, typename Addend = Unbiased>
__device__ __forceinline__ void attention_forward(
    const Attention<float>& a, const Addend& addend = {}) {
  constexpr int ROWS = Tile::OWN_ROWS, COLUMNS = Tile::OWN_COLUMNS;
  extern __shared__ __align__(16) float memory[];
  float* q = memory;
  float* k = q + Tile::ROWS * Tile::PITCH;
  float* v = k + Tile::COLUMNS * Tile::PITCH;
  float* weights = v + Tile::COLUMNS * Tile::PITCH;

  int first = blockIdx.x * Tile::ROWS, head = blockIdx.y, batch = blockIdx.z;
  int key_head = head / (a.heads / a.key_heads);
  const float* keys = a.k.of(batch, key_head);
  const float* values = a.v.of(batch, key_head);
  Visibility<float> visible(a, batch, head);
  Addend added = addend.of(batch, head);
  float scale = a.scale * LOG2_E;

  load_rows<Tile::D, Tile::ROWS>(q, a.q.of(batch, head), a.q.row, first, a.queries);
  float out[ROWS][Tile::OWN_D], max[ROWS], sum[ROWS];
  clear<Tile>(out);
#pragma unroll
  for (int i = 0; i < ROWS; i++) {
    max[i] = LEAST;
    sum[i] = 0.0f;
  }

  int end = a.keys_before(first + Tile::ROWS);
  for (int key0 = 0; key0 < end; key0 += Tile::COLUMNS) {
    __syncthreads();
    load_rows<Tile::D, Tile::COLUMNS>(k, keys, a.k.row, key0, a.keys);
    load_rows<Tile::D, Tile::COLUMNS>(v, values, a.v.row, key0, a.keys);
    __syncthreads();
    float scores[ROWS][COLUMNS];
    dot_tile<Tile>(scores, q, k);
#pragma unroll
    for (int i = 0; i < ROWS; i++) {
      int query = first + tile_y() + 8 * i;
      float next = max[i];
#pragma unroll
      for (int j = 0; j < COLUMNS; j++) {
        int key = key0 + tile_x() + 16 * j;
        bool sees = visible.sees(query, key);
        scores[i][j] = sees ? added.add(query, key, scores[i][j], scale) : LEAST;
        next = fmaxf(next, scores[i][j]);
      }
#pragma unroll
      for (int lanes = 8; lanes > 0; lanes /= 2) {
        next = fmaxf(next, __shfl_xor_sync(ALL_LANES, next, lanes));
      }
      float correction = exp2f(max[i] - next);
      max[i] = next;
      sum[i] *= correction;
#pragma unroll
      for (int j = 0; j < COLUMNS; j++) {
        scores[i][j] = scores[i][j] == LEAST ? 0.0f : exp2f(scores[i][j] - next);
        sum[i] += scores[i][j];
      }
#pragma unroll
      for (int e = 0; e < Tile::OWN_D; e++) out[i][e] *= correction;
    }
    share_weights<Tile>(weights, scores);
    add_products<Tile>(out, weights, v);
  }

#pragma unroll
  for (int i = 0; i < ROWS; i++) {
#pragma unroll
    for (int lanes = 8; lanes > 0; lanes /= 2) {
      sum[i] += __shfl_xor_sync(ALL_LANES, sum[i], lanes);
    }
    int query = first + tile_y() + 8 * i;
    if (query < a.queries) {
      bool any = sum[i] > 0.0f;
      float factor = any ? 1.0f / sum[i] : Addend::empty_factor();
      store_row<Tile>(a.y.of(batch, head) + query * a.y.row, out[i], factor);
      if (tile_x() == 0) {
        float log_sum = max[i] == BIASED_LEAST ? LEAST_NUMBER : (max[i] + log2f(sum[i])) * LN_2;
        a.log_sums[a.sums_of(batch, head) + query] = any ? log_sum : Addend::empty_log_sum();
      }
    }
  }
}

#ifndef TEMPLATES_ONLY
extern "C" __global__ __launch_bounds__(128, 3) void attention_forward_f32_32(Attention<float> a) {
  attention_forward<AttentionTile<32, 64, 64>>(a);
}

extern "C" __global__ __launch_bounds__(128, 3) void attention_forward_f32_64(Attention<float> a) {
  attention_forward<AttentionTile<64, 64, 64>>(a);
}

extern "C" __global__ __launch_bounds__(128, 2) void attention_forward_f32_128(
    Attention<float> a) {
  attention_forward<AttentionTile<128, 64, 32>>(a);
}
#endif
