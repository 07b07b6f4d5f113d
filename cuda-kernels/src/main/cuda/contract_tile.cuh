// One block's part of a contraction on the ordinary (SIMT) units.
//
// A block computes a TILE x TILE part of C, TILE * TILE / (TM * TN) threads, a thread TM x TN sums
// in registers. Eight values of k at a time lie in shared memory, both operands with k outside, so
// that a step of k reads TM + TN values for TM * TN multiply-adds. Shared memory is double
// buffered: while a block of k is multiplied, each thread holds the four elements of A and of B of
// the next one that it will write, so that memory latency is hidden and one barrier a block of k
// is enough.
//
// A thread's sums are in groups of up to four neighbours that lie a half (quarter) tile apart:
// reads of a group are 16 bytes wide, and the lanes of a warp read neighbouring groups, which is
// free of bank conflicts. Rows of shared memory are four elements longer than the tile, so that
// staging a k-contiguous operand (which transposes it) has no conflicts either.
//
// Sources: the 128 x 128 x 8 form with 8 x 8 sums and the padding are those of S. Boehm, "How to
// Optimize a CUDA Matmul Kernel" (2022), kernels 6 to 9, and of NVIDIA's CUTLASS (SIMT tiles).
#pragma once
#include "contract.cuh"

constexpr int TILE_K = 8;

// Shape of a tile: TILE rows and columns, TM x TN of them a thread's.
template <int TILE, int TM, int TN>
struct TileShape {
  static constexpr int SIZE = TILE, ROWS = TM, COLUMNS = TN;
  static constexpr int THREADS = TILE * TILE / (TM * TN);
  static constexpr int PITCH = TILE + 4;
  static_assert(THREADS == 2 * TILE, "each thread stages four elements of A and of B");
};

// 128: 256 threads; 64: 128 threads; 32: 64 threads.
typedef TileShape<128, 8, 8> Tile128;
typedef TileShape<64, 8, 4> Tile64;
typedef TileShape<32, 4, 4> Tile32;

template <typename Shape>
struct alignas(32) TileMemory {
  Sum a[2][TILE_K][Shape::PITCH];
  Sum b[2][TILE_K][Shape::PITCH];
};

// Four elements of an operand on their way from global to shared memory.
template <typename Operand, typename Shape>
struct Staging {
  static constexpr bool WIDE = Operand::FOURS;
  // Whether the four elements are neighbours in k, in rows, or (false, false) two k apart.
  static constexpr bool ALONG_K = Operand::INNER_K;
  static constexpr bool ALONG_ROWS = !ALONG_K && WIDE;
  Sum element[4];

  static __device__ __forceinline__ int row() {
    int t = threadIdx.x;
    return ALONG_K ? t / 2 : ALONG_ROWS ? t % (Shape::SIZE / 4) * 4 : t % Shape::SIZE;
  }

  static __device__ __forceinline__ int k(int i) {
    int t = threadIdx.x;
    return ALONG_K ? t % 2 * 4 + i : ALONG_ROWS ? t / (Shape::SIZE / 4) : t / Shape::SIZE + 2 * i;
  }

  // Reads elements of rows from `row0` and of k from `k0`; zero outside of the operand and beyond
  // `end`.
  __device__ __forceinline__ void load(
      const Buffers& buffers, int batch, int row0, int k0, int end) {
    bool wholeK = K % TILE_K == 0;
    if constexpr (WIDE) {
      int r = row0 + row(), first = k0 + k(0);
      auto at = Operand::pointer(buffers, batch) + r * Operand::STRIDE_ROW +
          first * Operand::STRIDE_K;
      bool inside = (Operand::ROWS % Shape::SIZE == 0 || r + (ALONG_K ? 0 : 3) < Operand::ROWS) &&
          (wholeK || first + (ALONG_K ? 3 : 0) < end);
      if (inside) {
        auto four = *reinterpret_cast<const Pack<Sum, 4>*>(at);
#pragma unroll
        for (int i = 0; i < 4; i++) element[i] = four.at[i];
        return;
      }
    }
#pragma unroll
    for (int i = 0; i < 4; i++) {
      int r = row0 + row() + (ALONG_ROWS ? i : 0), at = k0 + k(i);
      bool inside =
          (Operand::ROWS % Shape::SIZE == 0 || r < Operand::ROWS) && (wholeK || at < end);
      element[i] = inside ? Operand::load(buffers, batch, r, at) : Sum(0);
    }
  }

  __device__ __forceinline__ void store(Sum (*shared)[Shape::PITCH]) const {
    if constexpr (ALONG_ROWS) {
      *reinterpret_cast<Pack<Sum, 4>*>(&shared[k(0)][row()]) = {
          element[0], element[1], element[2], element[3]};
    } else {
#pragma unroll
      for (int i = 0; i < 4; i++) shared[k(i)][row()] = element[i];
    }
  }
};

