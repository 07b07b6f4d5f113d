// attention_query_gradient_f32_D and attention_key_gradient_f32_D, D = 32, 64, 128: dq, and dk with
// dv, of attention.cuh in f32. attention_deltas (attention_deltas.cu) comes before.
//
// With R = 64 rows a block (D = 128: 32):
// Launch: query gradient <<< dim3(ceil(queries / R), heads, batches),     128, shared bytes >>>
//         key gradient   <<< dim3(ceil(keys / R),    key_heads, batches), 128, shared bytes >>>
//   shared bytes of both 4 * (2 * R * (D + 4) + 64 * (D + 4) + R * 48):
//   D = 32: 39936, 64: 64512, 128: 73728 (the driver must allow more than 48 KiB).
// argument: Attention<float> by value; reads q, k, v, dy, mask, log_sums, deltas; writes dq, or dk
// and dv, whose rows in a group of heads are sums over the group, head by head.
#include "attention_simt.cuh"

// p and ds of one pair, from q . k and dy . v.
__device__ __forceinline__ float2 pair_gradient(
    bool sees, float dot, float dy_dot, float scale, float log_sum, float delta) {
  float p = sees ? exp2f(fmaf(dot, scale, -log_sum * LOG2_E)) : 0.0f;
  return make_float2(p, p * (dy_dot - delta));
}

template <typename Tile>
struct GradientMemory {
  float rows[2][Tile::ROWS * Tile::PITCH];
  float columns[2][Tile::COLUMNS * Tile::PITCH];
  float weights[Tile::ROWS * Tile::WEIGHT_PITCH];
};

template <typename Tile>
__device__ __forceinline__ void query_gradient(const Attention<float>& a) {
  constexpr int ROWS = Tile::OWN_ROWS, COLUMNS = Tile::OWN_COLUMNS;
  extern __shared__ __align__(16) float bytes[];
  auto& memory = *reinterpret_cast<GradientMemory<Tile>*>(bytes);
  int first = blockIdx.x * Tile::ROWS, head = blockIdx.y, batch = blockIdx.z;
  int key_head = head / (a.heads / a.key_heads);
  Visibility<float> visible(a, batch, head);
  float scale = a.scale * LOG2_E;

  load_rows<Tile::D, Tile::ROWS>(memory.rows[0], a.q.of(batch, head), a.q.row, first, a.queries);
  load_rows<Tile::D, Tile::ROWS>(memory.rows[1], a.dy.of(batch, head), a.dy.row, first, a.queries);
  float out[ROWS][Tile::OWN_D], log_sum[ROWS], delta[ROWS];
  clear<Tile>(out);
#pragma unroll
  for (int i = 0; i < ROWS; i++) {
    int query = first + tile_y() + 8 * i;
    long long at = a.sums_of(batch, head) + query;
    log_sum[i] = query < a.queries ? a.log_sums[at] : 0.0f;
    delta[i] = query < a.queries ? a.deltas[at] : 0.0f;
  }

  int end = a.keys_before(first + Tile::ROWS);
  for (int key0 = 0; key0 < end; key0 += Tile::COLUMNS) {
    __syncthreads();
    load_rows<Tile::D, Tile::COLUMNS>(
        memory.columns[0], a.k.of(batch, key_head), a.k.row, key0, a.keys);
    load_rows<Tile::D, Tile::COLUMNS>(
        memory.columns[1], a.v.of(batch, key_head), a.v.row, key0, a.keys);
    __syncthreads();
    float scores[ROWS][COLUMNS], dp[ROWS][COLUMNS];
    dot_tile<Tile>(scores, memory.rows[0], memory.columns[0]);
    dot_tile<Tile>(dp, memory.rows[1], memory.columns[1]);
#pragma unroll
    for (int i = 0; i < ROWS; i++) {
#pragma unroll
      for (int j = 0; j < COLUMNS; j++) {
        bool sees = visible.sees(first + tile_y() + 8 * i, key0 + tile_x() + 16 * j);
        auto pair = pair_gradient(sees, scores[i][j], dp[i][j], scale, log_sum[i], delta[i]);
        scores[i][j] = pair.y;
      }
    }
    share_weights<Tile>(memory.weights, scores);
    add_products<Tile>(out, memory.weights, memory.columns[0]);
  }
#pragma unroll
  for (int i = 0; i < ROWS; i++) {
    int query = first + tile_y() + 8 * i;
    if (query < a.queries) {
      store_row<Tile>(a.dq.of(batch, head) + query * a.dq.row, out[i], a.scale);
    }
  }
}

