// contract_simt: C[b, m, n] = epilogue(sum_k A[b, m, k] * B[b, k, n]) on the ordinary units, in the
// type Sum (f32 mostly) with fused multiply-adds in the order of k: bit-equal to the plain loop.
//
// Operands and result: the hole's (contract.cuh). Arrays read 16 bytes at a time where the hole
// says that they are plain and aligned, else element by element; ragged M, N and K are guarded.
//
// Launch: contract_simt_128 <<< BATCH * ceil(M / 128) * ceil(N / 128), 256 >>>   16.5 KiB shared
//         contract_simt_64  <<< BATCH * ceil(M /  64) * ceil(N /  64), 128 >>>    8.5 KiB
//         contract_simt_32  <<< BATCH * ceil(M /  32) * ceil(N /  32),  64 >>>    4.5 KiB
// argument: Buffers by value. Use the greatest tile that still makes about two blocks a
// multiprocessor; long sums of few tiles are contract_split's.
//
// Flops: 2 * BATCH * M * N * K. Compulsory bytes: A, B and C once. Bytes through L2, tile T:
// sizeof(Sum) * BATCH * M * N * K * 2 / T. A step of k in a warp is 64 FMA instructions and four
// 16-byte shared reads (tile 128): the FMA pipe binds.
#include "contract_tile.cuh"

template <typename Shape>
__device__ __forceinline__ void contract(const Buffers& buffers) {
  __shared__ TileMemory<Shape> memory;
  auto place = place_of<Shape::SIZE, Shape::SIZE>(blockIdx.x);
  Sum sums[Shape::ROWS][Shape::COLUMNS];
  multiply_tile<Shape>(buffers, place, 0, K, memory, sums);
  each_group<Shape>(
      place,
      sums,
      [&](int m, int n, const Sum* four) {
        constexpr int LANES = C_LANES < 4 ? C_LANES : 4;
#pragma unroll
        for (int i = 0; i < 4; i += LANES) {
          if constexpr (LANES > 1) {
            store_c_vector<LANES>(buffers, place.batch, m, n + i, four + i);
          } else {
            store_c(buffers, place.batch, m, n + i, four[i]);
          }
        }
      },
      [&](int m, int n, Sum sum) { store_c(buffers, place.batch, m, n, sum); });
}

#if !defined(CONTRACT_TILE) || CONTRACT_TILE == 128
// 128 registers are all that two blocks of 256 threads leave; 8-byte sums need more.
extern "C" __global__ __launch_bounds__(256, sizeof(Sum) == 4 ? 2 : 1) void contract_simt_128(
    Buffers buffers) {
  contract<Tile128>(buffers);
}
#endif

#if !defined(CONTRACT_TILE) || CONTRACT_TILE == 64
extern "C" __global__ __launch_bounds__(128, sizeof(Sum) == 4 ? 5 : 3) void contract_simt_64(
    Buffers buffers) {
  contract<Tile64>(buffers);
}
#endif

#if !defined(CONTRACT_TILE) || CONTRACT_TILE == 32
extern "C" __global__ __launch_bounds__(64, sizeof(Sum) == 4 ? 16 : 8) void contract_simt_32(
    Buffers buffers) {
  contract<Tile32>(buffers);
}
#endif
