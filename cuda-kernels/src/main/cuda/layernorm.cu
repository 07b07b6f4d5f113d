// Layer normalization of the rows of x[rows, columns] (Ba, Kiros and Hinton 2016).
//
//   mean = sum(x) / columns,  rstd = 1 / sqrt(sum((x - mean)^2) / columns + epsilon)
//   y = (x - mean) * rstd * gamma + beta
//
// x, y: [rows, columns]; gamma, beta: [columns]; epsilon: [1]; mean, rstd: [rows], or null where
// the gradient does not follow. All of one type: f32, bf16 or f16; arithmetic is f32.
// Launch: row.cuh says it by capacity; "any" takes a block of 512 a row.
// Bytes: x and y once, gamma and beta once (then they are in the cache): (2 * rows + 2) * columns *
// size + 2 * rows * size; "any" reads x three times. Flops: 7 an element.
//
// The row stays in registers between its two sums, so the variance is that of the centred values,
// as exact as with a second read of memory and without one.
// Hole: prologue of x, epilogue of y.

#define HOLE_ELEMENT
#include "row.cuh"
#include "scalar.cuh"

template <typename T, int THREADS, int PER_THREAD>
__device__ __forceinline__ void layernorm(
    const T* x, const T* gamma, const T* beta, const T* epsilon, T* y, T* mean, T* rstd, int rows,
    int columns) {
  Row<T, THREADS, PER_THREAD> row;
  int r = row.index();
  if (r >= rows) return;
  size_t start = static_cast<size_t>(r) * columns;
  row.load(x + start, columns, 0.0f);
#pragma unroll
  for (int i = 0; i < PER_THREAD; i++) {
    if (row.inside(i, columns)) row.value[i] = prologue(row.value[i]);
  }
  float reciprocal = 1.0f / columns;
  float average = row.sum() * reciprocal;
  float squares = 0.0f;
#pragma unroll
  for (int i = 0; i < PER_THREAD; i++) {
    row.value[i] = row.inside(i, columns) ? row.value[i] - average : 0.0f;
    squares = fmaf(row.value[i], row.value[i], squares);
  }
  float scale = rsqrtf(fmaf(row.sum(squares), reciprocal, to_float(epsilon[0])));
  if (threadIdx.x % THREADS == 0) {
    if (mean != nullptr) mean[r] = from_float<T>(average);
    if (rstd != nullptr) rstd[r] = from_float<T>(scale);
  }
  Row<T, THREADS, PER_THREAD> factor;
  Row<T, THREADS, PER_THREAD> shift;
  factor.load(gamma, columns, 0.0f);
  shift.load(beta, columns, 0.0f);
#pragma unroll
  for (int i = 0; i < PER_THREAD; i++) {
    row.value[i] = epilogue(fmaf(row.value[i] * scale, factor.value[i], shift.value[i]));
  }
  row.store(y + start, columns);
}

constexpr int WIDE_BLOCK = 512;

template <typename T>
__device__ __forceinline__ void layernorm_any(
    const T* x, const T* gamma, const T* beta, const T* epsilon, T* y, T* mean, T* rstd,
    int columns) {
  size_t start = static_cast<size_t>(blockIdx.x) * columns;
  float sum = 0.0f;
  for (int c = threadIdx.x; c < columns; c += WIDE_BLOCK) sum += prologue(to_float(x[start + c]));
  float reciprocal = 1.0f / columns;
  float average = fold_row<Sum, WIDE_BLOCK>(sum) * reciprocal;
  float squares = 0.0f;
  for (int c = threadIdx.x; c < columns; c += WIDE_BLOCK) {
    float centred = prologue(to_float(x[start + c])) - average;
    squares = fmaf(centred, centred, squares);
  }
  squares = fold_row<Sum, WIDE_BLOCK>(squares);
  float scale = rsqrtf(fmaf(squares, reciprocal, to_float(epsilon[0])));
  if (threadIdx.x == 0) {
    if (mean != nullptr) mean[blockIdx.x] = from_float<T>(average);
    if (rstd != nullptr) rstd[blockIdx.x] = from_float<T>(scale);
  }
  for (int c = threadIdx.x; c < columns; c += WIDE_BLOCK) {
    float normal = (prologue(to_float(x[start + c])) - average) * scale;
    y[start + c] = from_float<T>(epilogue(fmaf(normal, to_float(gamma[c]), to_float(beta[c]))));
  }
}

#define LAYERNORM(SUFFIX, T, THREADS, PER_THREAD)                                            \
  extern "C" __global__ void __launch_bounds__(ROW_BLOCK<THREADS>) layernorm_##SUFFIX(       \
      const T* x, const T* gamma, const T* beta, const T* epsilon, T* y, T* mean, T* rstd,   \
      int rows, int columns) {                                                               \
    layernorm<T, THREADS, PER_THREAD>(x, gamma, beta, epsilon, y, mean, rstd, rows, columns); \
  }
FOR_EACH_ROW_KERNEL(LAYERNORM)

#define ANY(TYPE, T)                                                                         \
  extern "C" __global__ void __launch_bounds__(WIDE_BLOCK) layernorm_##TYPE##_any(           \
      const T* x, const T* gamma, const T* beta, const T* epsilon, T* y, T* mean, T* rstd,   \
      int rows, int columns) {                                                               \
    layernorm_any(x, gamma, beta, epsilon, y, mean, rstd, columns);                          \
  }
ANY(f32, float)
ANY(bf16, bf16)
ANY(f16, f16)
