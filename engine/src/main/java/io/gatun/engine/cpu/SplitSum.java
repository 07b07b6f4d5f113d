package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.Var;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A contraction with a small result and a long sum, such as the gradient of a convolution's
/// filter: the sum is cut into parts, the same ones however many threads there are. A first phase
/// adds up each part into tiles of its own, a second one adds the parts in order and stores.
///
/// `k` is the runs `outer`, walked one position at a time, then those of `a`. A is read in its own
/// array, or, where it is windows with a border, in a copy of the current image.
///
/// @param parts into how many parts the positions of `outer` are cut
/// @param chunk where `k` is a single run: how much of it is one position; else 0
record SplitSum(
    TileShape tile,
    StridedA a,
    Index offset,
    Optional<PaddedA> padded,
    PlacedB.InPlace b,
    Axis k,
    int outer,
    long parts,
    long chunk) {

  /// Only sums longer than this are cut.
  private static final long LONG_SUM = 2048;

  private static final long MAX_PARTS = 16;
  private static final long MAX_ELEMENTS = 512 * 1024;
  private static final long MAX_COPY_BYTES = 2 << 20;
  private static final long CHUNK = 512;

  static Optional<SplitSum> of(ContractKernel kernel, TileShape tile) {
    long size = ContractKernel.size(kernel.m()) * ContractKernel.size(kernel.n());
    long sum = ContractKernel.size(kernel.k());
    if (!kernel.batch().isEmpty() || sum < LONG_SUM || size > MAX_ELEMENTS || size > 16 * sum) {
      return Optional.empty();
    }
    var b = PlacedB.InPlace.of(kernel, tile);
    if (b.isEmpty()) return Optional.empty();
    var plain =
        ContractIndices.plainLoad(kernel.a()).filter(_ -> kernel.a().dtype() == tile.dtype());
    var padded = PaddedA.of(kernel, tile);
    if (plain.isEmpty() && padded.isEmpty()) return Optional.empty();
    Index offset = plain.map(ExprOp.Load::offset).orElseGet(() -> padded.get().copiedOffset());
    var indices = new ArrayList<>(List.of(offset));
    padded.ifPresent(p -> indices.add(p.image()));
    var k = Axis.of(kernel.k(), indices);
    int runs = k.runs().size();
    int outer = runs == 1 ? 0 : Math.max(1, runs - 2);
    if (padded.isPresent() && !choosesImages(padded.get(), k.runs().subList(0, outer), tile)) {
      return Optional.empty();
    }
    long chunk = runs == 1 ? CHUNK : 0;
    long positions = runs == 1 ? Math.ceilDiv(sum, CHUNK) : positions(k, outer);
    return StridedA.of(kernel, offset, k.runs().subList(outer, runs), tile, true)
        .map(
            a ->
                new SplitSum(
                    tile,
                    a,
                    offset,
                    padded,
                    b.get(),
                    k,
                    outer,
                    Math.min(MAX_PARTS, positions),
                    chunk));
  }

  private static boolean choosesImages(PaddedA padded, List<Axis.Run> outer, TileShape tile) {
    var variables = new ArrayList<Var>();
    for (var run : outer) {
      variables.add(run.inner());
      variables.addAll(run.outer());
    }
    return variables.containsAll(padded.imageVariables())
        && variables.stream().noneMatch(v -> padded.copiedOffset().coefficient(v) != 0)
        && padded.rows() * padded.copiedPitch() * tile.dtype().bytes() <= MAX_COPY_BYTES;
  }

  private static long positions(Axis k, int outer) {
    return new Axis(k.runs().subList(0, outer)).extent();
  }

  /// How many positions the outer loop has in all.
  long positions() {
    return chunk > 0 ? Math.ceilDiv(k.extent(), chunk) : positions(k, outer);
  }

  /// Bytes of a copied image; 0 where A is read in its own array.
  long copyBytes() {
    return padded
        .map(p -> Math.ceilDiv(p.rows() * p.copiedPitch() * tile.dtype().bytes(), 64) * 64)
        .orElse(0L);
  }
}
