// The products of attention on the tensor cores, in bf16 or f16 with f32 sums.
//
// A block of 4 warps works on 64 or 128 rows (queries, or keys in the gradient of keys), a warp on
// 1 or 2 groups of 16, against tiles of COLUMNS others, of which two are in shared memory: one is
// multiplied, one on its way. A fragment of the others, once loaded, serves all groups of a warp.
// The scores of a warp are fragments of C, whose registers are, rounded, fragments of A of the
// second product (FlashAttention-2): weights never leave the registers.
//
// Tiles lie in shared memory row by row in chunks of 16 bytes, chunk c of row r at c ^ (r % 8), for
// D = 32 at c ^ (r / 2 % 4): 8 neighbouring rows of a chunk are in different banks. Tiles begin at
// multiples of 1024 bytes, so that chunk c ^ 2 * step lies at the address of chunk c ^ 32 * step.
#pragma once
#include "attention.cuh"
#include "mma.cuh"
#include "pack.cuh"

constexpr unsigned ALL_LANES = 0xffffffffu;

// `HELD`: the warp's rows stay in registers.
template <typename T, int D_, int ROWS_, int COLUMNS_, bool HELD_>
struct TensorTile {
  typedef T Type;
  static constexpr int D = D_, ROWS = ROWS_, COLUMNS = COLUMNS_, THREADS = 128;
  static constexpr int WARP_ROWS = ROWS / 4, GROUPS = WARP_ROWS / 16;
  static constexpr bool HELD = HELD_;
  static constexpr int ROW_BYTES = ROWS * D * 2;        // of a tile of rows
  static constexpr int COLUMN_BYTES = COLUMNS * D * 2;  // of a tile of the others

  static __device__ __forceinline__ int warp_row() { return threadIdx.x / 32 * WARP_ROWS; }
};

// Which rows of which head a block works on. Blocks begin in the order of their numbers. Heads are
// taken in sections that leave room in the L2 cache; in a section the longest blocks of all heads
// come first, so that short ones fill the multiprocessors in the end. Of 16, 24, 48 and 400 MiB on
// an H100, 16 was the best for 128 heads of 4096 tokens, and 3 % behind the best at most elsewhere.
struct Place {
  int part, head, batch;

  // `bytes` of a head that all its blocks read about the same time; whether the last blocks are the
  // longest, or the first. Who asks anew after a loop holds no registers in between.
  __device__ __forceinline__ Place(long long bytes, bool last_first) {
    constexpr long long ROOM = 16 << 20;
    int parts = gridDim.x, heads = gridDim.y, all = heads * gridDim.z;
    int number = blockIdx.x + parts * (blockIdx.y + heads * blockIdx.z);
    asm volatile("" : "+r"(number));
    long long rooms = max(1ll, (all * bytes + ROOM - 1) / ROOM);
    int sections = rooms < all ? static_cast<int>(rooms) : all;
    int some = (all + sections - 1) / sections;
    int section = number / (some * parts), rest = number - section * (some * parts);
    int here = min(some, all - section * some);
    int turn = rest / here, one = section * some + rest - turn * here;
    part = last_first ? parts - 1 - turn : turn;
    batch = one / heads;
    head = one - batch * heads;
  }
};

// A warp's fragments of C for 16 rows: groups of 8 columns, in each (row g, columns 2q, 2q + 1),
// (row g + 8, ..).
template <int WIDTH>
struct Sums {
  float at[WIDTH / 8][4];

  __device__ __forceinline__ void clear() { set(0.0f, 0.0f); }

  // Rows g and g + 8 to one number each.
  __device__ __forceinline__ void set(float low, float high) {
#pragma unroll
    for (int j = 0; j < WIDTH / 8; j++) {
      at[j][0] = at[j][1] = low;
      at[j][2] = at[j][3] = high;
    }
  }
};

// Row within the 16, and column, of element e of group j of a lane's sums.
__device__ __forceinline__ int sum_row(int e) { return threadIdx.x % 32 / 4 + e / 2 * 8; }
__device__ __forceinline__ int sum_column(int j, int e) {
  return j * 8 + threadIdx.x % 4 * 2 + e % 2;
}

// 2^x to 2 units in the last place; 0 for what would be subnormal.
__device__ __forceinline__ float power_of_two(float x) {
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}

template <int D>
__device__ __forceinline__ int chunk_offset(int row, int chunk) {
  int turn = D == 32 ? row / 2 % 4 : row % 8;
  return row * D * 2 + (chunk ^ turn) * 16;
}

