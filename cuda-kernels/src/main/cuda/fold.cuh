// Sums and maxima over a warp, and over the THREADS threads that share a row.
//
// Shuffles exchange lanes in a butterfly, so every lane gets the result and the order of additions
// is fixed: the same bits in every run. Between warps the partial results go through shared memory,
// once, and each warp folds them again instead of waiting for a second barrier (llm.c).
#pragma once

constexpr unsigned ALL_LANES = 0xffffffffu;

__device__ __forceinline__ float infinity() { return __int_as_float(0x7f800000); }

struct Sum {
  static __device__ __forceinline__ float identity() { return 0.0f; }
  static __device__ __forceinline__ float combine(float a, float b) { return a + b; }
};

// Leaves NaN out where there is a number; the exponentials that follow bring it back.
struct Max {
  static __device__ __forceinline__ float identity() { return -infinity(); }
  static __device__ __forceinline__ float combine(float a, float b) { return fmaxf(a, b); }
};

template <typename Fold>
__device__ __forceinline__ float fold_warp(float x) {
#pragma unroll
  for (int lanes = 16; lanes > 0; lanes >>= 1) {
    x = Fold::combine(x, __shfl_xor_sync(ALL_LANES, x, lanes));
  }
  return x;
}

// Folds over the THREADS threads of a row: a warp (32), or a block of whole warps, where all
// threads of the block must call this.
template <typename Fold, int THREADS>
__device__ __forceinline__ float fold_row(float x) {
  x = fold_warp<Fold>(x);
  if constexpr (THREADS > 32) {
    constexpr int WARPS = THREADS / 32;
    __shared__ float partial[WARPS];
    int lane = threadIdx.x % 32;
    __syncthreads();  // every warp has read what an earlier fold left in this array
    if (lane == 0) partial[threadIdx.x / 32] = x;
    __syncthreads();
    x = fold_warp<Fold>(lane < WARPS ? partial[lane] : Fold::identity());
  }
  return x;
}

// Two sums at once: half the barriers of two folds.
template <int THREADS>
__device__ __forceinline__ float2 sum_row(float2 x) {
  x.x = fold_warp<Sum>(x.x);
  x.y = fold_warp<Sum>(x.y);
  if constexpr (THREADS > 32) {
    constexpr int WARPS = THREADS / 32;
    __shared__ float2 partial[WARPS];
    int lane = threadIdx.x % 32;
    __syncthreads();
    if (lane == 0) partial[threadIdx.x / 32] = x;
    __syncthreads();
    float2 other = lane < WARPS ? partial[lane] : make_float2(0.0f, 0.0f);
    x.x = fold_warp<Sum>(other.x);
    x.y = fold_warp<Sum>(other.y);
  }
  return x;
}
