// Softmax and log-softmax of the rows of x[rows, columns], and their gradients.
//
//   softmax:             y = exp(x - max) / sum(exp(x - max))
//   logsoftmax:          y = x - max - log(sum(exp(x - max)))
//   softmax_gradient:    dx = y * (dy - sum(y * dy))
//   logsoftmax_gradient: dx = dy - exp(y) * sum(dy)
//
// x, y, dy, dx: [rows, columns] of f32, bf16 or f16, 16-byte aligned; in place is allowed.
// Launch: row.cuh says it by capacity; the kernels of capacity "any" take a block of 512 a row.
// Bytes: each array once: 2 * rows * columns * size forward, 3 * backward; "any" reads its operands
// twice. Flops: forward 5 an element, backward 4.
//
// The maximum and the sum come from registers, so the row is read once. Rows too wide for that keep
// a running maximum and rescale the sum when it grows (Milakov and Gimelshein 2018, "Online
// normalizer calculation for softmax"), then read the row again.
// A row that holds a NaN or +infinity, or nothing but -infinity, gives NaN throughout.
// Hole: prologue of x, epilogue of y, in the forward kernels.

#define HOLE_ELEMENT
#include "row.cuh"
#include "scalar.cuh"

template <bool LOGARITHM, typename T, int THREADS, int PER_THREAD>
__device__ __forceinline__ void softmax(const T* x, T* y, int rows, int columns) {
  Row<T, THREADS, PER_THREAD> row;
  if (row.index() >= rows) return;
  size_t start = static_cast<size_t>(row.index()) * columns;
  row.load(x + start, columns, -infinity());
#pragma unroll
  for (int i = 0; i < PER_THREAD; i++) {
    if (row.inside(i, columns)) row.value[i] = prologue(row.value[i]);
  }
  float max = row.max();
  float sum = 0.0f;
#pragma unroll
  for (int i = 0; i < PER_THREAD; i++) {
    float shifted = row.value[i] - max;
    float exponential = row.inside(i, columns) ? expf(shifted) : 0.0f;
    row.value[i] = LOGARITHM ? shifted : exponential;
    sum += exponential;
  }
  sum = row.sum(sum);
  float factor = LOGARITHM ? logf(sum) : 1.0f / sum;
#pragma unroll
  for (int i = 0; i < PER_THREAD; i++) {
    row.value[i] = epilogue(LOGARITHM ? row.value[i] - factor : row.value[i] * factor);
  }
  row.store(y + start, columns);
}

template <bool LOGARITHM, typename T, int THREADS, int PER_THREAD>
__device__ __forceinline__ void gradient(const T* y, const T* dy, T* dx, int rows, int columns) {
  Row<T, THREADS, PER_THREAD> result;
  Row<T, THREADS, PER_THREAD> cotangent;
  if (result.index() >= rows) return;
  size_t start = static_cast<size_t>(result.index()) * columns;
  result.load(y + start, columns, 0.0f);
  cotangent.load(dy + start, columns, 0.0f);
  float sum = 0.0f;
#pragma unroll
  for (int i = 0; i < PER_THREAD; i++) {
    sum = fmaf(LOGARITHM ? 1.0f : result.value[i], cotangent.value[i], sum);
  }
  sum = result.sum(sum);
#pragma unroll
  for (int i = 0; i < PER_THREAD; i++) {
    float d = cotangent.value[i];
    float y_i = result.value[i];
    result.value[i] = LOGARITHM ? fmaf(-expf(y_i), sum, d) : y_i * (d - sum);
  }
  result.store(dx + start, columns);
}

constexpr int WIDE_BLOCK = 512;

// Maximum of some numbers and the sum of their exponentials relative to it.
struct Normalizer {
  float max = -infinity();
  float sum = 0.0f;

  __device__ __forceinline__ void add(float x) {
    // An infinite difference of equal infinities would be NaN: exp(0) is meant.
    float greater = fmaxf(max, x);
    float rescale = max == greater ? 1.0f : expf(max - greater);
    sum = fmaf(sum, rescale, expf(x - greater));
    max = greater;
  }
};

