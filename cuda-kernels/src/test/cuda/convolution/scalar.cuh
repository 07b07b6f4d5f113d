// A filled hole: the convolution y = relu(x * w + bias), 3 x 3 with padding 1, and its gradients as
// the compiler writes them: x[IMAGES, CHANNELS, EDGE, EDGE], w[FILTERS, CHANNELS, 3, 3],
// y[IMAGES, FILTERS, EDGE, EDGE]. n runs along the contiguous axis of the result each time.
//
//   DIRECTION 0  y:  m = filter,  n = (image, y, x),        k = (channel, dy, dx)
//   DIRECTION 1  dw: m = filter,  n = (channel, dy, dx),    k = (image, y, x)
//   DIRECTION 2  dx: m = channel, n = (image, y, x),        k = (filter, dy, dx)
//
// Buffers are x, w, bias, y, in DIRECTION 1 x, dy, -, dw and in 2 dy, w, -, dx.
#pragma once

#ifndef DIRECTION
#define DIRECTION 0
#endif
#ifndef IMAGES
#define IMAGES 8
#define CHANNELS 17
#define FILTERS 40
#define EDGE 28
#endif

struct Buffers {
  const float* image;
  const float* other;
  const float* bias;
  float* result;
};
typedef float Sum;
constexpr Element COMPUTE = BF16;
constexpr unsigned PIXELS = EDGE * EDGE;
constexpr int BATCH = 1, M = DIRECTION == 2 ? CHANNELS : FILTERS;
constexpr int N = DIRECTION == 1 ? CHANNELS * 9 : IMAGES * PIXELS;
constexpr int K = DIRECTION == 0 ? CHANNELS * 9 : DIRECTION == 1 ? IMAGES * PIXELS : FILTERS * 9;

// The element of images[IMAGES, count, EDGE, EDGE] that the tap sees from the pixel; a tap of the
// input's gradient looks the other way.
__device__ __forceinline__ float window(
    const Buffers& buffers, unsigned count, unsigned pixel, unsigned tap) {
  unsigned dx = tap % 3u, dy = tap / 3u % 3u, channel = tap / 9u;
  unsigned x = pixel % EDGE, y = pixel / EDGE % EDGE, image = pixel / PIXELS;
  int row = DIRECTION == 2 ? y - dy + 1 : y + dy - 1;
  int column = DIRECTION == 2 ? x - dx + 1 : x + dx - 1;
  return (unsigned)row < EDGE && (unsigned)column < EDGE
      ? buffers.image[(image * count + channel) * PIXELS + row * EDGE + column]
      : 0.0f;
}

constexpr bool A_PLAIN = DIRECTION == 0, A_INNER_K = true;
constexpr long long A_STRIDE_M = K, A_STRIDE_K = 1;
constexpr int A_LANES = DIRECTION == 0 && K % 4 == 0 ? 4 : 1;
constexpr Element A_ELEMENT = F32;
__device__ __forceinline__ const float* a_pointer(const Buffers& buffers, int) {
  return buffers.other;
}
__device__ __forceinline__ Sum load_a(const Buffers& buffers, int, int m, int k) {
  unsigned uk = k;
  if (DIRECTION == 0) return buffers.other[m * K + k];
  if (DIRECTION == 1) {
    return buffers.other[(uk / PIXELS * FILTERS + m) * PIXELS + uk % PIXELS];
  }
  return buffers.other[(uk / 9u * CHANNELS + m) * 9u + uk % 9u];
}

constexpr bool B_PLAIN = false, B_INNER_K = DIRECTION == 1;
constexpr long long B_STRIDE_K = 0, B_STRIDE_N = 0;
constexpr int B_LANES = 1;
constexpr Element B_ELEMENT = OTHER;
__device__ __forceinline__ const float* b_pointer(const Buffers&, int) { return nullptr; }
__device__ __forceinline__ Sum load_b(const Buffers& buffers, int, int k, int n) {
  if (DIRECTION == 1) return window(buffers, CHANNELS, k, n);
  return window(buffers, DIRECTION == 0 ? CHANNELS : FILTERS, n, k);
}

constexpr int C_LANES = DIRECTION != 1 && PIXELS % 4 == 0 ? 4 : 1;
__device__ __forceinline__ float epilogue(const Buffers& buffers, int m, Sum sum) {
  return DIRECTION == 0 ? fmaxf(__fadd_rn(sum, buffers.bias[m]), 0.0f) : sum;
}
__device__ __forceinline__ unsigned offset(int m, int n) {
  unsigned un = n;
  return DIRECTION == 1 ? m * N + un : (un / PIXELS * M + m) * PIXELS + un % PIXELS;
}
__device__ __forceinline__ void store_c(const Buffers& buffers, int, int m, int n, Sum sum) {
  buffers.result[offset(m, n)] = epilogue(buffers, m, sum);
}
template <int LANES>
__device__ __forceinline__ void store_c_vector(
    const Buffers& buffers, int, int m, int n, const Sum* sums) {
  Pack<float, LANES> c;
#pragma unroll
  for (int i = 0; i < LANES; i++) c.at[i] = epilogue(buffers, m, sums[i]);
  store_vector(buffers.result + offset(m, n), c);
}
