// Sorting and selecting: what argsort.cu, argsort_select.cu and sort.cu share.
//
// An item is a key and the position that it came from. No two items are equal, so that any way to
// sort them is stable: keys of 32 bits make one word of 64 with their position, wider ones two.
//
//   sort_items    sorts the items of a group of threads, ITEMS each: each thread's by a network
//                 (Batcher 1968), then runs of them in shared memory, each thread making ITEMS of
//                 each merged pair of runs from where its share begins (merge path, Green, McColl
//                 and Bader, "GPU Merge Path", ICS 2012);
//   select_first  finds the first items of a row without sorting it: a bound is known above which
//                 none of them lies, few items are below it, and only these are sorted.
#pragma once
#include "expressions.cuh"

constexpr int ITEMS = 8;
constexpr int SORT_THREADS = 256;
constexpr int SORT_TILE = ITEMS * SORT_THREADS;

struct WideItem {
  unsigned long long key;
  unsigned long long position;
};

DEVICE unsigned long long make_item(unsigned key, int position) {
  return (unsigned long long)key << 32 | (unsigned)position;
}
DEVICE WideItem make_item(unsigned long long key, int position) {
  return {key, (unsigned long long)position};
}
DEVICE int position_of(unsigned long long item) { return (int)(unsigned)item; }
DEVICE int position_of(const WideItem& item) { return (int)item.position; }
DEVICE bool is_before(unsigned long long a, unsigned long long b) { return a < b; }
DEVICE bool is_before(const WideItem& a, const WideItem& b) {
  return a.key < b.key || (a.key == b.key && a.position < b.position);
}

// Behind all items.
template <typename Item>
DEVICE Item beyond();
template <>
DEVICE unsigned long long beyond<unsigned long long>() {
  return ~0ull;
}
template <>
DEVICE WideItem beyond<WideItem>() {
  return {~0ull, ~0ull};
}

// Where item `i` lies in shared memory: threads that walk through runs of ITEMS meet no bank twice.
DEVICE constexpr int slot(int i) { return i + (i >> 4); }

// Shared memory in which a group of threads sorts: items, by slot, and how many of the first of two
// merged runs come before each thread's share.
template <typename Item, int THREADS>
struct SortSpace {
  Item items[slot(ITEMS * THREADS)];
  int splits[THREADS];

  DEVICE Item& operator[](int i) { return items[slot(i)]; }
};

// Waits for a group of threads, which lies in a warp, or for the block, of groups in step.
template <int THREADS>
DEVICE void wait_for_group() {
  if constexpr (THREADS <= 32) __syncwarp(); else __syncthreads();
}

// The power of two from `count` on, and from ITEMS on.
DEVICE int power_of_two(int count) {
  return count <= ITEMS ? ITEMS : 1 << (32 - __clz(count - 1));
}

template <typename Item>
DEVICE void order(Item& a, Item& b) {
  bool swap = is_before(b, a);
  Item first = swap ? b : a;
  b = swap ? a : b;
  a = first;
}

// The odd-even merge sort of eight: 19 comparisons.
template <typename Item>
DEVICE void sort_eight(Item (&item)[ITEMS]) {
  static_assert(ITEMS == 8, "the network is that of eight");
#pragma unroll
  for (int i = 0; i < 8; i += 2) order(item[i], item[i + 1]);
#pragma unroll
  for (int i = 0; i < 8; i += 4) {
    order(item[i], item[i + 2]);
    order(item[i + 1], item[i + 3]);
    order(item[i + 1], item[i + 2]);
  }
#pragma unroll
  for (int i = 0; i < 4; i++) order(item[i], item[i + 4]);
  order(item[2], item[4]);
  order(item[3], item[5]);
#pragma unroll
  for (int i = 1; i < 7; i += 2) order(item[i], item[i + 1]);
}

// How many of the first `diagonal` items of the merged runs come from `a`. The runs are functions
// of a place in them.
template <typename Index, typename A, typename B>
DEVICE Index merge_split(A a, Index a_count, B b, Index b_count, Index diagonal) {
  Index low = diagonal > b_count ? diagonal - b_count : 0;
  Index high = diagonal < a_count ? diagonal : a_count;
  while (low < high) {
    Index middle = (low + high) / 2;
    if (is_before(b(diagonal - 1 - middle), a(middle))) high = middle; else low = middle + 1;
  }
  return low;
}

