// One block's part of a contraction on the tensor cores.
//
// A block of 4 warps computes TILE x TILE of C, a warp a quarter of it. 64 bytes of k at a time (32
// elements of f16 and bf16, 16 of tf32) lie in shared memory in a ring of three stages, two of
// which are on their way while the third is multiplied; one barrier a stage. The fragments of the
// next step of k are loaded while the current ones are multiplied.
//
// Operands that are arrays of the type COMPUTE come by cp.async in the layout that they have. All
// others (f32 masters for bf16 products, im2col and other index maps) are read into registers
// before half a step's multiplications, and rounded and stored after them.
//
// Shared memory is in chunks of 16 bytes, permuted so that 8 lanes that want the same chunk of
// neighbouring rows (ldmatrix, staging) find them in different banks:
//   k innermost:    row r of 4 chunks, chunk c at c ^ (r / 2 % 4)
//   rows innermost: k of TILE elements, chunk c at c ^ (k % 8) (16 bit), c ^ (k % 4 * 2) (tf32)
//
// Sources: NVIDIA CUTLASS (multistage mainloop, 64 x 64 warp tiles: one shared wavefront for each
// mma), PTX ISA for the fragments; permutation as in "Dissecting Tensor Cores" and CuTe's Swizzle.
#pragma once
#include "contract.cuh"
#include "mma.cuh"

static_assert(COMPUTE == F32 || COMPUTE == F16 || COMPUTE == BF16, "no such tensor core product");

constexpr int UNIT = COMPUTE == F32 ? 4 : 2;        // bytes of an element in shared memory
constexpr int CHUNK = 16 / UNIT;                    // elements of a chunk
constexpr int STAGE_K = 64 / UNIT;                  // k of a stage: two steps of an mma each
constexpr int STAGES = 3;
constexpr int THREADS = 128;

template <int TILE>
struct alignas(128) TensorMemory {
  static constexpr int OPERAND = TILE * 64;
  unsigned char a[STAGES][OPERAND];
  unsigned char b[STAGES][OPERAND];
};

// How an operand lies in shared memory.
template <typename Operand, int TILE>
struct Layout {
  static constexpr bool ASYNC =
      Operand::PLAIN && Operand::ELEMENT == COMPUTE && Operand::LANES == CHUNK;
  static constexpr bool INNER_K = Operand::INNER_K || !ASYNC;

  // Byte offset of the chunk that begins at (row, k).
  static __device__ __forceinline__ int offset(int row, int k) {
    if constexpr (INNER_K) {
      return row * 64 + ((k / CHUNK) ^ (row / 2 % 4)) * 16;
    } else {
      int turn = UNIT == 2 ? k % 8 : k % 4 * 2;
      return k * TILE * UNIT + ((row / CHUNK) ^ turn) * 16;
    }
  }
};

// Half of a stage's part of an operand on its way to shared memory: each thread moves TILE / 64
// chunks. `half` is 0 or 1.
template <typename Operand, int TILE>
struct TensorStaging {
  typedef Layout<Operand, TILE> Place;
  static constexpr int CHUNKS = TILE / 64;
  // Rows innermost in memory: lanes take neighbouring rows. Else four lanes share a row.
  static constexpr bool LANES_ALONG_ROWS = !Operand::INNER_K;
  static constexpr bool WIDE = !Place::ASYNC && Operand::PLAIN && Operand::INNER_K &&
      Operand::ELEMENT == F32 && Operand::LANES == 4;
  float values[Place::ASYNC ? 1 : CHUNKS][CHUNK];

  static __device__ __forceinline__ int row(int i) {
    int t = threadIdx.x;
    if constexpr (Place::INNER_K) {
      return LANES_ALONG_ROWS ? t % TILE : t / 4 + i * 32;
    } else {
      return t % (TILE / CHUNK) * CHUNK;
    }
  }

  static __device__ __forceinline__ int k(int i) {
    int t = threadIdx.x;
    if constexpr (Place::INNER_K) {
      return (LANES_ALONG_ROWS ? t / TILE + i * (THREADS / TILE) : t % 4) * CHUNK;
    } else {
      return t / (TILE / CHUNK) + i * (THREADS / (TILE / CHUNK));
    }
  }

  static __device__ __forceinline__ bool row_inside(int row) {
    return Operand::ROWS % TILE == 0 || row < Operand::ROWS;
  }

