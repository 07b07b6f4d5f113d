// attention_deltas_f32, _bf16 and _f16: deltas = sum over D of dy * y for each query, the first
// step of attention's gradient (attention.cuh).
//
// Launch: <<< dim3(ceil(queries / (256 / L)), heads, batches), 256 >>>: L lanes a query, the power
// of two that is not less than D / PACK (4 numbers of f32, 8 of bf16 or f16), at most 32.
// arguments: Attention by value, D (a multiple of 8 up to 256).
//
// Bytes: dy and y once, deltas written. Flops: 2 * D a query.
#include "attention.cuh"
#include "pack.cuh"

template <typename T>
__device__ __forceinline__ void attention_deltas(const Attention<T>& a, int d) {
  int lanes = 32;
  while (lanes > 1 && lanes / 2 * PACK<T> >= d) lanes /= 2;
  int lane = threadIdx.x % lanes, query = (blockIdx.x * 256 + threadIdx.x) / lanes;
  int head = blockIdx.y, batch = blockIdx.z;
  float sum = 0.0f;
  if (query < a.queries) {
    const T* y = a.y.of(batch, head) + query * a.y.row;
    const T* dy = a.dy.of(batch, head) + query * a.dy.row;
    for (int i = lane * PACK<T>; i < d; i += lanes * PACK<T>) {
      float left[PACK<T>], right[PACK<T>];
      load_pack(y + i, left);
      load_pack(dy + i, right);
#pragma unroll
      for (int j = 0; j < PACK<T>; j++) sum = fmaf(left[j], right[j], sum);
    }
  }
  for (int n = lanes / 2; n > 0; n /= 2) sum += __shfl_xor_sync(0xffffffffu, sum, n);
  if (lane == 0 && query < a.queries) a.deltas[a.sums_of(batch, head) + query] = sum;
}

#ifndef TEMPLATES_ONLY
extern "C" __global__ __launch_bounds__(256, 4) void attention_deltas_f32(
    Attention<float> a, int d) {
  attention_deltas(a, d);
}

extern "C" __global__ __launch_bounds__(256, 4) void attention_deltas_bf16(
    Attention<bf16> a, int d) {
  attention_deltas(a, d);
}

extern "C" __global__ __launch_bounds__(256, 4) void attention_deltas_f16(
    Attention<f16> a, int d) {
  attention_deltas(a, d);
}
#endif
