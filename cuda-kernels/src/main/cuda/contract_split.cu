// contract_split: C[b, m, n] = epilogue(sum_k A[b, m, k] * B[b, k, n]) where the sum is long and C
// is small (gradients of weights): the sum is cut into `splits` parts, which blocks of their own
// compute, and a second kernel adds the parts in order. No atomics: the result depends on `splits`
// alone, not on the order of the blocks.
//
// Operands and result: the hole's (contract.cuh).
// partial: Sum[splits][BATCH][M][N], aligned to 16 bytes, scratch between the two launches.
//
// Launch: contract_split_64     <<< splits * BATCH * ceil(M / 64) * ceil(N / 64), 128 >>>
//         contract_split_32     <<< splits * BATCH * ceil(M / 32) * ceil(N / 32),  64 >>>
//         then contract_finish  <<< ceil(BATCH * M * N / 256), 256 >>>   contract_finish.cu
// arguments of each: Buffers by value, partial, splits >= 1. Some of the parts may be empty.
//
// Flops: 2 * BATCH * M * N * K. Bytes: as contract_simt, and partial written and read once:
// 2 * sizeof(Sum) * splits * BATCH * M * N.
#include "contract_tile.cuh"

template <typename Shape>
__device__ __forceinline__ void contract_part(const Buffers& buffers, Sum* partial, int splits) {
  __shared__ TileMemory<Shape> memory;
  int tiles = gridDim.x / splits, split = blockIdx.x / tiles;
  auto place = place_of<Shape::SIZE, Shape::SIZE>(blockIdx.x % tiles);
  constexpr int BLOCKS_OF_K = (K + TILE_K - 1) / TILE_K;
  int length = (BLOCKS_OF_K + splits - 1) / splits * TILE_K, begin = split * length;
  int end = begin + length < K ? begin + length : K;

  Sum sums[Shape::ROWS][Shape::COLUMNS];
  multiply_tile<Shape>(buffers, place, begin, end, memory, sums);
  Sum* part = partial + ((long long)split * BATCH + place.batch) * M * N;
  each_group<Shape>(
      place,
      sums,
      [&](int m, int n, const Sum* four) {
        Sum* at = part + (long long)m * N + n;
        if constexpr (N % 4 == 0 && sizeof(Sum) == 4) {
          store_vector(at, Pack<Sum, 4>{four[0], four[1], four[2], four[3]});
        } else {
#pragma unroll
          for (int i = 0; i < 4; i++) at[i] = four[i];
        }
      },
      [&](int m, int n, Sum sum) { part[(long long)m * N + n] = sum; });
}

#if !defined(CONTRACT_TILE) || CONTRACT_TILE == 64
extern "C" __global__ __launch_bounds__(128, sizeof(Sum) == 4 ? 5 : 3) void contract_split_64(
    Buffers buffers, Sum* partial, int splits) {
  contract_part<Tile64>(buffers, partial, splits);
}
#endif

#if !defined(CONTRACT_TILE) || CONTRACT_TILE == 32
extern "C" __global__ __launch_bounds__(64, sizeof(Sum) == 4 ? 16 : 8) void contract_split_32(
    Buffers buffers, Sum* partial, int splits) {
  contract_part<Tile32>(buffers, partial, splits);
}
#endif
