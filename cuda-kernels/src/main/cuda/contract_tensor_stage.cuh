// How the operands of a contraction on the tensor cores come to shared memory, and how they lie
// there. A stage has 64 bytes of k of both operands: 32 elements of f16 and bf16, 16 of tf32.
//
// Operands that are arrays of the type COMPUTE come by cp.async in the layout that they have. All
// others (f32 masters for bf16 products, im2col and other index maps) are read into registers
// before some multiplications, and rounded and stored after them, k innermost.
//
// Shared memory is in chunks of 16 bytes, permuted so that 8 lanes that want the same chunk of
// neighbouring rows (ldmatrix, staging) find them in different banks:
//   k innermost:    row r of 4 chunks, chunk c at c ^ (r / 2 % 4)
//   rows innermost: k of TILE elements, chunk c at c ^ (k % 8) (16 bit), c ^ (k % 4 * 2) (tf32)
// so that a place some chunks further differs by an exclusive or with a constant.
#pragma once
#include "contract.cuh"
#include "mma.cuh"

static_assert(COMPUTE == F32 || COMPUTE == F16 || COMPUTE == BF16, "no such tensor core product");

constexpr int UNIT = COMPUTE == F32 ? 4 : 2;  // bytes of an element in shared memory
constexpr int CHUNK = 16 / UNIT;              // elements of a chunk
constexpr int ROW_BYTES = 64;                 // of k, in a stage
constexpr int STAGE_K = ROW_BYTES / UNIT;     // two steps of an mma each
constexpr int THREADS = 128;

// A block's tile, SIDE x SIDE in 2 x 2 warps, and a ring of so many stages.
template <int SIDE, int RING>
struct TensorShape {
  static_assert(RING >= 3, "one is multiplied, one is there, the others are on their way");
  static constexpr int TILE = SIDE, STAGES = RING;
  static constexpr int GROUPS = SIDE / 32;  // of 16 rows, and of 16 columns, of a warp
  static constexpr int OPERAND_BYTES = SIDE * ROW_BYTES, STAGE_BYTES = 2 * OPERAND_BYTES;
  static constexpr int SHARED_BYTES = RING * STAGE_BYTES;
};

// Whether an operand comes by cp.async.
template <typename Operand>
constexpr bool IS_ASYNC =
    Operand::PLAIN && Operand::ELEMENT == COMPUTE && Operand::LANES == CHUNK;

// How an operand lies in shared memory.
template <typename Operand, int TILE>
struct Layout {
  static constexpr bool ASYNC = IS_ASYNC<Operand>;
  static constexpr bool INNER_K = Operand::INNER_K || !ASYNC;

  // Byte offset of the chunk that begins at (row, k).
  static __device__ __forceinline__ int offset(int row, int k) {
    if constexpr (INNER_K) {
      return row * ROW_BYTES + ((k / CHUNK) ^ (row / 2 % 4)) * 16;
    } else {
      int turn = UNIT == 2 ? k % 8 : k % 4 * 2;
      return k * TILE * UNIT + ((row / CHUNK) ^ turn) * 16;
    }
  }
};

// Where the tile at `row` begins to read. Ragged tiles begin earlier, so that they end with the
// operand and need no guards, where the operand is large enough and chunks stay whole.
template <typename Operand, int TILE>
constexpr bool IS_MOVED =
    Operand::ROWS >= TILE && (!IS_ASYNC<Operand> || Operand::INNER_K || Operand::ROWS % CHUNK == 0);

template <typename Operand, int TILE>
__device__ __forceinline__ int first_row(int row) {
  if constexpr (Operand::ROWS % TILE == 0 || !IS_MOVED<Operand, TILE>) {
    return row;
  } else {
    return row < Operand::ROWS - TILE ? row : Operand::ROWS - TILE;
  }
}

// A thread's part of an operand on its way to shared memory: CHUNKS chunks of each stage, moved in
// two parts. Neighbouring lanes share 64 bytes of memory (rows innermost: 128).
template <typename Operand, int TILE>
struct TensorStaging {
  typedef Layout<Operand, TILE> Place;
  static constexpr int CHUNKS = TILE * ROW_BYTES / 16 / THREADS, HALF = CHUNKS / 2;
  static constexpr int CHUNKS_K = ROW_BYTES / 16;
  static constexpr bool WHOLE_ROWS = Operand::ROWS % TILE == 0 || IS_MOVED<Operand, TILE>;
  static constexpr bool WHOLE = WHOLE_ROWS && K % STAGE_K == 0;
  // Index maps whose neighbours in memory are rows: lanes take neighbouring rows.
  static constexpr bool LANES_ALONG_ROWS = Place::INNER_K && !Operand::INNER_K;
  static constexpr bool WIDE = !Place::ASYNC && Operand::PLAIN && Operand::INNER_K &&
      Operand::ELEMENT == F32 && Operand::LANES == 4;
  // Rows innermost, eight lanes share a line of eight chunks; so many lines at once.
  static constexpr int LINE = 8 * CHUNK, LINES = THREADS / 8;
  static_assert(TILE % LINE == 0 && STAGE_K % LINES == 0, "whole lines");

  decltype(Operand::pointer(*static_cast<const Buffers*>(nullptr), 0)) from;  // chunk 0
  float values[Place::ASYNC ? 1 : HALF][CHUNK];

