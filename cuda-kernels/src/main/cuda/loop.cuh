// Loops with folds: what the templates loop_rows and loop_columns share.
//
//   for each of OUTER points, on their own:
//     for each stage, in order:
//       for at in 0 .. INNER - 1: update the stage's folds, do its stores
//     finals: stores of what follows from the folds
//
// Softmax is three stages (max; sum of exponentials; stores), a layer norm two or three, a sum or
// an arg-max one.
//
// THE HOLE (scalar.cuh): Buffers, Index (int or long long), and
//   constexpr Index OUTER, INNER;
//   struct Outer; Outer outer_of(Index at)         the outer variables of an outer point
//   struct Folds                                   results of all folds so far
//   STAGES                                         the stages' types, in order, as a macro:
//   struct Stage {                                 accumulators of one stage
//     static constexpr bool HAS_FOLDS;
//     struct Given { Given(const Buffers&, const Outer&, const Folds&) };   what all points share
//     static Stage identity();
//     void take(const Buffers&, const Outer&, const Folds&, const Given&, Index at);
//     void merge(const Stage& later);              later: of greater positions or of other lanes
//     Stage shuffled(int mask) const;              that of the lane `lane ^ mask`
//     void finish(Folds&) const;
//   }
//   void finals(const Buffers&, const Outer&, const Folds&);
//   constexpr int SPLITS;                          above 1: INNER is cut among that many blocks,
//                                                  whose accumulators go to Buffers::workspace
//                                                  (Stage[SPLITS][OUTER]); loop_finish merges them.
//                                                  Only for a single stage
// Each fold is merged in an order that depends on the sizes alone: same bits in every run.
#pragma once
#define HOLE_LOOP
#include "stage.cuh"

template <typename... Stages>
struct Run {
  template <typename Merge>
  static DEVICE void all(
      const Buffers& buffers, const Outer& outer, Folds& folds, Index first, Index step, Index end,
      Merge merge) {
    (run_stage<Stages>(buffers, outer, folds, first, step, end, merge), ...);
  }
};

// The positions of this block's split are split * CHUNK ... < split_end(split).
constexpr Index CHUNK = (INNER + SPLITS - 1) / SPLITS;
DEVICE Index split_end(Index split) {
  return (split + 1) * CHUNK < INNER ? (split + 1) * CHUNK : INNER;
}

// The accumulators of a split of an outer point.
template <typename Stage>
DEVICE Stage& split_of(const Buffers& buffers, Index split, Index outer) {
  return reinterpret_cast<Stage*>(buffers.workspace)[split * OUTER + outer];
}