  // Begins to move rows from row0 and k from k0, up to `end`, to a stage at `shared`.
  __device__ __forceinline__ void begin(
      const Buffers& buffers,
      int batch,
      int row0,
      int k0,
      int end,
      int half,
      unsigned char* shared) {
#pragma unroll
    for (int i = 0; i < CHUNKS; i++) {
      int chunk = half * CHUNKS + i, r = row0 + row(chunk), at = k0 + k(chunk);
      if constexpr (Place::ASYNC) {
        int inside = Operand::INNER_K ? end - at : at < end ? Operand::ROWS - r : 0;
        if (Operand::INNER_K && !row_inside(r)) inside = 0;
        int bytes = inside <= 0 ? 0 : inside >= CHUNK ? 16 : inside * UNIT;
        auto base = Operand::pointer(buffers, batch);
        auto from = base + r * Operand::STRIDE_ROW + at * Operand::STRIDE_K;
        unsigned to = shared_address(shared + Place::offset(row(chunk), k(chunk)));
        copy_async(to, bytes > 0 ? from : base, bytes);
      } else if (WIDE && row_inside(r) && at + CHUNK <= end) {
        auto from = reinterpret_cast<const float*>(Operand::pointer(buffers, batch)) +
            r * Operand::STRIDE_ROW + at;
#pragma unroll
        for (int j = 0; j < CHUNK; j += 4) {
          auto four = *reinterpret_cast<const Pack<float, 4>*>(from + j);
#pragma unroll
          for (int l = 0; l < 4; l++) values[i][j + l] = four.at[l];
        }
      } else {
#pragma unroll
        for (int j = 0; j < CHUNK; j++) {
          bool inside = row_inside(r) && at + j < end;
          values[i][j] = inside ? Operand::load(buffers, batch, r, at + j) : 0.0f;
        }
      }
    }
  }

  // Ends what `begin` began; barriers and waits apart.
  __device__ __forceinline__ void finish(int half, unsigned char* shared) const {
    if constexpr (!Place::ASYNC) {
#pragma unroll
      for (int i = 0; i < CHUNKS; i++) {
        int at = half * CHUNKS + i;
        Pack<unsigned, 4> chunk;
#pragma unroll
        for (int w = 0; w < 4; w++) {
          if constexpr (COMPUTE == F32) {
            chunk.at[w] = __float_as_uint(values[i][w]);
          } else if constexpr (COMPUTE == F16) {
            chunk.at[w] = pack_f16(values[i][2 * w], values[i][2 * w + 1]);
          } else {
            chunk.at[w] = pack_bf16(values[i][2 * w], values[i][2 * w + 1]);
          }
        }
        *reinterpret_cast<Pack<unsigned, 4>*>(shared + Place::offset(row(at), k(at))) = chunk;
      }
    }
  }
};

// Four 8-row, half-step matrices of an operand: rows row0 .. row0 + 15 of step `step`. Matrices are
// ordered rows first (A: a0 to a3) or k first (B: b0, b1 of 8 columns, then of the next 8).
template <typename Operand, int TILE, bool ROWS_FIRST>
__device__ __forceinline__ void load_fragment(
    unsigned (&words)[4], const unsigned char* shared, int row0, int step) {
  typedef Layout<Operand, TILE> Place;
  int lane = threadIdx.x % 32, low = lane / 8 % 2, high = lane / 16;
  int row_half = ROWS_FIRST ? low : high, k_half = ROWS_FIRST ? high : low;
  int k0 = step * 2 * CHUNK;
  if constexpr (Place::INNER_K) {
    int offset = Place::offset(row0 + lane % 8 + row_half * 8, k0 + k_half * CHUNK);
    load_matrices(words, shared_address(shared + offset));
  } else if constexpr (UNIT == 2) {
    int offset = Place::offset(row0 + row_half * 8, k0 + lane % 8 + k_half * 8);
    load_matrices_transposed(words, shared_address(shared + offset));
  } else {
#pragma unroll
    for (int i = 0; i < 4; i++) {
      int row = row0 + lane / 4 + (ROWS_FIRST ? i % 2 : i / 2) * 8;
      int k = k0 + lane % 4 + (ROWS_FIRST ? i / 2 : i % 2) * 4;
      words[i] = *reinterpret_cast<const unsigned*>(
          shared + Place::offset(row, k) + row % CHUNK * UNIT);
    }
  }
  if constexpr (COMPUTE == F32) {
#pragma unroll
    for (int i = 0; i < 4; i++) words[i] = round_tf32(words[i]);
  }
}

// A warp's fragments: of A one step of k, whose registers take the next step row by row as they are
// used up, of B two steps.
template <int TILE>
struct Fragments {
  static constexpr int SIDE = TILE / 2;  // rows and columns of a warp
  unsigned a[SIDE / 16][4];
  unsigned b[2][SIDE / 16][4];

