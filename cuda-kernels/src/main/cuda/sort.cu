// Sorting the rows of x[rows, columns] by position, and their k greatest elements.
//
//   argsort:  y[r, i] = position of the i-th smallest element of row r (greatest: descending)
//   topk:     values[r, i], positions[r, i] of the i-th greatest, i < k
//
// Equal elements keep their order, also where descending; -0 equals 0; a NaN is greater than any
// number. x: f32; y, positions: i32. All rows by the same steps, whatever their values:
// deterministic.
//   argsort_f32:   columns <= 2048. Block 1024, grid rows.
//   argsort_keys_f32, argsort_step, argsort_positions: any columns: keys[rows, padded], with padded
//                  the power of two from `columns`; then for size = 2, 4, .. padded and for
//                  distance = size / 2, .. 1 a step; then the positions. Block 256, grid
//                  ceil(padded / 256) (keys, positions) and ceil(padded / 512) (step) x rows.
//   topk_f32:      k <= 1024. Block 1024, grid rows.
// Bytes: argsort_f32 8 * rows * columns; topk_f32 4 * rows * columns + 8 * rows * k. Comparisons:
// n log2(n)^2 / 4 for n the power of two from the columns.
//
// Bitonic networks (Batcher 1968) over 64-bit keys, which order like (element, position) and make
// the sort stable. A row of 2048 keys is 16 KiB of shared memory.

using Key = unsigned long long;

constexpr int SHARED_KEYS = 2048;
constexpr int BLOCK = SHARED_KEYS / 2;

// Greater than every key of an element.
constexpr Key BEYOND = ~0ull;

__device__ __forceinline__ unsigned ordered(float x) {
  if (!(x == x)) return 0xfffffffeu;
  unsigned bits = __float_as_uint(x + 0.0f);
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

// Ascending keys are the wanted order.
__device__ __forceinline__ Key key(float x, int position, int descending) {
  unsigned value = ordered(x);
  if (descending) value = 0xfffffffeu - value;
  return static_cast<Key>(value) << 32 | static_cast<unsigned>(position);
}

// Puts the pair number `pair` at this distance in order, upwards or downwards by its place in the
// bitonic sequences of `size`.
__device__ __forceinline__ void exchange(Key* keys, int pair, int size, int distance) {
  int low = 2 * pair - (pair & (distance - 1));  // distance is a power of two
  int high = low + distance;
  Key a = keys[low];
  Key b = keys[high];
  bool upwards = (low & size) == 0;
  if ((a > b) == upwards) {
    keys[low] = b;
    keys[high] = a;
  }
}

// Sorts `count` keys, a power of two up to SHARED_KEYS, by BLOCK threads.
__device__ __forceinline__ void sort_shared(Key* keys, int count) {
  for (int size = 2; size <= count; size *= 2) {
    for (int distance = size / 2; distance > 0; distance /= 2) {
      __syncthreads();
      if (threadIdx.x < count / 2) exchange(keys, threadIdx.x, size, distance);
    }
  }
  __syncthreads();
}

__device__ __forceinline__ int power_of_two(int columns) {
  return columns <= 1 ? 1 : 1 << (32 - __clz(columns - 1));
}

extern "C" __global__ void __launch_bounds__(BLOCK)
    argsort_f32(const float* x, int* y, int columns, int descending) {
  __shared__ Key keys[SHARED_KEYS];
  size_t start = static_cast<size_t>(blockIdx.x) * columns;
  int count = power_of_two(columns);
  for (int c = threadIdx.x; c < count; c += BLOCK) {
    keys[c] = c < columns ? key(x[start + c], c, descending) : BEYOND;
  }
  sort_shared(keys, count);
  for (int c = threadIdx.x; c < columns; c += BLOCK) y[start + c] = static_cast<int>(keys[c]);
}

extern "C" __global__ void __launch_bounds__(256)
    argsort_keys_f32(const float* x, Key* keys, int columns, int padded, int descending) {
  int c = blockIdx.x * 256 + threadIdx.x;
  if (c >= padded) return;
  float value = c < columns ? x[static_cast<size_t>(blockIdx.y) * columns + c] : 0.0f;
  keys[static_cast<size_t>(blockIdx.y) * padded + c] =
      c < columns ? key(value, c, descending) : BEYOND;
}

extern "C" __global__ void __launch_bounds__(256)
    argsort_step(Key* keys, int padded, int size, int distance) {
  int pair = blockIdx.x * 256 + threadIdx.x;
  if (pair >= padded / 2) return;
  exchange(keys + static_cast<size_t>(blockIdx.y) * padded, pair, size, distance);
}

extern "C" __global__ void __launch_bounds__(256)
    argsort_positions(const Key* keys, int* y, int columns, int padded) {
  int c = blockIdx.x * 256 + threadIdx.x;
  if (c >= columns) return;
  y[static_cast<size_t>(blockIdx.y) * columns + c] =
      static_cast<int>(keys[static_cast<size_t>(blockIdx.y) * padded + c]);
}

// The best k so far are the first k keys; each turn fills the rest from the row and sorts all.
extern "C" __global__ void __launch_bounds__(BLOCK)
    topk_f32(const float* x, float* values, int* positions, int columns, int k) {
  __shared__ Key keys[SHARED_KEYS];
  const float* row = x + static_cast<size_t>(blockIdx.x) * columns;
  for (int i = threadIdx.x; i < k; i += BLOCK) keys[i] = BEYOND;
  for (int first = 0; first < columns; first += SHARED_KEYS - k) {
    __syncthreads();
    for (int i = k + threadIdx.x; i < SHARED_KEYS; i += BLOCK) {
      int c = first + i - k;
      keys[i] = c < columns ? key(row[c], c, 1) : BEYOND;
    }
    sort_shared(keys, SHARED_KEYS);
  }
  for (int i = threadIdx.x; i < k; i += BLOCK) {
    int position = static_cast<int>(keys[i]);
    values[static_cast<size_t>(blockIdx.x) * k + i] = row[position];
    positions[static_cast<size_t>(blockIdx.x) * k + i] = position;
  }
}