// Sorts items that ascend, then descend.
template <typename Item>
DEVICE void sort_bitonic(Item (&item)[ITEMS]) {
#pragma unroll
  for (int distance = ITEMS / 2; distance > 0; distance /= 2) {
#pragma unroll
    for (int i = 0; i < ITEMS; i++) {
      if ((i & distance) == 0) order(item[i], item[i + distance]);
    }
  }
}

// A thread's ITEMS of two sorted neighbouring runs that begin at `first`, from `diagonal` on; fewer,
// then beyond(), at the end of the runs. All of the group call it.
template <int THREADS, bool IS_FULL, typename Item>
DEVICE void merge_share(
    SortSpace<Item, THREADS>& space, int thread, bool has_items, int first, int a_count,
    int b_count, int diagonal, Item (&item)[ITEMS]) {
  int second = first + a_count;
  int split = 0;
  if (has_items) {
    split = merge_split(
        [&](int i) { return space[first + i]; }, a_count,
        [&](int i) { return space[second + i]; }, b_count, diagonal);
    space.splits[thread] = split;
  }
  wait_for_group<THREADS>();
  if (!has_items) return;
  bool is_last = diagonal + ITEMS >= a_count + b_count;
  int of_a = (is_last ? a_count : space.splits[thread + 1]) - split;
  int a = first + split;
  int b = second + diagonal - split;
  int b_end = IS_FULL ? 0 : second + b_count;
#pragma unroll
  for (int i = 0; i < ITEMS; i++) {
    int from = i < of_a ? a + i : b + ITEMS - 1 - i;
    item[i] = IS_FULL || i < of_a || from < b_end ? space[from] : beyond<Item>();
  }
  sort_bitonic(item);
}

template <int THREADS, typename Item>
DEVICE void write_share(
    SortSpace<Item, THREADS>& space, int thread, const Item (&item)[ITEMS]) {
#pragma unroll
  for (int i = 0; i < ITEMS; i++) space[thread * ITEMS + i] = item[i];
}

// Sorts the items of a group of THREADS threads, which hold them in any order, and leaves them in
// the space for all of the group to read. `count`, a power of two from ITEMS on, is how many there
// are: threads past it only wait.
template <int THREADS, typename Item>
DEVICE void sort_items(
    SortSpace<Item, THREADS>& space, int thread, Item (&item)[ITEMS], int count) {
  bool has_items = thread * ITEMS < count;
  if (has_items) sort_eight(item);
#pragma unroll 1
  for (int width = ITEMS; width < count; width *= 2) {
    wait_for_group<THREADS>();
    if (has_items) write_share(space, thread, item);
    wait_for_group<THREADS>();
    int diagonal = thread * ITEMS & (2 * width - 1);
    int first = thread * ITEMS - diagonal;
    merge_share<THREADS, true>(space, thread, has_items, first, width, width, diagonal, item);
  }
  wait_for_group<THREADS>();
  if (has_items) write_share(space, thread, item);
  wait_for_group<THREADS>();
}

// --- merging runs of items in global memory

// A block's SORT_TILE items of the merged runs a and b from `diagonal` on, fewer at their end, each
// given to put(place among them, item). All of the block calls it.
template <typename Item, typename Index, typename Put>
DEVICE void merge_tile(
    SortSpace<Item, SORT_THREADS>& space, const Item* a, Index a_count, const Item* b,
    Index b_count, Index diagonal, Put put) {
  __shared__ Index splits[2];
  Index all = a_count + b_count;
  Index end = diagonal + SORT_TILE < all ? diagonal + SORT_TILE : all;
  int thread = threadIdx.x;
  __syncthreads();
  if (thread < 2) {
    splits[thread] = merge_split(
        [&](Index i) { return a[i]; }, a_count, [&](Index i) { return b[i]; }, b_count,
        thread == 0 ? diagonal : end);
  }
  __syncthreads();
  Index from_a = splits[0];
  Index from_b = diagonal - from_a;
  int of_a = (int)(splits[1] - from_a);
  int count = (int)(end - diagonal);
  for (int i = thread; i < count; i += SORT_THREADS) {
    space[i] = i < of_a ? a[from_a + i] : b[from_b + (i - of_a)];
  }
  __syncthreads();
  Item item[ITEMS];
  int place = thread * ITEMS;
  bool has_items = place < count;
  merge_share<SORT_THREADS, false>(
      space, thread, has_items, 0, of_a, count - of_a, place, item);
  __syncthreads();
  if (has_items) write_share(space, thread, item);
  __syncthreads();
  for (int i = thread; i < count; i += SORT_THREADS) put(i, space[i]);
}

