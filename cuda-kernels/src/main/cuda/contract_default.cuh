// The hole of contract.cuh filled by hand: C[M, N] = A[M, K] * B[K, N] of row-major f32 arrays.
#pragma once

#ifndef DEFAULT_SIZE
#define DEFAULT_SIZE 1024
#endif
#ifndef DEFAULT_COMPUTE
#define DEFAULT_COMPUTE F32
#endif

struct Buffers {
  const float* a;
  const float* b;
  float* c;
};
typedef float Sum;
constexpr Element COMPUTE = DEFAULT_COMPUTE;
constexpr int BATCH = 1, M = DEFAULT_SIZE, N = DEFAULT_SIZE, K = DEFAULT_SIZE;

constexpr bool A_PLAIN = true, A_INNER_K = true;
constexpr long long A_STRIDE_M = K, A_STRIDE_K = 1;
constexpr int A_LANES = K % 4 == 0 ? 4 : 1;
constexpr Element A_ELEMENT = F32;
__device__ __forceinline__ const float* a_pointer(const Buffers& buffers, int) {
  return buffers.a;
}
__device__ __forceinline__ Sum load_a(const Buffers& buffers, int, int m, int k) {
  return buffers.a[(long long)m * K + k];
}

constexpr bool B_PLAIN = true, B_INNER_K = false;
constexpr long long B_STRIDE_K = N, B_STRIDE_N = 1;
constexpr int B_LANES = N % 4 == 0 ? 4 : 1;
constexpr Element B_ELEMENT = F32;
__device__ __forceinline__ const float* b_pointer(const Buffers& buffers, int) {
  return buffers.b;
}
__device__ __forceinline__ Sum load_b(const Buffers& buffers, int, int k, int n) {
  return buffers.b[(long long)k * N + n];
}

constexpr int C_LANES = N % 4 == 0 ? 4 : 1;
__device__ __forceinline__ void store_c(const Buffers& buffers, int, int m, int n, Sum sum) {
  buffers.c[(long long)m * N + n] = sum;
}
template <int LANES>
__device__ __forceinline__ void store_c_vector(
    const Buffers& buffers, int, int m, int n, const Sum* sums) {
  Pack<float, LANES> c;
#pragma unroll
  for (int i = 0; i < LANES; i++) c.at[i] = sums[i];
  store_vector(buffers.c + (long long)m * N + n, c);
}
