package io.gatun.engine.cpu;

import io.gatun.graph.kernel.Bound;
import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.Var;
import java.util.List;
import java.util.Optional;

/// The first operand of a convolution with filters of 3 x 3 taps, stride 1 and no dilation: images
/// whose channels lie side by side, with a border of zeros or without.
///
/// Tap (`ky`, `kx`) of the result at (`y`, `x`) is the pixel at row `y + ky - top` and column `x +
/// kx - left`, zero outside of `inputHeight` x `inputWidth`.
///
/// @param load reads an element that is inside
/// @param outer the variables that choose the image
/// @param height rows of the result
/// @param width columns of the result
/// @param rowPitch elements from one row to the next
/// @param pixelPitch elements from one pixel to the next
record WinogradImage(
    ExprOp.Load load,
    List<Var> outer,
    Var y,
    Var x,
    Var ky,
    Var kx,
    Var c,
    long top,
    long left,
    long inputHeight,
    long inputWidth,
    long rowPitch,
    long pixelPitch) {

  private static final int TAPS = WinogradTransforms.TAPS;

  /// The structure of this kernel's A, if it has that form.
  static Optional<WinogradImage> of(ContractKernel kernel, TileShape tile) {
    if (kernel.a().dtype() != tile.dtype() || !kernel.batch().isEmpty()) return Optional.empty();
    var plain = ContractIndices.plainLoad(kernel.a());
    return plain
        .or(() -> PaddedA.of(kernel, tile).map(PaddedA::load))
        .flatMap(load -> of(kernel, load));
  }

  private static Optional<WinogradImage> of(ContractKernel kernel, ExprOp.Load load) {
    var m = proper(kernel.m());
    var k = proper(kernel.k());
    if (m.size() < 2 || k.size() != 3) return Optional.empty();
    var offset = load.offset();
    var taps = k.stream().filter(v -> offset.coefficient(v) > 1 && v.extent() == TAPS).toList();
    var channels = k.stream().filter(v -> offset.coefficient(v) == 1).toList();
    if (taps.size() != 2 || channels.size() != 1) return Optional.empty();
    boolean rowsFirst = offset.coefficient(taps.get(0)) > offset.coefficient(taps.get(1));
    Var ky = taps.get(rowsFirst ? 0 : 1);
    Var kx = taps.get(rowsFirst ? 1 : 0);
    Var y = m.get(m.size() - 2);
    Var x = m.getLast();
    boolean isStrideOne =
        offset.coefficient(y) == offset.coefficient(ky)
            && offset.coefficient(x) == offset.coefficient(kx);
    if (!isStrideOne || offset.coefficient(kx) < channels.getFirst().extent()) {
      return Optional.empty();
    }
    var open = load.bounds().stream().filter(bound -> !bound.isCertain()).toList();
    var rows = open.stream().filter(bound -> isAlong(bound, y, ky)).toList();
    var columns = open.stream().filter(bound -> isAlong(bound, x, kx)).toList();
    if (rows.size() > 1 || columns.size() > 1 || rows.size() + columns.size() < open.size()) {
      return Optional.empty();
    }
    var image =
        new WinogradImage(
            load,
            m.subList(0, m.size() - 2),
            y,
            x,
            ky,
            kx,
            channels.getFirst(),
            border(rows),
            border(columns),
            limit(rows, y),
            limit(columns, x),
            offset.coefficient(ky),
            offset.coefficient(kx));
    return Optional.of(image);
  }

  private static List<Var> proper(List<Var> variables) {
    return variables.stream().filter(v -> v.extent() > 1).toList();
  }

  private static boolean isAlong(Bound bound, Var position, Var tap) {
    var sum = Index.of(position).plus(Index.of(tap)).plus(bound.index().constant());
    return bound.multiple() <= 1 && bound.index().equals(sum);
  }

  private static long border(List<Bound> bounds) {
    return bounds.isEmpty() ? 0 : -bounds.getFirst().index().constant();
  }

  private static long limit(List<Bound> bounds, Var position) {
    return bounds.isEmpty() ? position.extent() + TAPS - 1 : bounds.getFirst().limit();
  }

  long images() {
    return ContractKernel.size(outer);
  }

  int height() {
    return y.extent();
  }

  int width() {
    return x.extent();
  }

  int channels() {
    return c.extent();
  }

  /// Where the pixel of tap (0, 0) of the first result of an image begins, which may be outside.
  Ssa origin(TableFunction f, Ssa image) {
    for (Var variable : List.of(y, x, ky, kx, c)) f.scope.bind(variable, Ir.i64(0));
    if (!outer.isEmpty()) Axis.of(outer, List.of(load.offset())).bind(f.ir, f.scope, image);
    return f.exprs.indices().scalar(load.offset());
  }
}
