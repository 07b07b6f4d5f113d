// argsort: the positions that sort each row, stable: equal keys keep their order.
//
//   for each of OUTER rows: target[place(p)] = position of the p-th smallest key
//
// Keys are turned into unsigned integers of the same order (all bits inverted for a descending
// sort); a pair of key and position is unique, so any sorting network is stable.
//   argsort_tiles  sorts tiles of TILE pairs in shared memory (bitonic network, Batcher 1968);
//   argsort_merge  merges neighbouring runs of `width` pairs into runs of 2 * width: a pair finds its
//               place by a binary search in the other run.
//
// THE HOLE (scalar.cuh): Buffers (with workspace: two arrays of OUTER * LENGTH pairs), Index, and
//   constexpr Index OUTER, LENGTH;
//   typedef ... Key;                              unsigned or unsigned long long
//   Key key_of(const Buffers&, Index outer, Index position)
//   void place(const Buffers&, Index outer, Index p, int position)
//
// Launch: argsort_tiles <<< (ceil(LENGTH / TILE), OUTER), TILE / 2 >>>, then, while width = TILE,
//         2 TILE, ... is less than LENGTH, argsort_merge(buffers, width, pass) <<< (ceil(LENGTH / 256),
//         OUTER), 256 >>> with pass = 0, 1, ... ; OUTER is grid-stride.
#define HOLE_ARGSORT
#include "scalar.cuh"

constexpr int TILE = LENGTH <= 64 ? 64 : LENGTH <= 256 ? 256 : 1024;

// Both of one size: no padding, which would be copied without ever being written.
struct Pair {
  Key key;
  Key position;
};

DEVICE bool is_before(const Pair& a, const Pair& b) {
  return a.key < b.key || (a.key == b.key && a.position < b.position);
}

DEVICE Pair* pairs(const Buffers& buffers, int half) {
  return reinterpret_cast<Pair*>(buffers.workspace) + half * (OUTER * LENGTH);
}

extern "C" __global__ __launch_bounds__(TILE / 2) void argsort_tiles(Buffers buffers) {
  __shared__ Pair tile[TILE];
  Index first = (Index)blockIdx.x * TILE;
  for (Index outer = blockIdx.y; outer < OUTER; outer += gridDim.y) {
    __syncthreads();
    for (int i = threadIdx.x; i < TILE; i += TILE / 2) {
      Index at = first + i;
      // Places past the end are greater than all others.
      tile[i].key = at < LENGTH ? key_of(buffers, outer, at) : ~(Key)0;
      tile[i].position = at < LENGTH ? (Key)at : 0x7fffffff;
    }
    for (int size = 2; size <= TILE; size *= 2) {
      for (int distance = size / 2; distance > 0; distance /= 2) {
        __syncthreads();
        int i = threadIdx.x / distance * distance * 2 + threadIdx.x % distance;
        bool ascending = (i & size) == 0;
        Pair a = tile[i], b = tile[i + distance];
        if (is_before(b, a) == ascending) {
          tile[i] = b;
          tile[i + distance] = a;
        }
      }
    }
    __syncthreads();
    for (int i = threadIdx.x; i < TILE && first + i < LENGTH; i += TILE / 2) {
      if constexpr (LENGTH <= TILE) {
        place(buffers, outer, i, (int)tile[i].position);
      } else {
        pairs(buffers, 0)[outer * LENGTH + first + i] = tile[i];
      }
    }
  }
}

extern "C" __global__ __launch_bounds__(256) void argsort_merge(Buffers buffers, int width, int pass) {
  Index at = (Index)blockIdx.x * 256 + threadIdx.x;
  if (at >= LENGTH) return;
  bool last = (Index)width * 2 >= LENGTH;
  for (Index outer = blockIdx.y; outer < OUTER; outer += gridDim.y) {
    const Pair* from = pairs(buffers, pass & 1) + outer * LENGTH;
    Pair own = from[at];
    Index run = at / width * width;
    Index start = run / width % 2 == 0 ? run + width : run - width;  // of the other run
    Index low = start < LENGTH ? start : LENGTH;
    Index high = start + width < LENGTH ? start + width : LENGTH;
    while (low < high) {
      Index middle = (low + high) / 2;
      if (is_before(from[middle], own)) low = middle + 1; else high = middle;
    }
    Index before = low - (start < LENGTH ? start : LENGTH);
    Index to = (run < start ? run : start) + (at - run) + before;
    if (last) {
      place(buffers, outer, to, (int)own.position);
    } else {
      pairs(buffers, (pass + 1) & 1)[outer * LENGTH + to] = own;
    }
  }
}
