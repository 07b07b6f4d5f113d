// Rows of a table by index, and the gradient with respect to the table.
//
//   embedding:                y[i, c] = table[clamp(index[i]), c]
//   embedding_scatter:        dtable[clamp(index[i]), c] += dy[i, c], by atomics
//   embedding_scatter_sorted: the same sums in the order of i, without atomics
//
// table, dtable: [entries, columns]; y, dy: [count, columns]; index: [count] of index_bytes 4 (i32)
// or 8 (i64), clamped to [0, entries); f32, bf16 or f16; dtable is f32. order: i32[count], the
// positions that sort `index` stably (argsort of sort.cu makes them).
// Launch: block 128, grid count x any; arrays aligned to 16 bytes.
// Bytes: count * (2 * columns * size + index_bytes) forward. Backward reads dy and reads and writes
// the rows hit. Flops: 1 an element backward.
//
// embedding_scatter depends on the order of float additions: its last bits may differ from run to
// run. embedding_scatter_sorted gives one block each run of equal indices, so it is deterministic;
// an index that occurs very often is the work of one block.
//
// For launches of one's own, and as yardsticks. In a plan a gather is an index of map.cu (or of any
// kernel that reads the rows: a norm, an addition), which moves the same bytes in the same 16-byte
// loads and needs no array of its own. A scatter is scatter.cu, which adds in the order of i without
// the sort that embedding_scatter_sorted wants; it asks the caches for the indices once for each
// tile of rows, several times the bytes of these kernels where rows are short.

#include "pack.cuh"

constexpr int BLOCK = 128;

struct Indices {
  const void* at;
  int bytes;
  int entries;

  __device__ __forceinline__ int operator[](int i) const {
    long long value =
        bytes == 8 ? static_cast<const long long*>(at)[i] : static_cast<const int*>(at)[i];
    return static_cast<int>(min(max(value, 0ll), entries - 1ll));
  }
};

// A copy moves bits, so one kernel per size of element serves all types.
template <typename WORD>
__device__ __forceinline__ void embedding(
    const WORD* table, Indices index, WORD* y, int columns) {
  size_t from = static_cast<size_t>(index[blockIdx.x]) * columns;
  size_t to = static_cast<size_t>(blockIdx.x) * columns;
  constexpr int WIDTH = 16 / sizeof(WORD);
  int first = blockIdx.y * BLOCK + threadIdx.x;
  int stride = gridDim.y * BLOCK;
  if (columns % WIDTH == 0) {
    const uint4* packs = reinterpret_cast<const uint4*>(table + from);
    uint4* result = reinterpret_cast<uint4*>(y + to);
    for (int c = first; c < columns / WIDTH; c += stride) result[c] = packs[c];
  } else {
    for (int c = first; c < columns; c += stride) y[to + c] = table[from + c];
  }
}

template <typename T>
__device__ __forceinline__ void scatter(
    const T* dy, Indices index, float* dtable, int columns) {
  float* to = dtable + static_cast<size_t>(index[blockIdx.x]) * columns;
  const T* from = dy + static_cast<size_t>(blockIdx.x) * columns;
  for (int c = blockIdx.y * BLOCK + threadIdx.x; c < columns; c += gridDim.y * BLOCK) {
    atomicAdd(to + c, to_float(from[c]));
  }
}

template <typename T>
__device__ __forceinline__ void scatter_sorted(
    const T* dy, Indices index, const int* order, float* dtable, int count, int columns) {
  int first = blockIdx.x;
  int entry = index[order[first]];
  // The block of the first of equal indices adds them all.
  if (first > 0 && index[order[first - 1]] == entry) return;
  int end = first + 1;
  while (end < count && index[order[end]] == entry) end++;
  float* to = dtable + static_cast<size_t>(entry) * columns;
  for (int c = blockIdx.y * BLOCK + threadIdx.x; c < columns; c += gridDim.y * BLOCK) {
    float sum = to[c];
    for (int i = first; i < end; i++) {
      sum += to_float(dy[static_cast<size_t>(order[i]) * columns + c]);
    }
    to[c] = sum;
  }
}

#define GATHER(BITS, WORD)                                                                     \
  extern "C" __global__ void __launch_bounds__(BLOCK) embedding_##BITS(                        \
      const WORD* table, const void* index, WORD* y, int index_bytes, int entries,             \
      int columns) {                                                                           \
    embedding(table, {index, index_bytes, entries}, y, columns);                               \
  }
GATHER(16, unsigned short)
GATHER(32, unsigned)

#define SCATTER(TYPE, T)                                                                       \
  extern "C" __global__ void __launch_bounds__(BLOCK) embedding_scatter_##TYPE(                \
      const T* dy, const void* index, float* dtable, int index_bytes, int entries,             \
      int columns) {                                                                           \
    scatter(dy, {index, index_bytes, entries}, dtable, columns);                               \
  }                                                                                            \
  extern "C" __global__ void __launch_bounds__(BLOCK) embedding_scatter_sorted_##TYPE(         \
      const T* dy, const void* index, const int* order, float* dtable, int index_bytes,        \
      int entries, int count, int columns) {                                                   \
    scatter_sorted(dy, {index, index_bytes, entries}, order, dtable, count, columns);          \
  }
SCATTER(f32, float)
SCATTER(bf16, bf16)
SCATTER(f16, f16)