  __device__ __forceinline__ void load_a(
      const TensorMemory<TILE>& memory, int stage, int step, int i) {
    int row = threadIdx.x / 64 * SIDE + i * 16;
    load_fragment<OperandA, TILE, true>(a[i], memory.a[stage], row, step);
  }

  __device__ __forceinline__ void load_b(const TensorMemory<TILE>& memory, int stage, int step) {
    int column = threadIdx.x / 32 % 2 * SIDE;
#pragma unroll
    for (int i = 0; i < SIDE / 16; i++) {
      load_fragment<OperandB, TILE, false>(b[step][i], memory.b[stage], column + i * 16, step);
    }
  }

  // Adds the products of the 16 rows that a[i] holds.
  __device__ __forceinline__ void multiply(int step, int i, float (&sums)[SIDE / 8][4]) const {
#pragma unroll
    for (int j = 0; j < SIDE / 8; j++) {
      const unsigned* words = &b[step][j / 2][j % 2 * 2];
      if constexpr (COMPUTE == BF16) {
        multiply_bf16(sums[j], a[i], words);
      } else if constexpr (COMPUTE == F16) {
        multiply_f16(sums[j], a[i], words);
      } else {
        multiply_tf32(sums[j], a[i], words);
      }
    }
  }
};

// sums = product of the tile at `place` over k in begin .. end - 1. All threads may use the shared
// memory anew afterwards.
template <int TILE>
__device__ __forceinline__ void multiply_tensor_tile(
    const Buffers& buffers,
    TilePlace place,
    int begin,
    int end,
    TensorMemory<TILE>& memory,
    float (&sums)[TILE / 32][TILE / 16][4]) {
#pragma unroll
  for (int i = 0; i < TILE / 32; i++) {
#pragma unroll
    for (int j = 0; j < TILE / 16; j++) {
#pragma unroll
      for (int c = 0; c < 4; c++) sums[i][j][c] = 0.0f;
    }
  }
  if (begin >= end) return;

  TensorStaging<OperandA, TILE> a;
  TensorStaging<OperandB, TILE> b;
#pragma unroll
  for (int stage = 0; stage < STAGES - 1; stage++) {
#pragma unroll
    for (int half = 0; half < 2; half++) {
      int k0 = begin + stage * STAGE_K;
      a.begin(buffers, place.batch, place.m, k0, end, half, memory.a[stage]);
      a.finish(half, memory.a[stage]);
      b.begin(buffers, place.batch, place.n, k0, end, half, memory.b[stage]);
      b.finish(half, memory.b[stage]);
    }
    commit_copies();
  }
  wait_copies<1>();
  __syncthreads();
  Fragments<TILE> fragments;
  fragments.load_b(memory, 0, 0);
#pragma unroll
  for (int i = 0; i < TILE / 32; i++) fragments.load_a(memory, 0, 0, i);

  int stage = 0;
#pragma unroll 1
  for (int k0 = begin; k0 < end; k0 += STAGE_K) {
    int next = stage == STAGES - 1 ? 0 : stage + 1;
    int coming = stage == 0 ? STAGES - 1 : stage - 1;  // everyone has read it
    int k2 = k0 + (STAGES - 1) * STAGE_K;
#pragma unroll
    for (int step = 0; step < 2; step++) {
      // Beyond the barrier the next stage is there, and this one is read but for what is in
      // registers.
      if (step == 1) {
        wait_copies<0>();
        __syncthreads();
      }
      int from = step == 0 ? stage : next;
      bool more = step == 0 || k0 + STAGE_K < end;
      if (more) fragments.load_b(memory, from, 1 - step);
#pragma unroll
      for (int half = 0; half < 2; half++) {
        if (k2 < end) {
          if (step == 0) a.begin(buffers, place.batch, place.m, k2, end, half, memory.a[coming]);
          if (step == 1) b.begin(buffers, place.batch, place.n, k2, end, half, memory.b[coming]);
        }
#pragma unroll
        for (int i = half * TILE / 64; i < (half + 1) * TILE / 64; i++) {
          fragments.multiply(step, i, sums[i]);
          if (more) fragments.load_a(memory, from, 1 - step, i);
        }
        if (k2 < end) {
          if (step == 0) a.finish(half, memory.a[coming]);
          if (step == 1) b.finish(half, memory.b[coming]);
        }
      }
    }
    commit_copies();
    stage = next;
  }
}
