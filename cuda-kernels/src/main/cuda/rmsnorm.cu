// Root-mean-square normalization of the rows of x[rows, columns] (Zhang and Sennrich 2019).
//
//   rstd = 1 / sqrt(sum(x^2) / columns + epsilon),  y = x * rstd * gamma
//
// x, y: [rows, columns]; gamma: [columns]; epsilon: [1]; rstd: [rows], or null where the gradient
// does not follow. All of one type: f32, bf16 or f16; arithmetic is f32.
// Launch: row.cuh says it by capacity; "any" takes a block of 512 a row.
// Bytes: (2 * rows + 1) * columns * size + rows * size; "any" reads x twice. Flops: 4 an element.
// Hole: prologue of x, epilogue of y.

#define HOLE_ELEMENT
#include "row.cuh"
#include "scalar.cuh"

template <typename T, int THREADS, int PER_THREAD>
__device__ __forceinline__ void rmsnorm(
    const T* x, const T* gamma, const T* epsilon, T* y, T* rstd, int rows, int columns) {
  Row<T, THREADS, PER_THREAD> row;
  int r = row.index();
  if (r >= rows) return;
  size_t start = static_cast<size_t>(r) * columns;
  row.load(x + start, columns, 0.0f);
  float squares = 0.0f;
#pragma unroll
  for (int i = 0; i < PER_THREAD; i++) {
    if (row.inside(i, columns)) row.value[i] = prologue(row.value[i]);
    squares = fmaf(row.value[i], row.value[i], squares);
  }
  float scale = rsqrtf(fmaf(row.sum(squares), 1.0f / columns, to_float(epsilon[0])));
  if (threadIdx.x % THREADS == 0 && rstd != nullptr) rstd[r] = from_float<T>(scale);
  Row<T, THREADS, PER_THREAD> factor;
  factor.load(gamma, columns, 0.0f);
#pragma unroll
  for (int i = 0; i < PER_THREAD; i++) {
    row.value[i] = epilogue(row.value[i] * scale * factor.value[i]);
  }
  row.store(y + start, columns);
}

constexpr int WIDE_BLOCK = 512;

template <typename T>
__device__ __forceinline__ void rmsnorm_any(
    const T* x, const T* gamma, const T* epsilon, T* y, T* rstd, int columns) {
  size_t start = static_cast<size_t>(blockIdx.x) * columns;
  float squares = 0.0f;
  for (int c = threadIdx.x; c < columns; c += WIDE_BLOCK) {
    float value = prologue(to_float(x[start + c]));
    squares = fmaf(value, value, squares);
  }
  squares = fold_row<Sum, WIDE_BLOCK>(squares);
  float scale = rsqrtf(fmaf(squares, 1.0f / columns, to_float(epsilon[0])));
  if (threadIdx.x == 0 && rstd != nullptr) rstd[blockIdx.x] = from_float<T>(scale);
  for (int c = threadIdx.x; c < columns; c += WIDE_BLOCK) {
    float result = prologue(to_float(x[start + c])) * scale * to_float(gamma[c]);
    y[start + c] = from_float<T>(epilogue(result));
  }
}

#define RMSNORM(SUFFIX, T, THREADS, PER_THREAD)                                            \
  extern "C" __global__ void __launch_bounds__(ROW_BLOCK<THREADS>) rmsnorm_##SUFFIX(       \
      const T* x, const T* gamma, const T* epsilon, T* y, T* rstd, int rows, int columns) { \
    rmsnorm<T, THREADS, PER_THREAD>(x, gamma, epsilon, y, rstd, rows, columns);            \
  }
FOR_EACH_ROW_KERNEL(RMSNORM)

#define ANY(TYPE, T)                                                                       \
  extern "C" __global__ void __launch_bounds__(WIDE_BLOCK) rmsnorm_##TYPE##_any(           \
      const T* x, const T* gamma, const T* epsilon, T* y, T* rstd, int rows, int columns) { \
    rmsnorm_any(x, gamma, epsilon, y, rstd, columns);                                      \
  }
ANY(f32, float)
ANY(bf16, bf16)
ANY(f16, f16)
