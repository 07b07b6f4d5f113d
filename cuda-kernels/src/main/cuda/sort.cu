// Sorting the rows of x[rows, columns] by position, and their k greatest elements.
//
//   argsort:  y[r, i] = position of the i-th smallest element of row r (greatest: descending)
//   topk:     values[r, i], positions[r, i] of the i-th greatest, i < k
//
// Equal elements keep their order, also where descending; -0 equals 0; a NaN is greater than any
// number. x: f32; y, positions: i32; items[rows, columns]: keys with their positions, 8 bytes each.
// Deterministic. The ways are those of sort.cuh. Block 256.
//   argsort_f32:   columns <= 2048. Grid rows.
//   argsort_tiles_f32, argsort_merge, argsort_positions: any columns: items sorted in runs of 2048;
//                  then for width = 2048, 4096, .. less than columns a merge of runs of `width`
//                  from `items` to `merged`, which change places; then the positions.
//                  Grid ceil(columns / 2048) x rows, and ceil(rows * columns / 256) (positions).
//   topk_f32:      k <= 1024. Grid rows.
// Bytes: argsort_f32 8 * rows * columns; topk_f32 4 * rows * columns + 8 * rows * k.

#include "sort.cuh"

typedef unsigned long long Item;

DEVICE Item item_of(const float* row, int column, int descending) {
  unsigned key = sort_key(row[column]);
  return make_item(descending ? ~key : key, column);
}

// Sorts SORT_TILE elements of a row, or what is left of it, into the space.
DEVICE void sort_part(
    SortSpace<Item, SORT_THREADS>& space, const float* row, int first, int columns,
    int descending) {
  int thread = threadIdx.x;
  int count = power_of_two(min(columns - first, SORT_TILE));
  int threads = count / ITEMS;
  Item item[ITEMS];
#pragma unroll
  for (int i = 0; i < ITEMS; i++) {
    int c = first + i * threads + thread;
    item[i] = thread < threads && c < columns ? item_of(row, c, descending) : beyond<Item>();
  }
  sort_items(space, thread, item, count);
}

extern "C" __global__ void __launch_bounds__(SORT_THREADS)
    argsort_f32(const float* x, int* y, int columns, int descending) {
  __shared__ SortSpace<Item, SORT_THREADS> space;
  size_t start = static_cast<size_t>(blockIdx.x) * columns;
  sort_part(space, x + start, 0, columns, descending);
  for (int c = threadIdx.x; c < columns; c += SORT_THREADS) {
    y[start + c] = position_of(space[c]);
  }
}

extern "C" __global__ void __launch_bounds__(SORT_THREADS)
    argsort_tiles_f32(const float* x, Item* items, int columns, int descending) {
  __shared__ SortSpace<Item, SORT_THREADS> space;
  size_t start = static_cast<size_t>(blockIdx.y) * columns;
  int first = blockIdx.x * SORT_TILE;
  sort_part(space, x + start, first, columns, descending);
  for (int i = threadIdx.x; i < SORT_TILE && first + i < columns; i += SORT_THREADS) {
    items[start + first + i] = space[i];
  }
}

extern "C" __global__ void __launch_bounds__(SORT_THREADS)
    argsort_merge(const Item* items, Item* merged, int columns, int width) {
  __shared__ SortSpace<Item, SORT_THREADS> space;
  size_t start = static_cast<size_t>(blockIdx.y) * columns;
  int at = blockIdx.x * SORT_TILE;
  int first = at / width / 2 * 2 * width;
  int second = min(first + width, columns);
  int end = min(second + width, columns);
  const Item* row = items + start;
  merge_tile(
      space, row + first, second - first, row + second, end - second, at - first,
      [&](int i, Item item) { merged[start + at + i] = item; });
}

extern "C" __global__ void __launch_bounds__(SORT_THREADS)
    argsort_positions(const Item* items, int* y, int count) {
  for (int i = blockIdx.x * SORT_THREADS + threadIdx.x; i < count;
       i += gridDim.x * SORT_THREADS) {
    y[i] = position_of(items[i]);
  }
}

extern "C" __global__ void __launch_bounds__(SORT_THREADS)
    topk_f32(const float* x, float* values, int* positions, int columns, int k) {
  __shared__ Selection<Item> selection;
  const float* row = x + static_cast<size_t>(blockIdx.x) * columns;
  select_first(selection, k, 0, columns, [&](int c) { return item_of(row, c, 1); });
  size_t start = static_cast<size_t>(blockIdx.x) * k;
  for (int i = threadIdx.x; i < k; i += SORT_THREADS) {
    int position = position_of(selection.space[i]);
    values[start + i] = row[position];
    positions[start + i] = position;
  }
}
