// contract_tensor: C[b, m, n] = epilogue(sum_k A[b, m, k] * B[b, k, n]) on the tensor cores:
// products of f16, bf16 or tf32 (COMPUTE), exact, summed in f32.
//
// Operands and result: the hole's (contract.cuh), Sum float. Best are plain arrays of the type
// COMPUTE (F32: tf32) in either layout, aligned to 16 bytes with a stride of 16-byte multiples; all
// else is read, rounded to nearest (ties to even; tf32: away from zero) and stored by the threads.
// Ragged M, N and K are guarded, or tiles moved to where they are whole; these compute some sums of
// their neighbours once more, but do not store them.
//
// Launch: contract_tensor_128 <<< BATCH * ceil(M / 128) * ceil(N / 128), 128, shared >>>
//         contract_tensor_64  <<< BATCH * ceil(M /  64) * ceil(N /  64), 128, shared >>>
//           argument: Buffers by value
//         contract_tensor_split_128, _64 <<< splits * as many, 128, shared >>>
//           arguments: Buffers by value, partial, splits, as contract_split_64; contract_finish
//           adds the parts
// dynamic shared bytes: tile * 128 * CONTRACT_STAGES, which the hole defines, at least 3; two
// blocks of tile 128 should fit into a multiprocessor. 5 are 80 KiB for tile 128, 40 KiB for 64.
//
// Flops: 2 * BATCH * M * N * K. Compulsory bytes: A, B and C once. Bytes through L2, tile T:
// BATCH * M * N * K * 2 / T elements. Shared wavefronts for each mma of tile 128: 1 (ldmatrix),
// and those of one step of k once more at the end.
//
// The sums go to memory by way of shared memory, 16 rows of a warp at a time, so that what
// store_c_vector writes is C_LANES wide and neighbouring lanes write neighbouring bytes.
#include "contract_tensor_tile.cuh"

#ifndef CONTRACT_STAGES
#define CONTRACT_STAGES 5
#endif

typedef TensorShape<128, CONTRACT_STAGES> Tensor128;
typedef TensorShape<64, CONTRACT_STAGES> Tensor64;

// Hands a warp's sums to `store(m, n, sums)`, LANES neighbours in n at a time.
template <typename Shape, int LANES, typename Store>
__device__ __forceinline__ void store_sums(
    TilePlace place,
    const float (&sums)[Shape::GROUPS][2 * Shape::GROUPS][4],
    void* memory,
    Store store) {
  constexpr int SIDE = Shape::GROUPS * 16, PITCH = SIDE + 8;  // rows 8 banks apart: no conflicts
  constexpr int TILE = Shape::TILE;
  static_assert(16 * PITCH * 4 * 4 <= Shape::SHARED_BYTES, "four warps' rows");
  int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  float* rows = static_cast<float*>(memory) + warp * 16 * PITCH;
  int m0 = first_row<OperandA, TILE>(place.m) + warp / 2 * 16;
  int n0 = first_row<OperandB, TILE>(place.n) + warp % 2 * SIDE;
#pragma unroll
  for (int i = 0; i < Shape::GROUPS; i++) {
#pragma unroll
    for (int j = 0; j < SIDE / 8; j++) {
      float* at = rows + lane / 4 * PITCH + j * 8 + lane % 4 * 2;
      *reinterpret_cast<Pack<float, 2>*>(at) = {sums[i][j][0], sums[i][j][1]};
      *reinterpret_cast<Pack<float, 2>*>(at + 8 * PITCH) = {sums[i][j][2], sums[i][j][3]};
    }
    __syncwarp();
#pragma unroll 4
    for (int group = lane; group < 16 * SIDE / LANES; group += 32) {
      int row = group / (SIDE / LANES), column = group % (SIDE / LANES) * LANES;
      int m = m0 + i * 32 + row, n = n0 + column;
      // What a moved tile has in common with its neighbour is the neighbour's.
      bool is_row = M % TILE == 0 || (m >= place.m && m < M);
      if (is_row && (N % TILE == 0 || (n >= place.n && n < N))) {
        constexpr int WORDS = LANES < 4 ? LANES : 4;
        float values[LANES];
#pragma unroll
        for (int l = 0; l < LANES; l += WORDS) {
          auto words =
              *reinterpret_cast<const Pack<float, WORDS>*>(rows + row * PITCH + column + l);
#pragma unroll
          for (int w = 0; w < WORDS; w++) values[l + w] = words.at[w];
        }
        store(m, n, values);
      }
    }
    __syncwarp();
  }
}

template <typename Shape>
__device__ __forceinline__ void contract(const Buffers& buffers) {
  extern __shared__ __align__(128) unsigned char memory[];
  auto place = place_of<Shape::TILE, Shape::TILE>(blockIdx.x);
  float sums[Shape::GROUPS][2 * Shape::GROUPS][4];
  multiply_tensor_tile<Shape>(buffers, place, 0, K, shared_address(memory), sums);
  store_sums<Shape, C_LANES>(place, sums, memory, [&](int m, int n, const float* values) {
    if constexpr (C_LANES > 1) {
      store_c_vector<C_LANES>(buffers, place.batch, m, n, values);
    } else {
      store_c(buffers, place.batch, m, n, values[0]);
    }
  });
}

template <typename Shape>
__device__ __forceinline__ void contract_part(const Buffers& buffers, float* partial, int splits) {
  extern __shared__ __align__(128) unsigned char memory[];
  int tiles = gridDim.x / splits, split = blockIdx.x / tiles;
  auto place = place_of<Shape::TILE, Shape::TILE>(blockIdx.x % tiles);
  constexpr int STAGES_OF_K = (K + STAGE_K - 1) / STAGE_K;
  int length = (STAGES_OF_K + splits - 1) / splits * STAGE_K, begin = split * length;
  int end = begin + length < K ? begin + length : K;
  float sums[Shape::GROUPS][2 * Shape::GROUPS][4];
  multiply_tensor_tile<Shape>(buffers, place, begin, end, shared_address(memory), sums);
  float* part = partial + ((long long)split * BATCH + place.batch) * M * N;
  constexpr int LANES = N % 4 == 0 ? 4 : 1;
  store_sums<Shape, LANES>(place, sums, memory, [&](int m, int n, const float* values) {
    Pack<float, LANES> pack;
#pragma unroll
    for (int i = 0; i < LANES; i++) pack.at[i] = values[i];
    store_vector(part + (long long)m * N + n, pack);
  });
}

#if !defined(CONTRACT_TILE) || CONTRACT_TILE == 128
// 128 sums and the fragments of two steps: up to 255 registers, two blocks a multiprocessor.
extern "C" __global__ __launch_bounds__(128, 2) void contract_tensor_128(Buffers buffers) {
  contract<Tensor128>(buffers);
}

extern "C" __global__ __launch_bounds__(128, 2) void contract_tensor_split_128(
    Buffers buffers, float* partial, int splits) {
  contract_part<Tensor128>(buffers, partial, splits);
}
#endif

#if !defined(CONTRACT_TILE) || CONTRACT_TILE == 64
extern "C" __global__ __launch_bounds__(128, 4) void contract_tensor_64(Buffers buffers) {
  contract<Tensor64>(buffers);
}

extern "C" __global__ __launch_bounds__(128, 4) void contract_tensor_split_64(
    Buffers buffers, float* partial, int splits) {
  contract_part<Tensor64>(buffers, partial, splits);
}
#endif
