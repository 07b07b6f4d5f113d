// A filled hole: relu(convolution + bias), 3 x 3, padding 1, of x[8, 17, 28, 28] with w[40, 17, 3,
// 3] to y[8, 40, 28, 28]. m is the output channel, n = (image, y, x), k = (channel, dy, dx): n runs
// along the contiguous axis of y.
#pragma once

struct Buffers {
  const float* x;
  const float* w;
  const float* bias;
  float* y;
};
typedef float Sum;
constexpr int BATCH = 1, M = 40, N = 8 * 28 * 28, K = 17 * 9;

constexpr bool A_PLAIN = true, A_INNER_K = true;
constexpr long long A_STRIDE_M = K, A_STRIDE_K = 1;
constexpr int A_LANES = 1;
constexpr Element A_ELEMENT = F32;
__device__ __forceinline__ const float* a_pointer(const Buffers& buffers, int) {
  return buffers.w;
}
__device__ __forceinline__ Sum load_a(const Buffers& buffers, int, int m, int k) {
  return buffers.w[m * K + k];
}

constexpr bool B_PLAIN = false, B_INNER_K = false;
constexpr long long B_STRIDE_K = 0, B_STRIDE_N = 0;
constexpr int B_LANES = 1;
constexpr Element B_ELEMENT = OTHER;
__device__ __forceinline__ const float* b_pointer(const Buffers&, int) { return nullptr; }
__device__ __forceinline__ Sum load_b(const Buffers& buffers, int, int k, int n) {
  unsigned uk = k, un = n;
  unsigned dx = uk % 3u, dy = uk / 3u % 3u, channel = uk / 9u;
  unsigned x = un % 28u, y = un / 28u % 28u, image = un / 784u;
  int row = y + dy - 1, column = x + dx - 1;
  return (unsigned)row < 28u && (unsigned)column < 28u
      ? buffers.x[image * (17 * 784) + channel * 784 + row * 28 + column]
      : 0.0f;
}

constexpr int C_LANES = 4;
__device__ __forceinline__ float epilogue(const Buffers& buffers, int m, Sum sum) {
  return fmaxf(__fadd_rn(sum, buffers.bias[m]), 0.0f);
}
__device__ __forceinline__ int offset(int m, int n) {
  unsigned un = n, image = un / 784u;
  return image * (40 * 784) + m * 784 + un % 784u;
}
__device__ __forceinline__ void store_c(const Buffers& buffers, int, int m, int n, Sum sum) {
  buffers.y[offset(m, n)] = epilogue(buffers, m, sum);
}
template <int LANES>
__device__ __forceinline__ void store_c_vector(
    const Buffers& buffers, int, int m, int n, const Sum* sums) {
  Pack<float, LANES> c;
#pragma unroll
  for (int i = 0; i < LANES; i++) c.at[i] = epilogue(buffers, m, sums[i]);
  *reinterpret_cast<Pack<float, LANES>*>(buffers.y + offset(m, n)) = c;
}
