// The two products of attention on the tensor cores, in bf16 or f16 with f32 sums.
//
// A block of 4 warps works on 64 rows (queries, or keys in the gradient of keys), 16 a warp,
// against tiles of COLUMNS others, of which two are in shared memory: one is multiplied, one on its
// way. The scores of a warp are fragments of C, whose registers are, rounded, fragments of A of the
// second product (FlashAttention-2): weights never leave the registers.
//
// Tiles lie in shared memory row by row in chunks of 16 bytes, chunk c of row r at c ^ (r % 8), for
// D = 32 at c ^ (r / 2 % 4): 8 neighbouring rows of a chunk are in different banks.
#pragma once
#include "attention.cuh"
#include "mma.cuh"
#include "pack.cuh"

constexpr unsigned ALL_LANES = 0xffffffffu;
constexpr int ATTENTION_THREADS = 128;
constexpr int BLOCK_ROWS = 64;

template <typename T, int D_, int COLUMNS_>
struct TensorTile {
  typedef T Type;
  static constexpr int D = D_, COLUMNS = COLUMNS_;
  static constexpr int ROW_BYTES = BLOCK_ROWS * D * 2;   // of a tile of rows
  static constexpr int COLUMN_BYTES = COLUMNS * D * 2;
};

// A warp's fragments of C: groups of 8 columns, in each (row g, columns 2q, 2q + 1), (row g + 8,
// ..).
template <int WIDTH>
struct Sums {
  float at[WIDTH / 8][4];

  __device__ __forceinline__ void clear() {
#pragma unroll
    for (int j = 0; j < WIDTH / 8; j++) {
#pragma unroll
      for (int e = 0; e < 4; e++) at[j][e] = 0.0f;
    }
  }
};

// Row within the warp's 16, and column, of element e of group j of a lane's sums.
__device__ __forceinline__ int sum_row(int e) { return threadIdx.x % 32 / 4 + e / 2 * 8; }
__device__ __forceinline__ int sum_column(int j, int e) {
  return j * 8 + threadIdx.x % 4 * 2 + e % 2;
}
__device__ __forceinline__ int warp_row() { return threadIdx.x / 32 * 16; }

template <int D>
__device__ __forceinline__ int chunk_offset(int row, int chunk) {
  int turn = D == 32 ? row / 2 % 4 : row % 8;
  return row * D * 2 + (chunk ^ turn) * 16;
}

// Begins to copy rows first .. first + COUNT - 1 of D elements; zeros past `rows`.
template <int D, int COUNT, typename T>
__device__ __forceinline__ void copy_rows(
    unsigned char* shared, const T* from, long long stride, int first, int rows) {
  constexpr int CHUNKS = D / 8;
#pragma unroll
  for (int n = 0; n < COUNT * CHUNKS / ATTENTION_THREADS; n++) {
    int i = n * ATTENTION_THREADS + threadIdx.x, row = i / CHUNKS, chunk = i % CHUNKS;
    bool inside = first + row < rows;
    const T* at = inside ? from + (first + row) * stride + chunk * 8 : from;
    copy_async(shared_address(shared + chunk_offset<D>(row, chunk)), at, inside ? 16 : 0);
  }
}

template <typename T>
__device__ __forceinline__ void multiply(
    float (&sum)[4], const unsigned (&a)[4], const unsigned* b);

template <>
__device__ __forceinline__ void multiply<bf16>(
    float (&sum)[4], const unsigned (&a)[4], const unsigned* b) {
  multiply_bf16(sum, a, b);
}

template <>
__device__ __forceinline__ void multiply<f16>(
    float (&sum)[4], const unsigned (&a)[4], const unsigned* b) {
  multiply_f16(sum, a, b);
}

// The warp's rows at step `step` of D, as a fragment of A.
template <int D>
__device__ __forceinline__ void load_rows(
    unsigned (&words)[4], const unsigned char* rows, int step) {
  int lane = threadIdx.x % 32;
  int offset = chunk_offset<D>(warp_row() + lane % 16, step * 2 + lane / 16);
  load_matrices(words, shared_address(rows + offset));
}

