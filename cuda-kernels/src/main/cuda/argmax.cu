// Position of the greatest or least element of each row of x[rows, columns]: y[rows], i32.
//
// The first of equal elements; -0 equals 0, and a NaN is more extreme than any number, as in the
// graph's reduce.argmax and reduce.argmin. x: f32, bf16 or f16.
// Launch: argmax, argmin: a warp a row, block 128, grid ceil(rows / 4), for rows up to 1024;
// argmax_wide, argmin_wide: a block of 256 a row.
// Bytes: rows * columns * size. Flops: 1 comparison an element.
//
// A float and its position become one 64-bit key whose order is that of (value, earlier position),
// so a maximum of integers finds both.

#include "fold.cuh"
#include "pack.cuh"

using Key = unsigned long long;

// Orders floats as unsigned integers: NaN, then positive, then negative numbers.
__device__ __forceinline__ unsigned ordered(float x) {
  if (!(x == x)) return 0xffffffffu;
  unsigned bits = __float_as_uint(x + 0.0f);
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

template <bool LEAST>
__device__ __forceinline__ Key key(float x, int position) {
  float value = LEAST ? -x : x;
  return static_cast<Key>(ordered(value)) << 32 | ~static_cast<unsigned>(position);
}

__device__ __forceinline__ Key greatest_of_warp(Key key) {
#pragma unroll
  for (int lanes = 16; lanes > 0; lanes >>= 1) {
    key = max(key, __shfl_xor_sync(ALL_LANES, key, lanes));
  }
  return key;
}

template <bool LEAST, int THREADS, typename T>
__device__ __forceinline__ void extreme(const T* x, int* y, int rows, int columns) {
  int row = THREADS == 32 ? blockIdx.x * 4 + threadIdx.x / 32 : blockIdx.x;
  if (row >= rows) return;
  const T* start = x + static_cast<size_t>(row) * columns;
  Key best = 0;
  for (int c = threadIdx.x % THREADS; c < columns; c += THREADS) {
    best = max(best, key<LEAST>(to_float(start[c]), c));
  }
  best = greatest_of_warp(best);
  if constexpr (THREADS > 32) {
    __shared__ Key partial[THREADS / 32];
    if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = best;
    __syncthreads();
    int lane = threadIdx.x % 32;
    best = greatest_of_warp(lane < THREADS / 32 ? partial[lane] : 0);
  }
  if (threadIdx.x % THREADS == 0) y[row] = static_cast<int>(~static_cast<unsigned>(best));
}

#define ARGMAX(TYPE, T)                                                   \
  extern "C" __global__ void __launch_bounds__(128)                       \
      argmax_##TYPE(const T* x, int* y, int rows, int columns) {          \
    extreme<false, 32>(x, y, rows, columns);                              \
  }                                                                       \
  extern "C" __global__ void __launch_bounds__(128)                       \
      argmin_##TYPE(const T* x, int* y, int rows, int columns) {          \
    extreme<true, 32>(x, y, rows, columns);                               \
  }                                                                       \
  extern "C" __global__ void __launch_bounds__(256)                       \
      argmax_wide_##TYPE(const T* x, int* y, int rows, int columns) {     \
    extreme<false, 256>(x, y, rows, columns);                             \
  }                                                                       \
  extern "C" __global__ void __launch_bounds__(256)                       \
      argmin_wide_##TYPE(const T* x, int* y, int rows, int columns) {     \
    extreme<true, 256>(x, y, rows, columns);                              \
  }
ARGMAX(f32, float)
ARGMAX(bf16, bf16)
ARGMAX(f16, f16)
