// Transpose of the last two axes: y[b, c, r] = x[b, r, c].
//
// x: [batch, rows, columns], y: [batch, columns, rows]; numbers of 32 or 16 bits.
//   transpose_32:  a tile of 32 x 32. Block 32 x 8, grid ceil(columns / 32) x ceil(rows / 32) x
//                  batch. Hole: epilogue, on f32.
//   transpose_32_packed, transpose_16_packed: rows and columns are multiples of 4 (of 2), arrays
//                  aligned to 16 bytes: a tile of 64 x 64, 16 bytes (4 bytes) at once. Block 256,
//                  grid ceil(columns / 64) x ceil(rows / 64) x batch.
// Bytes: 2 * batch * rows * columns * size. Flops: none.
//
// A tile goes through shared memory so that reads and writes both run along memory. Its rows are
// one word longer than the tile, so that a column lies in 32 different banks: one wavefront a
// request instead of 32 (Harris, "An efficient matrix transpose in CUDA C/C++", 2013).

#define HOLE_ELEMENT
#include "pack.cuh"
#include "scalar.cuh"

extern "C" __global__ void __launch_bounds__(256)
    transpose_32(const float* x, float* y, int rows, int columns) {
  __shared__ float tile[32][33];
  size_t start = static_cast<size_t>(blockIdx.z) * rows * columns;
  int c = blockIdx.x * 32 + threadIdx.x;
  int r = blockIdx.y * 32 + threadIdx.y;
#pragma unroll
  for (int i = 0; i < 32; i += 8) {
    if (r + i < rows && c < columns) {
      tile[threadIdx.y + i][threadIdx.x] = x[start + static_cast<size_t>(r + i) * columns + c];
    }
  }
  __syncthreads();
  c = blockIdx.x * 32 + threadIdx.y;
  r = blockIdx.y * 32 + threadIdx.x;
#pragma unroll
  for (int i = 0; i < 32; i += 8) {
    if (c + i < columns && r < rows) {
      y[start + static_cast<size_t>(c + i) * rows + r] =
          epilogue(tile[threadIdx.x][threadIdx.y + i]);
    }
  }
}

// A warp moves 4 lines of 8 packs: with lines of 65 words its 32 words of one store or load lie in
// 32 different banks, in both directions.
extern "C" __global__ void __launch_bounds__(256)
    transpose_32_packed(const float* x, float* y, int rows, int columns) {
  __shared__ float tile[64][65];
  size_t start = static_cast<size_t>(blockIdx.z) * rows * columns;
#pragma unroll
  for (int i = 0; i < 4; i++) {
    int line = i / 2 * 32 + threadIdx.x / 8;
    int pack = i % 2 * 32 + threadIdx.x % 8 * 4;
    int r = blockIdx.y * 64 + line;
    int c = blockIdx.x * 64 + pack;
    if (r < rows && c < columns) {
      float value[4];
      load_pack(x + start + static_cast<size_t>(r) * columns + c, value);
#pragma unroll
      for (int j = 0; j < 4; j++) tile[line][pack + j] = value[j];
    }
  }
  __syncthreads();
#pragma unroll
  for (int i = 0; i < 4; i++) {
    int line = i / 2 * 32 + threadIdx.x / 8;
    int pack = i % 2 * 32 + threadIdx.x % 8 * 4;
    int c = blockIdx.x * 64 + line;
    int r = blockIdx.y * 64 + pack;
    if (c < columns && r < rows) {
      float value[4];
#pragma unroll
      for (int j = 0; j < 4; j++) value[j] = tile[pack + j][line];
      store_pack(y + start + static_cast<size_t>(c) * rows + r, value);
    }
  }
}

// Words of two neighbouring numbers: the tile is 64 rows of 32 words, and each thread exchanges the
// halves of a 2 x 2 square. It needs a word of an even row and one of an odd row; the upper half of
// the warp takes the odd one first, so that each load touches every bank once.
extern "C" __global__ void __launch_bounds__(256)
    transpose_16_packed(const unsigned* x, unsigned* y, int rows, int columns) {
  __shared__ unsigned tile[64][33];
  size_t start = static_cast<size_t>(blockIdx.z) * rows * columns / 2;
  int word = threadIdx.x % 32;
  int line = threadIdx.x / 32;
#pragma unroll
  for (int i = 0; i < 64; i += 8) {
    int r = blockIdx.y * 64 + line + i;
    int c = blockIdx.x * 64 + word * 2;
    if (r < rows && c < columns) {
      tile[line + i][word] = x[start + (static_cast<size_t>(r) * columns + c) / 2];
    }
  }
  __syncthreads();
  int r = blockIdx.y * 64 + word * 2;
#pragma unroll
  for (int i = 0; i < 32; i += 8) {
    int c = blockIdx.x * 64 + (line + i) * 2;
    if (c >= columns || r >= rows) continue;
    bool swap = word >= 16;
    unsigned first = tile[word * 2 + (swap ? 1 : 0)][line + i];
    unsigned second = tile[word * 2 + (swap ? 0 : 1)][line + i];
    unsigned upper = swap ? second : first;
    unsigned lower = swap ? first : second;
    size_t to = start + (static_cast<size_t>(c) * rows + r) / 2;
    y[to] = (upper & 0xffffu) | (lower << 16);
    y[to + rows / 2] = (upper >> 16) | (lower & 0xffff0000u);
  }
}
