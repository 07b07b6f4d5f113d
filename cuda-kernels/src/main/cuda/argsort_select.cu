// argsort_select: the positions of the first few keys of each sorted row (top-k), stable: of equal
// keys the one that comes first.
//
//   for each of OUTER rows: target[place(p)] = position of the p-th smallest key, p < COUNT
//
// Rows are read once and not sorted, see select_first in sort.cuh. Where there are too few rows for
// the GPU, blocks select from PARTS of each, and argsort_select_parts from what they found.
//
// THE HOLE (scalar.cuh): that of argsort.cu without GROUP, COUNT <= 1024, and
//   constexpr int PARTS;                          of a row
//   (workspace: OUTER * PARTS * COUNT items where PARTS > 1)
//
// Launch: argsort_select <<< (PARTS, OUTER), 256 >>>, and where PARTS > 1 argsort_select_parts
//         <<< (1, OUTER), 256 >>>; grid.y is any.
// Bytes: LENGTH keys and COUNT positions a row.
#define HOLE_ARGSORT
#include "scalar.cuh"
#include "sort.cuh"

typedef decltype(make_item(Key(), 0)) Item;

DEVICE Item* found(const Buffers& buffers, Index outer) {
  return reinterpret_cast<Item*>(buffers.workspace) + outer * (PARTS * COUNT);
}

extern "C" __global__ __launch_bounds__(SORT_THREADS) void argsort_select(Buffers buffers) {
  __shared__ Selection<Item> selection;
  constexpr Index PART = (LENGTH + PARTS - 1) / PARTS;
  Index first = blockIdx.x * PART;
  Index end = first + PART < LENGTH ? first + PART : LENGTH;
  for (Index outer = blockIdx.y; outer < OUTER; outer += gridDim.y) {
    select_first(selection, (int)COUNT, first, end, [&](Index at) {
      return make_item(key_of(buffers, outer, at), (int)at);
    });
    for (int p = threadIdx.x; p < COUNT; p += SORT_THREADS) {
      Item item = selection.space[p];
      if constexpr (PARTS == 1) {
        place(buffers, outer, p, position_of(item));
      } else {
        found(buffers, outer)[blockIdx.x * COUNT + p] = item;
      }
    }
  }
}

extern "C" __global__ __launch_bounds__(SORT_THREADS) void argsort_select_parts(Buffers buffers) {
  __shared__ Selection<Item> selection;
  for (Index outer = blockIdx.y; outer < OUTER; outer += gridDim.y) {
    const Item* items = found(buffers, outer);
    select_first(
        selection, (int)COUNT, (Index)0, PARTS * COUNT, [&](Index at) { return items[at]; });
    for (int p = threadIdx.x; p < COUNT; p += SORT_THREADS) {
      place(buffers, outer, p, position_of(selection.space[p]));
    }
  }
}
