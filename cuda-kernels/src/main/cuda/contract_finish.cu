// contract_finish: C[b, m, n] = epilogue(sum over the parts of partial), the end of contract_split
// and contract_tensor_split.
//
// partial: Sum[splits][BATCH][M][N]; the result is the hole's (contract.cuh). Added in order.
//
// Launch: contract_finish <<< ceil(BATCH * M * N / 256), 256 >>>, BATCH * M * N < 2^31
// arguments: Buffers by value, partial, splits >= 1.
//
// Bytes: sizeof(Sum) * splits * BATCH * M * N read, C written. Flops: as many additions.
#include "contract.cuh"

extern "C" __global__ __launch_bounds__(256, 4) void contract_finish(
    Buffers buffers, const Sum* partial, int splits) {
  constexpr long long SIZE = (long long)BATCH * M * N;
  unsigned i = blockIdx.x * 256u + threadIdx.x;
  if (i >= SIZE) return;
  Sum sum = partial[i];
#pragma unroll 4
  for (int split = 1; split < splits; split++) sum += partial[split * SIZE + i];
  constexpr unsigned COLUMNS = N, ROWS = M;
  store_c(buffers, int(i / (ROWS * COLUMNS)), int(i / COLUMNS % ROWS), int(i % COLUMNS), sum);
}