// Begins to copy rows first .. first + COUNT - 1 of D elements; zeros past `rows`.
template <typename Tile, int COUNT, typename T>
__device__ __forceinline__ void copy_rows(
    unsigned char* shared, const T* from, long long stride, int first, int rows) {
  constexpr int CHUNKS = Tile::D / 8, STEP = Tile::THREADS / CHUNKS;
  static_assert(STEP % 8 == 0 && COUNT % STEP == 0, "whole turns of the chunks");
  int row = threadIdx.x / CHUNKS, chunk = threadIdx.x % CHUNKS;
  const T* at = from + (first + row) * stride + chunk * 8;
  unsigned to = shared_address(shared + chunk_offset<Tile::D>(row, chunk));
#pragma unroll
  for (int n = 0; n < COUNT / STEP; n++) {
    bool inside = first + row + n * STEP < rows;
    copy_async(to + n * STEP * Tile::D * 2, at + n * STEP * stride, inside ? 16 : 0);
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

// A warp's rows as fragments of A: held, or loaded from shared memory for each step of D.
template <typename Tile>
struct Fragments {
  unsigned at[Tile::GROUPS][Tile::HELD ? Tile::D / 16 : 1][4];
  const unsigned char* rows;

  __device__ __forceinline__ explicit Fragments(const unsigned char* rows) : rows(rows) {
#pragma unroll
    for (int step = 0; Tile::HELD && step < Tile::D / 16; step++) load(step);
  }

  __device__ __forceinline__ void load(int step) {
    int lane = threadIdx.x % 32;
    unsigned from = shared_address(
        rows + chunk_offset<Tile::D>(Tile::warp_row() + lane % 16, lane / 16));
#pragma unroll
    for (int g = 0; g < Tile::GROUPS; g++) {
      load_matrices(of(g, step), (from ^ step * 32) + g * 16 * Tile::D * 2);
    }
  }

  __device__ __forceinline__ unsigned (&of(int g, int step))[4] {
    return at[g][Tile::HELD ? step : 0];
  }
};

// scores += rows . columns, of WIDTH columns from `first` on.
template <typename Tile, int WIDTH>
__device__ __forceinline__ void add_dots(
    Sums<WIDTH> (&scores)[Tile::GROUPS],
    Fragments<Tile>& rows,
    const unsigned char* columns,
    int first) {
  typedef typename Tile::Type T;
  int lane = threadIdx.x % 32;
  unsigned from = shared_address(
      columns + chunk_offset<Tile::D>(lane % 8 + lane / 16 * 8, lane / 8 % 2));
#pragma unroll
  for (int step = 0; step < Tile::D / 16; step++) {
    if (!Tile::HELD) rows.load(step);
#pragma unroll
    for (int j = 0; j < WIDTH / 16; j++) {
      unsigned b[4];
      load_matrices(b, (from ^ step * 32) + (first + j * 16) * Tile::D * 2);
#pragma unroll
      for (int g = 0; g < Tile::GROUPS; g++) {
        multiply<T>(scores[g].at[2 * j], rows.of(g, step), b);
        multiply<T>(scores[g].at[2 * j + 1], rows.of(g, step), b + 2);
      }
    }
  }
}

// 16 columns of each group's weights, from group j of 8 columns on, rounded, as fragments of A.
template <typename Tile, int WIDTH>
__device__ __forceinline__ void pack_weights(
    unsigned (&a)[Tile::GROUPS][4], const Sums<WIDTH> (&weights)[Tile::GROUPS], int j) {
#pragma unroll
  for (int g = 0; g < Tile::GROUPS; g++) {
#pragma unroll
    for (int w = 0; w < 4; w++) {
      const float* sums = weights[g].at[j + w / 2] + w % 2 * 2;
      a[g][w] = Pair<typename Tile::Type>::pack(sums[0], sums[1]);
    }
  }
}

// out += weights * columns, of the 16 columns from `first` on.
template <typename Tile>
__device__ __forceinline__ void add_products(
    Sums<Tile::D> (&out)[Tile::GROUPS],
    const unsigned (&weights)[Tile::GROUPS][4],
    const unsigned char* columns,
    int first) {
  typedef typename Tile::Type T;
  int lane = threadIdx.x % 32;
  unsigned from = shared_address(columns + chunk_offset<Tile::D>(lane % 16, lane / 16));
#pragma unroll
  for (int n = 0; n < Tile::D / 16; n++) {
    unsigned b[4];
    load_matrices_transposed(b, (from ^ n * 32) + first * Tile::D * 2);
#pragma unroll
    for (int g = 0; g < Tile::GROUPS; g++) {
      multiply<T>(out[g].at[2 * n], weights[g], b);
      multiply<T>(out[g].at[2 * n + 1], weights[g], b + 2);
    }
  }
}

// Writes the 16 rows of a warp's group, times a factor for the rows g and g + 8, by way of the same
// rows of `shared`, 16 bytes a lane.
template <typename Tile, typename T>
__device__ __forceinline__ void store_rows(
    const Rows<T>& array,
    T* to,
    int first,
    int rows,
    int group,
    const Sums<Tile::D>& out,
    float low_factor,
    float high_factor,
    unsigned char* shared) {
  constexpr int D = Tile::D;
  int lane = threadIdx.x % 32, warp_row = Tile::warp_row() + group * 16;
  __syncwarp();
#pragma unroll
  for (int j = 0; j < D / 8; j++) {
    const float* sums = out.at[j];
    auto low = shared + chunk_offset<D>(warp_row + lane / 4, j) + lane % 4 * 4;
    auto high = shared + chunk_offset<D>(warp_row + lane / 4 + 8, j) + lane % 4 * 4;
    *reinterpret_cast<unsigned*>(low) = Pair<T>::pack(sums[0] * low_factor, sums[1] * low_factor);
    *reinterpret_cast<unsigned*>(high) =
        Pair<T>::pack(sums[2] * high_factor, sums[3] * high_factor);
  }
  __syncwarp();
#pragma unroll
  for (int n = 0; n < D / 16; n++) {
    int i = n * 32 + lane, row = warp_row + i / (D / 8), chunk = i % (D / 8);
    if (first + row < rows) {
      *reinterpret_cast<uint4*>(to + (first + row) * array.row + chunk * 8) =
          *reinterpret_cast<const uint4*>(shared + chunk_offset<D>(row, chunk));
    }
  }
}

// Sets the scores of pairs that do not see each other to `hidden`. Rows are queries and columns
// keys, or the reverse.
template <typename Tile, bool ROWS_ARE_QUERIES, int WIDTH>
__device__ __forceinline__ void hide(
    Sums<WIDTH> (&scores)[Tile::GROUPS],
    const Visibility<typename Tile::Type>& visible,
    int first_row,
    int first_column,
    float hidden) {
  // Nothing that depends on the row alone is to stay in registers from tile to tile.
  asm volatile("" : "+r"(first_row));
#pragma unroll
  for (int g = 0; g < Tile::GROUPS; g++) {
#pragma unroll
    for (int j = 0; j < WIDTH / 8; j++) {
#pragma unroll
      for (int e = 0; e < 4; e++) {
        int row = first_row + g * 16 + sum_row(e), column = first_column + sum_column(j, e);
        int query = ROWS_ARE_QUERIES ? row : column, key = ROWS_ARE_QUERIES ? column : row;
        if (key >= visible.keys || key - visible.shift > query) scores[g].at[j][e] = hidden;
      }
    }
  }
  if (visible.mask == nullptr) return;
  // Bits of what the mask shows, for rows g and g + 8: few loads at a time, few registers. Where
  // the stride is known to be 0, one load serves all queries.
  unsigned shown[Tile::GROUPS][2] = {};
#pragma unroll 2
  for (int j = 0; j < WIDTH / 8; j++) {
#pragma unroll
    for (int g = 0; g < Tile::GROUPS; g++) {
#pragma unroll
      for (int e = 0; e < 4; e++) {
        int row = first_row + g * 16 + sum_row(e), column = first_column + sum_column(j, e);
        int query = min(ROWS_ARE_QUERIES ? row : column, visible.queries - 1);
        int key = min(ROWS_ARE_QUERIES ? column : row, visible.keys - 1);
        bool is_shown = visible.mask[query * visible.stride + key] != 0;
        shown[g][e / 2] |= is_shown ? 1u << (2 * j + e % 2) : 0;
      }
    }
  }
#pragma unroll
  for (int g = 0; g < Tile::GROUPS; g++) {
#pragma unroll
    for (int j = 0; j < WIDTH / 8; j++) {
#pragma unroll
      for (int e = 0; e < 4; e++) {
        if ((shown[g][e / 2] >> (2 * j + e % 2) & 1) == 0) scores[g].at[j][e] = hidden;
      }
    }
  }
}