// scores += rows . columns over step `step` of D, the rows' fragment given.
template <typename Tile>
__device__ __forceinline__ void add_dots(
    Sums<Tile::COLUMNS>& scores,
    const unsigned (&a)[4],
    const unsigned char* columns,
    int step) {
  int lane = threadIdx.x % 32;
#pragma unroll
  for (int j = 0; j < Tile::COLUMNS / 16; j++) {
    unsigned b[4];
    int column = j * 16 + lane % 8 + lane / 16 * 8;
    int offset = chunk_offset<Tile::D>(column, step * 2 + lane / 8 % 2);
    load_matrices(b, shared_address(columns + offset));
    multiply<typename Tile::Type>(scores.at[2 * j], a, b);
    multiply<typename Tile::Type>(scores.at[2 * j + 1], a, b + 2);
  }
}

// scores = rows . columns
template <typename Tile>
__device__ __forceinline__ void dot_tile(
    Sums<Tile::COLUMNS>& scores, const unsigned char* rows, const unsigned char* columns) {
  scores.clear();
#pragma unroll 2
  for (int step = 0; step < Tile::D / 16; step++) {
    unsigned a[4];
    load_rows<Tile::D>(a, rows, step);
    add_dots<Tile>(scores, a, columns, step);
  }
}

// out += weights * columns, the weights rounded to the tile's type.
template <typename Tile>
__device__ __forceinline__ void add_products(
    Sums<Tile::D>& out, const Sums<Tile::COLUMNS>& weights, const unsigned char* columns) {
  typedef Pair<typename Tile::Type> Two;
  int lane = threadIdx.x % 32;
#pragma unroll
  for (int c = 0; c < Tile::COLUMNS / 16; c++) {
    unsigned a[4];
#pragma unroll
    for (int w = 0; w < 4; w++) {
      const float* sums = weights.at[2 * c + w / 2];
      a[w] = Two::pack(sums[w % 2 * 2], sums[w % 2 * 2 + 1]);
    }
#pragma unroll
    for (int n = 0; n < Tile::D / 16; n++) {
      unsigned b[4];
      int offset = chunk_offset<Tile::D>(c * 16 + lane % 16, n * 2 + lane / 16);
      load_matrices_transposed(b, shared_address(columns + offset));
      multiply<typename Tile::Type>(out.at[2 * n], a, b);
      multiply<typename Tile::Type>(out.at[2 * n + 1], a, b + 2);
    }
  }
}

// Writes a warp's rows, times a factor for the rows g and g + 8, by way of its own rows of
// `shared`, 16 bytes a lane.
template <int D, typename T>
__device__ __forceinline__ void store_rows(
    T* to,
    long long stride,
    int first,
    int rows,
    const Sums<D>& out,
    float low_factor,
    float high_factor,
    unsigned char* shared) {
  int lane = threadIdx.x % 32;
  __syncwarp();
#pragma unroll
  for (int j = 0; j < D / 8; j++) {
    const float* sums = out.at[j];
    auto low = shared + chunk_offset<D>(warp_row() + lane / 4, j) + lane % 4 * 4;
    auto high = shared + chunk_offset<D>(warp_row() + lane / 4 + 8, j) + lane % 4 * 4;
    *reinterpret_cast<unsigned*>(low) = Pair<T>::pack(sums[0] * low_factor, sums[1] * low_factor);
    *reinterpret_cast<unsigned*>(high) =
        Pair<T>::pack(sums[2] * high_factor, sums[3] * high_factor);
  }
  __syncwarp();
#pragma unroll
  for (int n = 0; n < D / 16; n++) {
    int i = n * 32 + lane, row = warp_row() + i / (D / 8), chunk = i % (D / 8);
    if (first + row < rows) {
      *reinterpret_cast<uint4*>(to + (first + row) * stride + chunk * 8) =
          *reinterpret_cast<const uint4*>(shared + chunk_offset<D>(row, chunk));
    }
  }
}
