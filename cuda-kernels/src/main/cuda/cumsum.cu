// Running sums along the rows of x[rows, columns]: y[r, c] = x[r, 0] + ... + x[r, c].
//
// x, y: f32, 16-byte aligned.
//   cumsum_f32:  block 256 a row, grid rows.
//   cumsum_parts_f32, cumsum_offsets_f32, cumsum_add_f32: few and long rows, cut in parts of 4096:
//                each part by a block (grid parts x rows, block 256), then the sums before each
//                part (block 32, grid rows), then their addition (grid parts x rows, block 256).
//                sums: f32[rows, parts].
// Bytes: 8 * rows * columns; in parts 16. Flops: about 3 an element.
//
// A thread adds 4 neighbours, a warp scans the threads' sums by shuffles (Hillis and Steele 1986)
// and the block the warps': 1024 elements between two barriers. The order is fixed.

#include "fold.cuh"
#include "pack.cuh"

constexpr int THREADS = 256;
constexpr int TILE = THREADS * 4;
constexpr int PART = TILE * 4;

__device__ __forceinline__ float scan_warp(float x) {
  int lane = threadIdx.x % 32;
#pragma unroll
  for (int distance = 1; distance < 32; distance *= 2) {
    float before = __shfl_up_sync(ALL_LANES, x, distance);
    if (lane >= distance) x += before;
  }
  return x;
}

// Scans columns [first, end) of a row that starts at x; gives their sum.
__device__ __forceinline__ float scan(
    const float* x, float* y, int first, int end, bool packed) {
  __shared__ float sums[THREADS / 32];
  float carry = 0.0f;
  for (int tile = first; tile < end; tile += TILE) {
    int c = tile + threadIdx.x * 4;
    float value[4] = {};
    if (packed && c < end) {
      load_pack(x + c, value);
    } else {
#pragma unroll
      for (int i = 0; i < 4; i++) value[i] = c + i < end ? x[c + i] : 0.0f;
    }
#pragma unroll
    for (int i = 1; i < 4; i++) value[i] += value[i - 1];
    float through = scan_warp(value[3]);
    if (threadIdx.x % 32 == 31) sums[threadIdx.x / 32] = through;
    __syncthreads();
    float before = carry;
#pragma unroll
    for (int warp = 0; warp < THREADS / 32; warp++) {
      if (warp < threadIdx.x / 32) before += sums[warp];
      carry += sums[warp];
    }
    float own = __shfl_up_sync(ALL_LANES, through, 1);
    if (threadIdx.x % 32 > 0) before += own;
#pragma unroll
    for (int i = 0; i < 4; i++) value[i] += before;
    if (packed && c < end) {
      store_pack(y + c, value);
    } else {
#pragma unroll
      for (int i = 0; i < 4; i++) {
        if (c + i < end) y[c + i] = value[i];
      }
    }
    __syncthreads();
  }
  return carry;
}

extern "C" __global__ void __launch_bounds__(THREADS)
    cumsum_f32(const float* x, float* y, int columns) {
  size_t start = static_cast<size_t>(blockIdx.x) * columns;
  scan(x + start, y + start, 0, columns, columns % 4 == 0);
}

extern "C" __global__ void __launch_bounds__(THREADS)
    cumsum_parts_f32(const float* x, float* y, float* sums, int columns) {
  size_t start = static_cast<size_t>(blockIdx.y) * columns;
  int first = blockIdx.x * PART;
  float sum =
      scan(x + start, y + start, first, min(first + PART, columns), columns % 4 == 0);
  if (threadIdx.x == 0) sums[blockIdx.y * gridDim.x + blockIdx.x] = sum;
}

// Each sum becomes the sum of those before it.
extern "C" __global__ void __launch_bounds__(32) cumsum_offsets_f32(float* sums, int parts) {
  float* row = sums + static_cast<size_t>(blockIdx.x) * parts;
  float carry = 0.0f;
  for (int first = 0; first < parts; first += 32) {
    int p = first + threadIdx.x;
    float own = p < parts ? row[p] : 0.0f;
    float through = scan_warp(own);
    float before = __shfl_up_sync(ALL_LANES, through, 1);
    if (p < parts) row[p] = threadIdx.x == 0 ? carry : carry + before;
    carry += __shfl_sync(ALL_LANES, through, 31);
  }
}

extern "C" __global__ void __launch_bounds__(THREADS)
    cumsum_add_f32(const float* sums, float* y, int columns) {
  if (blockIdx.x == 0) return;
  float before = sums[blockIdx.y * gridDim.x + blockIdx.x];
  float* row = y + static_cast<size_t>(blockIdx.y) * columns;
  int end = min(static_cast<int>(blockIdx.x + 1) * PART, columns);
  for (int c = blockIdx.x * PART + threadIdx.x; c < end; c += THREADS) row[c] += before;
}