// --- selecting

// Items that a thread reads at once while it looks for those below the bound.
constexpr int SELECT_LOADS = 4;
constexpr int SELECT_CHUNK = SELECT_LOADS * SORT_THREADS;
// What the space holds beside a chunk, all of which may be below the bound.
constexpr int SELECT_MOST = SORT_TILE - SELECT_CHUNK;

template <typename Item>
struct Selection {
  SortSpace<Item, SORT_THREADS> space;
  int held;
};

// Sorts the first `count` items of the space.
template <typename Item>
DEVICE void sort_held(SortSpace<Item, SORT_THREADS>& space, int count) {
  int thread = threadIdx.x;
  int size = power_of_two(count);
  Item item[ITEMS];
#pragma unroll
  for (int i = 0; i < ITEMS; i++) {
    int at = i * (size / ITEMS) + thread;
    item[i] = thread < size / ITEMS && at < count ? space[at] : beyond<Item>();
  }
  __syncthreads();
  sort_items(space, thread, item, size);
}

// The first `wanted` (at most SELECT_MOST) of the items item_at(first), ... item_at(end - 1), sorted
// in shared.space, with beyond() where there are fewer. All SORT_THREADS of the block call it.
template <typename Item, typename Index, typename At>
DEVICE void select_first(
    Selection<Item>& shared, int wanted, Index first, Index end, At item_at) {
  __syncthreads();
  if (threadIdx.x == 0) shared.held = 0;
  Item bound = beyond<Item>();  // none that is wanted is behind it
  for (Index chunk = first; chunk < end; chunk += SELECT_CHUNK) {
    Item item[SELECT_LOADS];
#pragma unroll
    for (int i = 0; i < SELECT_LOADS; i++) {
      Index at = chunk + i * SORT_THREADS + threadIdx.x;
      item[i] = at < end ? item_at(at) : beyond<Item>();
    }
    if (chunk == first && wanted <= SORT_THREADS) {
      // The wanted number of threads has an item up to the bound.
      Item least = item[0];
#pragma unroll
      for (int i = 1; i < SELECT_LOADS; i++) least = is_before(item[i], least) ? item[i] : least;
      shared.space[threadIdx.x] = least;
      __syncthreads();
      sort_held(shared.space, SORT_THREADS);
      bound = shared.space[wanted - 1];
    }
    __syncthreads();  // all have read what the space and its count were
    unsigned votes[SELECT_LOADS];
    bool is_any = false;
#pragma unroll
    for (int i = 0; i < SELECT_LOADS; i++) {
      bool is_in = chunk + i * SORT_THREADS + threadIdx.x < end && !is_before(bound, item[i]);
      votes[i] = is_in;
      is_any |= is_in;
    }
    if (__any_sync(0xffffffffu, is_any)) {
      int lane = threadIdx.x % 32;
      int count = 0;
#pragma unroll
      for (int i = 0; i < SELECT_LOADS; i++) {
        votes[i] = __ballot_sync(0xffffffffu, votes[i]);
        count += __popc(votes[i]);
      }
      int to = lane == 0 ? atomicAdd(&shared.held, count) : 0;
      to = __shfl_sync(0xffffffffu, to, 0);
#pragma unroll
      for (int i = 0; i < SELECT_LOADS; i++) {
        int before = __popc(votes[i] & ((1u << lane) - 1));
        if (votes[i] >> lane & 1) shared.space[to + before] = item[i];
        to += __popc(votes[i]);
      }
    }
    __syncthreads();
    int held = shared.held;
    bool is_last = end - chunk <= SELECT_CHUNK;
    if (is_last || held > SELECT_MOST) {
      sort_held(shared.space, held);
      if (held >= wanted) {
        bound = shared.space[wanted - 1];
        if (threadIdx.x == 0) shared.held = wanted;
      }
    }
  }
}