// Where the sums of a thread lie in the tile: sum i of COUNT along an axis with THREADS threads.
template <int SIZE, int COUNT>
__device__ __forceinline__ int place_in_tile(int thread, int i) {
  constexpr int GROUP = COUNT < 4 ? COUNT : 4;
  return i / GROUP * (SIZE / (COUNT / GROUP)) + thread * GROUP + i % GROUP;
}

template <int SIZE, int COUNT>
__device__ __forceinline__ void read_fragment(Sum (&fragment)[COUNT], const Sum* row, int thread) {
  constexpr int GROUP = COUNT < 4 ? COUNT : 4;
#pragma unroll
  for (int i = 0; i < COUNT; i += GROUP) {
    auto four =
        *reinterpret_cast<const Pack<Sum, GROUP>*>(row + place_in_tile<SIZE, COUNT>(thread, i));
#pragma unroll
    for (int j = 0; j < GROUP; j++) fragment[i + j] = four.at[j];
  }
}

// sums = product of the tile at `place` over k in begin .. end - 1, `begin` a multiple of TILE_K
// and `end` too or K.
template <typename Shape>
__device__ __forceinline__ void multiply_tile(
    const Buffers& buffers,
    TilePlace place,
    int begin,
    int end,
    TileMemory<Shape>& memory,
    Sum (&sums)[Shape::ROWS][Shape::COLUMNS]) {
  constexpr int SIZE = Shape::SIZE, ROWS = Shape::ROWS, COLUMNS = Shape::COLUMNS;
  int x = threadIdx.x % (SIZE / COLUMNS), y = threadIdx.x / (SIZE / COLUMNS);
#pragma unroll
  for (int i = 0; i < ROWS; i++) {
#pragma unroll
    for (int j = 0; j < COLUMNS; j++) sums[i][j] = Sum(0);
  }
  if (begin >= end) return;

  Staging<OperandA, Shape> a;
  Staging<OperandB, Shape> b;
  a.load(buffers, place.batch, place.m, begin, end);
  b.load(buffers, place.batch, place.n, begin, end);
  a.store(memory.a[0]);
  b.store(memory.b[0]);
  __syncthreads();
  int current = 0;
#pragma unroll 1
  for (int k0 = begin; k0 < end; k0 += TILE_K) {
    bool more = k0 < end - TILE_K;
    if (more) {
      a.load(buffers, place.batch, place.m, k0 + TILE_K, end);
      b.load(buffers, place.batch, place.n, k0 + TILE_K, end);
    }
#pragma unroll
    for (int k = 0; k < TILE_K; k++) {
      Sum rows[ROWS], columns[COLUMNS];
      read_fragment<SIZE, ROWS>(rows, memory.a[current][k], y);
      read_fragment<SIZE, COLUMNS>(columns, memory.b[current][k], x);
#pragma unroll
      for (int i = 0; i < ROWS; i++) {
#pragma unroll
        for (int j = 0; j < COLUMNS; j++) {
          sums[i][j] = multiply_add(rows[i], columns[j], sums[i][j]);
        }
      }
    }
    if (more) {
      current ^= 1;
      a.store(memory.a[current]);
      b.store(memory.b[current]);
      __syncthreads();
    }
  }
}

// Hands a thread's sums to `store(m, n, four)` where four neighbours in n are inside, and one by
// one to `store_one(m, n, sum)` where not.
template <typename Shape, typename Store, typename StoreOne>
__device__ __forceinline__ void each_group(
    TilePlace place,
    const Sum (&sums)[Shape::ROWS][Shape::COLUMNS],
    Store store,
    StoreOne store_one) {
  constexpr int SIZE = Shape::SIZE, ROWS = Shape::ROWS, COLUMNS = Shape::COLUMNS;
  int x = threadIdx.x % (SIZE / COLUMNS), y = threadIdx.x / (SIZE / COLUMNS);
#pragma unroll
  for (int i = 0; i < ROWS; i++) {
    int m = place.m + place_in_tile<SIZE, ROWS>(y, i);
    if (M % SIZE != 0 && m >= M) continue;
#pragma unroll
    for (int j = 0; j < COLUMNS; j += 4) {
      int n = place.n + place_in_tile<SIZE, COLUMNS>(x, j);
      if (N % SIZE == 0 || n + 3 < N) {
        store(m, n, &sums[i][j]);
      } else {
#pragma unroll
        for (int l = 0; l < 4; l++) {
          if (n + l < N) store_one(m, n + l, sums[i][j + l]);
        }
      }
    }
  }
}
