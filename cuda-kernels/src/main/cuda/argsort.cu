// argsort: the positions that sort each row, stable: equal keys keep their order.
//
//   for each of OUTER rows: target[place(p)] = position of the p-th smallest key, p < COUNT
//
// Keys are turned into unsigned integers of the same order (all bits inverted for a descending
// sort), see sort.cuh.
//   argsort_tiles  sorts GROUP * ITEMS keys of a row in a group of threads; rows that are longer
//                  become runs of so many;
//   argsort_merge  merges neighbouring runs of `width` items into runs of 2 * width, a block making
//                  2048 of them.
//
// THE HOLE (scalar.cuh): Buffers (with workspace: two arrays of OUTER * LENGTH items), Index, and
//   constexpr Index OUTER, LENGTH, COUNT;
//   constexpr int GROUP;                          threads of a row: a power of two up to 256
//   typedef ... Key;                              unsigned or unsigned long long
//   Key key_of(const Buffers&, Index outer, Index position)
//   void place(const Buffers&, Index outer, Index p, int position)
//
// Launch: argsort_tiles <<< (ceil(LENGTH / (8 GROUP)), OUTER * GROUP / 256), 256 >>>, then, while
//         width = 2048, 4096, ... is less than LENGTH, argsort_merge(buffers, width, pass)
//         <<< (ceil(LENGTH / 2048), OUTER), 256 >>> with pass = 0, 1, ...; grid.y is any.
// Bytes: a key and a position each; of longer rows two items more with every pass.
#define HOLE_ARGSORT
#include "scalar.cuh"
#include "sort.cuh"

typedef decltype(make_item(Key(), 0)) Item;
constexpr int TILE = GROUP * ITEMS;
constexpr int ROWS = SORT_THREADS / GROUP;

DEVICE Item* items(const Buffers& buffers, int half) {
  return reinterpret_cast<Item*>(buffers.workspace) + half * (OUTER * LENGTH);
}

extern "C" __global__ __launch_bounds__(SORT_THREADS) void argsort_tiles(Buffers buffers) {
  __shared__ SortSpace<Item, GROUP> spaces[ROWS];
  auto& space = spaces[threadIdx.x / GROUP];
  int thread = threadIdx.x % GROUP;
  Index first = (Index)blockIdx.x * TILE;
  for (Index row = (Index)blockIdx.y * ROWS; row < OUTER; row += (Index)gridDim.y * ROWS) {
    Index outer = row + threadIdx.x / GROUP;
    Item item[ITEMS];
#pragma unroll
    for (int i = 0; i < ITEMS; i++) {
      Index at = first + i * GROUP + thread;
      item[i] = outer < OUTER && at < LENGTH ? make_item(key_of(buffers, outer, at), (int)at)
                                             : beyond<Item>();
    }
    wait_for_group<GROUP>();  // all have read what the row before left in the space
    sort_items(space, thread, item, TILE);
#pragma unroll
    for (int i = 0; i < ITEMS; i++) {
      Index at = first + i * GROUP + thread;
      if (outer >= OUTER || at >= LENGTH) continue;
      Item sorted = space[i * GROUP + thread];
      if constexpr (LENGTH <= TILE) {
        if (at < COUNT) place(buffers, outer, at, position_of(sorted));
      } else {
        items(buffers, 0)[outer * LENGTH + at] = sorted;
      }
    }
  }
}

extern "C" __global__ __launch_bounds__(SORT_THREADS) void argsort_merge(
    Buffers buffers, int width, int pass) {
  __shared__ SortSpace<Item, SORT_THREADS> space;
  Index at = (Index)blockIdx.x * SORT_TILE;
  bool is_last = (Index)width * 2 >= LENGTH;
  if (is_last && at >= COUNT) return;
  Index first = at / width / 2 * 2 * width;
  Index second = first + width < LENGTH ? first + width : LENGTH;
  Index end = second + width < LENGTH ? second + width : LENGTH;
  for (Index outer = blockIdx.y; outer < OUTER; outer += gridDim.y) {
    const Item* from = items(buffers, pass & 1) + outer * LENGTH;
    Item* to = items(buffers, (pass + 1) & 1) + outer * LENGTH;
    merge_tile(
        space, from + first, second - first, from + second, end - second, at - first,
        [&](int i, const Item& item) {
          if (!is_last) {
            to[at + i] = item;
          } else if (at + i < COUNT) {
            place(buffers, outer, at + i, position_of(item));
          }
        });
  }
}