  // Where chunk i of the thread is in the stage.
  static __device__ __forceinline__ int row(int i) {
    int t = threadIdx.x;
    if constexpr (LANES_ALONG_ROWS) {
      return t % 32 + (t / 32 + i * (THREADS / 32)) % (TILE / 32) * 32;
    } else if constexpr (Place::INNER_K) {
      return t / CHUNKS_K + i * (THREADS / CHUNKS_K);
    } else {
      return i / (STAGE_K / LINES) * LINE + t % 8 * CHUNK;
    }
  }

  static __device__ __forceinline__ int k(int i) {
    int t = threadIdx.x;
    if constexpr (LANES_ALONG_ROWS) {
      return (t / 32 + i * (THREADS / 32)) / (TILE / 32) * CHUNK;
    } else if constexpr (Place::INNER_K) {
      return t % CHUNKS_K * CHUNK;
    } else {
      return t / 8 + i % (STAGE_K / LINES) * LINES;
    }
  }

  // Chunk i's place relative to chunk 0's: in elements of memory, and in bytes of shared memory,
  // whose permutation is the same.
  static __device__ __forceinline__ constexpr long long step_from(int i) {
    if constexpr (Place::INNER_K) {
      return i * (THREADS / CHUNKS_K) * Operand::STRIDE_ROW;
    } else {
      return i / (STAGE_K / LINES) * LINE * Operand::STRIDE_ROW +
          i % (STAGE_K / LINES) * LINES * Operand::STRIDE_K;
    }
  }

  static __device__ __forceinline__ constexpr int step_to(int i) {
    if constexpr (Place::INNER_K) {
      return i * (THREADS / CHUNKS_K) * ROW_BYTES;
    } else {
      return i / (STAGE_K / LINES) * 128 + i % (STAGE_K / LINES) * LINES * TILE * UNIT;
    }
  }

  static __device__ __forceinline__ bool row_inside(int row) {
    return WHOLE_ROWS || row < Operand::ROWS;
  }

  // Prepares to move rows from row0 and k from k0 on.
  __device__ __forceinline__ TensorStaging(const Buffers& buffers, int batch, int row0, int k0)
      : from(Operand::pointer(buffers, batch) + (row0 + row(0)) * Operand::STRIDE_ROW +
             (k0 + k(0)) * Operand::STRIDE_K) {}

  // Goes on to the next stage.
  __device__ __forceinline__ void advance() { from += STAGE_K * Operand::STRIDE_K; }

  // Begins to move part 0 or 1 of rows from row0 and k from k0, up to `end`, to the stage `shared`.
  __device__ __forceinline__ void begin(
      const Buffers& buffers, int batch, int row0, int k0, int end, int part, unsigned shared) {
#pragma unroll
    for (int c = 0; c < HALF; c++) {
      int i = part * HALF + c, r = row0 + row(i), at = k0 + k(i);
      if constexpr (Place::ASYNC) {
        unsigned to = shared + Place::offset(row(0), k(0)) + step_to(i);
        if constexpr (WHOLE) {
          copy_async(to, from + step_from(i));
        } else {
          int inside = Operand::INNER_K ? end - at
              : at >= end               ? 0
              : WHOLE_ROWS              ? CHUNK
                                        : Operand::ROWS - r;
          if (Operand::INNER_K && !row_inside(r)) inside = 0;
          int bytes = inside <= 0 ? 0 : inside >= CHUNK ? 16 : inside * UNIT;
          copy_async(to, bytes > 0 ? from + step_from(i) : Operand::pointer(buffers, batch), bytes);
        }
      } else if (WIDE && row_inside(r) && at + CHUNK <= end) {
        auto floats = reinterpret_cast<const float*>(Operand::pointer(buffers, batch)) +
            r * Operand::STRIDE_ROW + at;
#pragma unroll
        for (int j = 0; j < CHUNK; j += 4) {
          auto four = *reinterpret_cast<const Pack<float, 4>*>(floats + j);
#pragma unroll
          for (int l = 0; l < 4; l++) values[c][j + l] = four.at[l];
        }
      } else {
#pragma unroll
        for (int j = 0; j < CHUNK; j++) {
          bool inside = row_inside(r) && at + j < end;
          values[c][j] = inside ? Operand::load(buffers, batch, r, at + j) : 0.0f;
        }
      }
    }
  }

  // Ends what `begin` began; barriers and waits apart.
  __device__ __forceinline__ void finish(int part, unsigned shared) const {
    if constexpr (!Place::ASYNC) {
  #pragma unroll
      for (int c = 0; c < HALF; c++) {
        int i = part * HALF + c;
        unsigned words[4];
#pragma unroll
        for (int w = 0; w < 4; w++) {
          if constexpr (COMPUTE == F32) {
            words[w] = __float_as_uint(values[c][w]);
          } else if constexpr (COMPUTE == F16) {
            words[w] = pack_f16(values[c][2 * w], values[c][2 * w + 1]);
          } else {
            words[w] = pack_bf16(values[c][2 * w], values[c][2 * w + 1]);
          }
        }
        store_shared(shared + Place::offset(row(i), k(i)), words);
      }
    }
  }
};