template <typename Tile>
__device__ __forceinline__ void key_gradient(const Attention<float>& a) {
  constexpr int ROWS = Tile::OWN_ROWS, COLUMNS = Tile::OWN_COLUMNS;
  extern __shared__ __align__(16) float bytes[];
  auto& memory = *reinterpret_cast<GradientMemory<Tile>*>(bytes);
  int first = blockIdx.x * Tile::ROWS, key_head = blockIdx.y, batch = blockIdx.z;
  int group = a.heads / a.key_heads;
  float scale = a.scale * LOG2_E;

  load_rows<Tile::D, Tile::ROWS>(memory.rows[0], a.k.of(batch, key_head), a.k.row, first, a.keys);
  load_rows<Tile::D, Tile::ROWS>(memory.rows[1], a.v.of(batch, key_head), a.v.row, first, a.keys);
  float dk[ROWS][Tile::OWN_D], dv[ROWS][Tile::OWN_D];
  clear<Tile>(dk);
  clear<Tile>(dv);

  for (int head = key_head * group; head < (key_head + 1) * group; head++) {
    Visibility<float> visible(a, batch, head);
    const float* log_sums = a.log_sums + a.sums_of(batch, head);
    const float* deltas = a.deltas + a.sums_of(batch, head);
    int begin = a.first_query(first) / Tile::COLUMNS * Tile::COLUMNS;
    for (int query0 = begin; query0 < a.queries; query0 += Tile::COLUMNS) {
      __syncthreads();
      load_rows<Tile::D, Tile::COLUMNS>(
          memory.columns[0], a.q.of(batch, head), a.q.row, query0, a.queries);
      load_rows<Tile::D, Tile::COLUMNS>(
          memory.columns[1], a.dy.of(batch, head), a.dy.row, query0, a.queries);
      __syncthreads();
      float p[ROWS][COLUMNS], ds[ROWS][COLUMNS];
      dot_tile<Tile>(p, memory.rows[0], memory.columns[0]);
      dot_tile<Tile>(ds, memory.rows[1], memory.columns[1]);
#pragma unroll
      for (int j = 0; j < COLUMNS; j++) {
        int query = query0 + tile_x() + 16 * j;
        float log_sum = query < a.queries ? log_sums[query] : 0.0f;
        float delta = query < a.queries ? deltas[query] : 0.0f;
#pragma unroll
        for (int i = 0; i < ROWS; i++) {
          bool sees = visible.sees(query, first + tile_y() + 8 * i);
          auto pair = pair_gradient(sees, p[i][j], ds[i][j], scale, log_sum, delta);
          p[i][j] = pair.x;
          ds[i][j] = pair.y;
        }
      }
      share_weights<Tile>(memory.weights, p);
      add_products<Tile>(dv, memory.weights, memory.columns[1]);
      share_weights<Tile>(memory.weights, ds);
      add_products<Tile>(dk, memory.weights, memory.columns[0]);
    }
  }
#pragma unroll
  for (int i = 0; i < ROWS; i++) {
    int key = first + tile_y() + 8 * i;
    if (key < a.keys) {
      store_row<Tile>(a.dk.of(batch, key_head) + key * a.dk.row, dk[i], a.scale);
      store_row<Tile>(a.dv.of(batch, key_head) + key * a.dv.row, dv[i], 1.0f);
    }
  }
}

#ifndef TEMPLATES_ONLY
extern "C" __global__ __launch_bounds__(128, 3) void attention_query_gradient_f32_32(
    Attention<float> a) {
  query_gradient<AttentionTile<32, 64, 32>>(a);
}

extern "C" __global__ __launch_bounds__(128, 3) void attention_query_gradient_f32_64(
    Attention<float> a) {
  query_gradient<AttentionTile<64, 64, 32>>(a);
}

extern "C" __global__ __launch_bounds__(128, 3) void attention_query_gradient_f32_128(
    Attention<float> a) {
  query_gradient<AttentionTile<128, 32, 32>>(a);
}

extern "C" __global__ __launch_bounds__(128, 3) void attention_key_gradient_f32_32(
    Attention<float> a) {
  key_gradient<AttentionTile<32, 64, 32>>(a);
}

extern "C" __global__ __launch_bounds__(128, 3) void attention_key_gradient_f32_64(
    Attention<float> a) {
  key_gradient<AttentionTile<64, 64, 32>>(a);
}

extern "C" __global__ __launch_bounds__(128, 3) void attention_key_gradient_f32_128(
    Attention<float> a) {
  key_gradient<AttentionTile<128, 32, 32>>(a);
}
#endif
