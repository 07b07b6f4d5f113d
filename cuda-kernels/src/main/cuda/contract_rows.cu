// contract_rows: C[b, m, n] = epilogue(sum_k A[b, m, k] * B[b, k, n]) where M is small (decoding,
// one sample): B is read once and used for few sums, so the kernel is bound by memory and wants
// many bytes in flight, not tiles. Up to 8 rows of A share one pass over B; more rows take more
// passes.
//
// Operands and result: the hole's (contract.cuh). Two kernels, by the layout of B:
//
//   contract_rows_k: neighbours in k lie together (B_INNER_K): a warp per n; its lanes take
//     neighbouring k, 4 each where B is plain and aligned, and add their sums by shuffles.
//   contract_rows_n: neighbours in n lie together: a lane has one n (4 where B is aligned and there
//     are enough columns), the 8 warps of a block take every eighth k each and add their sums, in
//     order, in shared memory.
//
// Launch: contract_rows_k <<< dim3(ceil(N / 8),                ceil(M / 8), BATCH), 256 >>>
//         contract_rows_n <<< dim3(ceil(N / (32 * COLUMNS)),   ceil(M / 8), BATCH), 256 >>>
// argument: Buffers by value; COLUMNS as below. BATCH is at most 65535.
//
// Flops: 2 * BATCH * M * N * K. Bytes: B ceil(M / 8) times, A (from the caches) and C once.
#include "contract.cuh"

constexpr int ROWS = M < 8 ? M : 8;
constexpr int WARPS = 8;
constexpr bool WIDE_B = OperandB::FOURS;
// Four columns a lane make 16-byte loads, but a quarter of the blocks: for at least 128 of these.
constexpr int COLUMNS = WIDE_B && !B_INNER_K && (long long)BATCH * N / 128 >= 128 ? 4 : 1;

// A[batch, m, k], where rows past M repeat the last one.
__device__ __forceinline__ Sum row_of_a(const Buffers& buffers, int batch, int m, int k) {
  return load_a(buffers, batch, M % ROWS == 0 || m < M ? m : M - 1, k);
}

extern "C" __global__ __launch_bounds__(256, 4) void contract_rows_k(Buffers buffers) {
  constexpr int LANES = WIDE_B && B_INNER_K ? 4 : 1;
  int lane = threadIdx.x % 32, n = blockIdx.x * WARPS + threadIdx.x / 32;
  int m0 = blockIdx.y * ROWS, batch = blockIdx.z;
  if (n >= N) return;

  Sum sums[ROWS];
#pragma unroll
  for (int r = 0; r < ROWS; r++) sums[r] = Sum(0);
  constexpr int WHOLE = K / LANES * LANES;
#pragma unroll 4
  for (int k = lane * LANES; k < WHOLE; k += 32 * LANES) {
    Sum b[LANES];
    if constexpr (LANES == 4) {
      auto four = *reinterpret_cast<const Pack<Sum, 4>*>(
          b_pointer(buffers, batch) + n * B_STRIDE_N + k * B_STRIDE_K);
#pragma unroll
      for (int i = 0; i < 4; i++) b[i] = four.at[i];
    } else {
      b[0] = load_b(buffers, batch, k, n);
    }
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
#pragma unroll
      for (int i = 0; i < LANES; i++) {
        sums[r] = multiply_add(row_of_a(buffers, batch, m0 + r, k + i), b[i], sums[r]);
      }
    }
  }
  if (WHOLE + lane < K) {
    Sum b = load_b(buffers, batch, WHOLE + lane, n);
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
      sums[r] = multiply_add(row_of_a(buffers, batch, m0 + r, WHOLE + lane), b, sums[r]);
    }
  }
#pragma unroll
  for (int r = 0; r < ROWS; r++) {
#pragma unroll
    for (int distance = 16; distance > 0; distance /= 2) {
      sums[r] += __shfl_xor_sync(0xffffffffu, sums[r], distance);
    }
    if (lane == r && m0 + r < M) store_c(buffers, batch, m0 + r, n, sums[r]);
  }
}

extern "C" __global__ __launch_bounds__(256, 4) void contract_rows_n(Buffers buffers) {
  __shared__ Sum partial[WARPS][32 * COLUMNS + 4];
  int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  int first = blockIdx.x * 32 * COLUMNS, n = first + lane * COLUMNS;
  int m0 = blockIdx.y * ROWS, batch = blockIdx.z;

  Sum sums[ROWS][COLUMNS];
#pragma unroll
  for (int r = 0; r < ROWS; r++) {
#pragma unroll
    for (int c = 0; c < COLUMNS; c++) sums[r][c] = Sum(0);
  }
  if (n < N) {
#pragma unroll 4
    for (int k = warp; k < K; k += WARPS) {
      Sum b[COLUMNS];
      if constexpr (COLUMNS == 4) {
        auto four = *reinterpret_cast<const Pack<Sum, 4>*>(
            b_pointer(buffers, batch) + n * B_STRIDE_N + k * B_STRIDE_K);
#pragma unroll
        for (int c = 0; c < 4; c++) b[c] = four.at[c];
      } else {
        b[0] = load_b(buffers, batch, k, n);
      }
#pragma unroll
      for (int r = 0; r < ROWS; r++) {
        Sum a = row_of_a(buffers, batch, m0 + r, k);
#pragma unroll
        for (int c = 0; c < COLUMNS; c++) sums[r][c] = multiply_add(a, b[c], sums[r][c]);
      }
    }
  }
#pragma unroll 1
  for (int r = 0; r < ROWS; r++) {
    __syncthreads();
#pragma unroll
    for (int c = 0; c < COLUMNS; c++) {
      // Indexing registers by a loop that is not unrolled would put them in local memory.
      Sum sum = sums[0][c];
#pragma unroll
      for (int other = 1; other < ROWS; other++) sum = r == other ? sums[other][c] : sum;
      partial[warp][lane * COLUMNS + c] = sum;
    }
    __syncthreads();
    int column = threadIdx.x;
    if (column < 32 * COLUMNS && first + column < N && m0 + r < M) {
      Sum total = partial[0][column];
#pragma unroll
      for (int w = 1; w < WARPS; w++) total += partial[w][column];
      store_c(buffers, batch, m0 + r, first + column, total);
    }
  }
}