template <bool LOGARITHM, typename T>
__device__ __forceinline__ void softmax_any(const T* x, T* y, int columns) {
  size_t start = static_cast<size_t>(blockIdx.x) * columns;
  Normalizer own;
  for (int c = threadIdx.x; c < columns; c += WIDE_BLOCK) {
    float value = prologue(to_float(x[start + c]));
    if (value != -infinity()) own.add(value);
  }
  float max = fold_row<Max, WIDE_BLOCK>(own.max);
  float sum = fold_row<Sum, WIDE_BLOCK>(own.sum == 0.0f ? 0.0f : own.sum * expf(own.max - max));
  float factor = LOGARITHM ? logf(sum) : 1.0f / sum;
  for (int c = threadIdx.x; c < columns; c += WIDE_BLOCK) {
    float shifted = prologue(to_float(x[start + c])) - max;
    float result = LOGARITHM ? shifted - factor : expf(shifted) * factor;
    y[start + c] = from_float<T>(epilogue(result));
  }
}

template <bool LOGARITHM, typename T>
__device__ __forceinline__ void gradient_any(const T* y, const T* dy, T* dx, int columns) {
  size_t start = static_cast<size_t>(blockIdx.x) * columns;
  float sum = 0.0f;
  for (int c = threadIdx.x; c < columns; c += WIDE_BLOCK) {
    sum = fmaf(LOGARITHM ? 1.0f : to_float(y[start + c]), to_float(dy[start + c]), sum);
  }
  sum = fold_row<Sum, WIDE_BLOCK>(sum);
  for (int c = threadIdx.x; c < columns; c += WIDE_BLOCK) {
    float result = to_float(y[start + c]);
    float d = to_float(dy[start + c]);
    dx[start + c] = from_float<T>(LOGARITHM ? fmaf(-expf(result), sum, d) : result * (d - sum));
  }
}

#define FORWARD(SUFFIX, T, THREADS, PER_THREAD)                                                \
  extern "C" __global__ void __launch_bounds__(ROW_BLOCK<THREADS>)                             \
      softmax_##SUFFIX(const T* x, T* y, int rows, int columns) {                              \
    softmax<false, T, THREADS, PER_THREAD>(x, y, rows, columns);                               \
  }                                                                                            \
  extern "C" __global__ void __launch_bounds__(ROW_BLOCK<THREADS>)                             \
      logsoftmax_##SUFFIX(const T* x, T* y, int rows, int columns) {                           \
    softmax<true, T, THREADS, PER_THREAD>(x, y, rows, columns);                                \
  }
FOR_EACH_ROW_KERNEL(FORWARD)

#define BACKWARD(SUFFIX, T, THREADS, PER_THREAD)                                               \
  extern "C" __global__ void __launch_bounds__(ROW_BLOCK<THREADS>)                             \
      softmax_gradient_##SUFFIX(const T* y, const T* dy, T* dx, int rows, int columns) {       \
    gradient<false, T, THREADS, PER_THREAD>(y, dy, dx, rows, columns);                         \
  }                                                                                            \
  extern "C" __global__ void __launch_bounds__(ROW_BLOCK<THREADS>)                             \
      logsoftmax_gradient_##SUFFIX(const T* y, const T* dy, T* dx, int rows, int columns) {    \
    gradient<true, T, THREADS, PER_THREAD>(y, dy, dx, rows, columns);                          \
  }
FOR_EACH_ROW_KERNEL(BACKWARD)

#define ANY(TYPE, T)                                                                           \
  extern "C" __global__ void __launch_bounds__(WIDE_BLOCK)                                     \
      softmax_##TYPE##_any(const T* x, T* y, int rows, int columns) {                          \
    softmax_any<false>(x, y, columns);                                                         \
  }                                                                                            \
  extern "C" __global__ void __launch_bounds__(WIDE_BLOCK)                                     \
      logsoftmax_##TYPE##_any(const T* x, T* y, int rows, int columns) {                       \
    softmax_any<true>(x, y, columns);                                                          \
  }                                                                                            \
  extern "C" __global__ void __launch_bounds__(WIDE_BLOCK)                                     \
      softmax_gradient_##TYPE##_any(const T* y, const T* dy, T* dx, int rows, int columns) {   \
    gradient_any<false>(y, dy, dx, columns);                                                   \
  }                                                                                            \
  extern "C" __global__ void __launch_bounds__(WIDE_BLOCK)                                     \
      logsoftmax_gradient_##TYPE##_any(const T* y, const T* dy, T* dx, int rows, int columns) { \
    gradient_any<true>(y, dy, dx, columns);                                                    \
  }
ANY(f32, float)
ANY(bf16, bf16)
ANY(f16, f16)
