// Many tensors in one launch: blocks are dealt out to them by a table among the kernel's parameters
// (multi_tensor_apply of Apex). A table in memory would have to be written before each launch that
// finds its tensors elsewhere; the parameters are in the captured graph, and are updated with it.
//
// THE HOLE (scalar.cuh): Index, Buffers, and
//   constexpr int TENSORS;                        at most this many in a launch
//   struct Addresses;                             the arrays of all tensors
//   Buffers buffers_of(const Addresses&, int tensor)
#pragma once

// Tensor t is the work of blocks first[t] .. first[t + 1] - 1, `chunk` points each. Where there are
// fewer tensors than TENSORS the others' `first` is beyond the grid, and they have no points.
struct Pieces {
  Index chunk;
  Index points[TENSORS];
  Index first[TENSORS];
};

// The points start .. end - 1 of a tensor.
struct Piece {
  int tensor;
  Index start;
  Index end;
};

// What this block does. All of it is the same for the whole block.
DEVICE Piece piece_of(const Pieces& pieces) {
  Index block = blockIdx.x;
  int tensor = 0;
  int beyond = TENSORS;
  while (beyond - tensor > 1) {
    int middle = (tensor + beyond) / 2;
    if (pieces.first[middle] <= block) tensor = middle;
    else beyond = middle;
  }
  Index start = (block - pieces.first[tensor]) * pieces.chunk;
  Index end = start + pieces.chunk;
  return {tensor, start, end < pieces.points[tensor] ? end : pieces.points[tensor]};
}
