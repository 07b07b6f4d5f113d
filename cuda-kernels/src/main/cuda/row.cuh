// A row of a matrix in the registers of the threads that share it.
//
// Row kernels read each element once from memory and keep it: THREADS threads hold PER_THREAD
// numbers each. Which ones, depends on the width: where rows are whole packs each thread moves
// packs of 16 bytes, `THREADS` packs apart; else single numbers, so that a warp still reads
// neighbouring ones. Positions beyond the row are masked.
//
// Launch contract of every row kernel NAME_TYPE_CAPACITY:
//   rows of at most CAPACITY numbers; arrays aligned to 16 bytes
//   CAPACITY 256:    a warp a row,  block 128, grid ceil(rows / 4)
//   CAPACITY 1024:   a block a row, block 128, grid rows
//   CAPACITY 4096:   a block a row, block 256, grid rows
//   CAPACITY 16384:  a block a row, block 1024, grid rows
#pragma once

#include "fold.cuh"
#include "pack.cuh"

// Threads of a block for rows that THREADS threads share.
template <int THREADS>
constexpr int ROW_BLOCK = THREADS < 128 ? 128 : THREADS;

template <typename T, int THREADS, int PER_THREAD>
struct Row {
  static constexpr int WIDTH = PACK<T>;
  static_assert(PER_THREAD % WIDTH == 0, "whole packs");

  float value[PER_THREAD];

  // The row of this thread.
  static __device__ __forceinline__ int index() {
    return blockIdx.x * (ROW_BLOCK<THREADS> / THREADS) + threadIdx.x / THREADS;
  }

  // The column of `value[i]`; may lie beyond the row.
  static __device__ __forceinline__ int column(int i, int columns) {
    int thread = threadIdx.x % THREADS;
    return columns % WIDTH == 0 ? (i / WIDTH * THREADS + thread) * WIDTH + i % WIDTH
                                : i * THREADS + thread;
  }

  static __device__ __forceinline__ bool inside(int i, int columns) {
    return column(i, columns) < columns;
  }

  // Reads the row at `from`; `fill` beyond its end.
  __device__ __forceinline__ void load(const T* from, int columns, float fill) {
    if (columns % WIDTH == 0) {
#pragma unroll
      for (int i = 0; i < PER_THREAD; i += WIDTH) {
        int at = (i / WIDTH * THREADS + threadIdx.x % THREADS) * WIDTH;
        if (at < columns) {
          load_pack(from + at, value + i);
        } else {
#pragma unroll
          for (int j = 0; j < WIDTH; j++) value[i + j] = fill;
        }
      }
    } else {
#pragma unroll
      for (int i = 0; i < PER_THREAD; i++) {
        int at = i * THREADS + threadIdx.x % THREADS;
        value[i] = at < columns ? to_float(from[at]) : fill;
      }
    }
  }

  // Writes the row at `to`.
  __device__ __forceinline__ void store(T* to, int columns) const {
    if (columns % WIDTH == 0) {
#pragma unroll
      for (int i = 0; i < PER_THREAD; i += WIDTH) {
        int at = (i / WIDTH * THREADS + threadIdx.x % THREADS) * WIDTH;
        if (at < columns) store_pack(to + at, value + i);
      }
    } else {
#pragma unroll
      for (int i = 0; i < PER_THREAD; i++) {
        int at = i * THREADS + threadIdx.x % THREADS;
        if (at < columns) to[at] = from_float<T>(value[i]);
      }
    }
  }

  // Writes the row as f32 at `to`.
  __device__ __forceinline__ void store_wide(float* to, int columns) const {
    if (columns % WIDTH == 0) {
#pragma unroll
      for (int i = 0; i < PER_THREAD; i += 4) {
        int at = column(i, columns);
        if (at < columns) store_pack(to + at, value + i);
      }
    } else {
#pragma unroll
      for (int i = 0; i < PER_THREAD; i++) {
        int at = column(i, columns);
        if (at < columns) to[at] = value[i];
      }
    }
  }

  // Sum over the row of this thread's `x`.
  static __device__ __forceinline__ float sum(float x) { return fold_row<Sum, THREADS>(x); }

  static __device__ __forceinline__ float2 sum(float2 x) { return sum_row<THREADS>(x); }

  static __device__ __forceinline__ float max(float x) { return fold_row<Max, THREADS>(x); }

  // Sum of all values; those beyond the row must be 0.
  __device__ __forceinline__ float sum() const {
    float total = 0.0f;
#pragma unroll
    for (int i = 0; i < PER_THREAD; i++) total += value[i];
    return sum(total);
  }

  // Greatest of all values; those beyond the row must be -infinity.
  __device__ __forceinline__ float max() const {
    float greatest = value[0];
#pragma unroll
    for (int i = 1; i < PER_THREAD; i++) greatest = fmaxf(greatest, value[i]);
    return max(greatest);
  }
};

// Defines KERNEL(name suffix, type, threads a row, numbers a thread) for each capacity of a type.
#define FOR_EACH_CAPACITY(KERNEL, TYPE, T) \
  KERNEL(TYPE##_256, T, 32, 8)             \
  KERNEL(TYPE##_1024, T, 128, 8)           \
  KERNEL(TYPE##_4096, T, 256, 16)          \
  KERNEL(TYPE##_16384, T, 1024, 16)

// ... and for each type.
#define FOR_EACH_ROW_KERNEL(KERNEL)         \
  FOR_EACH_CAPACITY(KERNEL, f32, float)     \
  FOR_EACH_CAPACITY(KERNEL, bf16, bf16)     \
  FOR_EACH_CAPACITY(KERNEL, f16, f16)

// The same for kernels that hold several rows at once: the greatest capacity is 8192.
#define FOR_EACH_GRADIENT_CAPACITY(KERNEL, TYPE, T) \
  KERNEL(TYPE##_256, T, 32, 8)                      \
  KERNEL(TYPE##_1024, T, 128, 8)                    \
  KERNEL(TYPE##_4096, T, 256, 16)                   \
  KERNEL(TYPE##_8192, T, 1024, 8)

#define FOR_EACH_GRADIENT_KERNEL(KERNEL)         \
  FOR_EACH_GRADIENT_CAPACITY(KERNEL, f32, float) \
  FOR_EACH_GRADIENT_CAPACITY(KERNEL, bf16, bf16) \
  FOR_EACH_GRADIENT_CAPACITY(KERNEL, f16, f16)
