package io.gatun.engine.cpu;

import io.gatun.graph.kernel.Bound;
import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.kernel.Var;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Windows over images with a border of zeros. Copying an image with its border to scratch memory,
/// once, leaves a plain array there, which is far less than copying each window.
///
/// An element is read at `y * rowPitch + x * pixelPitch + channel` where `0 <= y < height` and `0
/// <= x < width`, and zero elsewhere; `y` and `x` are sums over window positions and taps. Where
/// each of a few channels is a plane of its own, the copy puts those of a pixel side by side, so
/// that `k` is one run for each row of a window.
///
/// @param load the guarded load
/// @param y rows of the image; the constant 0 where only one axis has a border
/// @param x columns of the image
/// @param image the part of the place that is the same for a whole image
/// @param channel the rest of the place, in the copy
/// @param planes how many planes are put side by side; 1 where channels lie so
/// @param planePitch elements from one plane to the next
record PaddedA(
    ExprOp.Load load,
    Bound y,
    Bound x,
    long rowPitch,
    long pixelPitch,
    Index image,
    Index channel,
    long planes,
    long planePitch) {

  /// More planes than this are left to be transposed by whoever packs.
  private static final long MOST_PLANES = 16;

  /// The structure of this kernel's A, if it has that form.
  static Optional<PaddedA> of(ContractKernel kernel, TileShape tile) {
    if (!(kernel.a().op() instanceof ExprOp.Choose)
        || kernel.a().dtype() != tile.dtype()
        || !(kernel.a().argument(0).op() instanceof ExprOp.Within(List<Bound> bounds))
        || !(kernel.a().argument(1).op() instanceof ExprOp.Load load)
        || !(kernel.a().argument(2).op() instanceof ExprOp.Number(double otherwise))
        || otherwise != 0
        || bounds.size() > 2
        || !new HashSet<>(bounds).equals(new HashSet<>(load.bounds()))) {
      return Optional.empty();
    }
    return split(load, bounds, kernel.k());
  }

  private static Optional<PaddedA> split(ExprOp.Load load, List<Bound> bounds, List<Var> k) {
    var rest = load.offset();
    var pitches = new ArrayList<Long>();
    for (Bound bound : bounds) {
      var pitch = pitch(rest, bound);
      if (pitch.isEmpty()) return Optional.empty();
      pitches.add(pitch.get());
      rest = rest.minus(bound.index().times(pitch.get()));
    }
    boolean swapped = bounds.size() == 2 && pitches.get(0) < pitches.get(1);
    Bound x = swapped ? bounds.get(0) : bounds.getLast();
    long pixelPitch = swapped ? pitches.get(0) : pitches.getLast();
    Bound y =
        bounds.size() == 1 ? new Bound(Index.ZERO, 1, 1) : swapped ? bounds.get(1) : bounds.get(0);
    long rowPitch = bounds.size() == 1 ? 0 : Math.max(pitches.get(0), pitches.get(1));
    Index image = Index.ZERO;
    Index channel = Index.of(rest.constant());
    long planes = 1;
    long planePitch = 0;
    for (var term : rest.terms().entrySet()) {
      if (!(term.getKey() instanceof Var variable)) return Optional.empty();
      long step = term.getValue();
      Index part = Index.of(variable).times(step);
      if (step < pixelPitch) {
        channel = channel.plus(part);
      } else if (pixelPitch == 1 && k.contains(variable)) {
        if (planes > 1 || variable.extent() > MOST_PLANES) return Optional.empty();
        planes = variable.extent();
        planePitch = step;
        channel = channel.plus(Index.of(variable));
      } else {
        image = image.plus(part);
      }
    }
    boolean rowsApart = rowPitch == 0 || rowPitch >= x.limit() * pixelPitch;
    return channel.min() >= 0 && channel.max() < pixelPitch * planes && rowsApart
        ? Optional.of(
            new PaddedA(load, y, x, rowPitch, pixelPitch, image, channel, planes, planePitch))
        : Optional.empty();
  }

  /// The factor by which the terms of a bound occur in `offset`.
  private static Optional<Long> pitch(Index offset, Bound bound) {
    if (bound.multiple() > 1 || bound.index().terms().isEmpty()) return Optional.empty();
    Optional<Long> pitch = Optional.empty();
    for (var term : bound.index().terms().entrySet()) {
      if (!(term.getKey() instanceof Var v)) return Optional.empty();
      long there = offset.coefficient(v);
      if (there % term.getValue() != 0 || there / term.getValue() <= 0) return Optional.empty();
      long quotient = there / term.getValue();
      if (pitch.isPresent() && pitch.get() != quotient) return Optional.empty();
      pitch = Optional.of(quotient);
    }
    return pitch;
  }

  /// The variables that choose the image.
  Set<Var> imageVariables() {
    var variables = new HashSet<Var>();
    for (var atom : image.terms().keySet()) variables.add((Var) atom);
    return variables;
  }

  /// Rows that windows touch.
  long rows() {
    return y.index().max() - y.index().min() + 1;
  }

  /// Elements of a copied row, with the border; some more, so that rows do not lie at multiples of
  /// a power of two.
  long copiedPitch() {
    return (x.index().max() - x.index().min() + 1) * copiedPixel() + 16;
  }

  private long copiedPixel() {
    return pixelPitch * planes;
  }

  /// Where elements lie in the copy of an image whose first copied row is the least that any window
  /// touches.
  Index copiedOffset() {
    return y.index()
        .plus(-y.index().min())
        .times(copiedPitch())
        .plus(x.index().plus(-x.index().min()).times(copiedPixel()))
        .plus(channel);
  }

  /// Adds `void name(ptr table, ptr to, i64 image, i64 from, i64 rows)`, which copies rows `from ..
  /// from + rows - 1`, counted from the least row that any window touches, of the image that begins
  /// at element `image`.
  void define(IrModule module, String name, List<Integer> slots, TileShape tile) {
    var f =
        new TableFunction(
            module, name, "ptr %table, ptr %to, i64 %image, i64 %from, i64 %rows", slots);
    String element = tile.element();
    int bytes = tile.dtype().bytes();
    module.declare("declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)");
    module.declare("declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)");
    long first = x.index().min();
    long left = Math.max(0, -first);
    long begin = Math.max(0, first);
    long end = Math.min(x.limit(), x.index().max() + 1);
    long right = Math.max(0, x.index().max() + 1 - x.limit());
    Ssa source =
        f.ir.address(f.exprs.pointer(load.buffer()), element, TableFunction.parameter("image"));
    f.scope.loop(
        Ir.i64(0),
        TableFunction.parameter("rows"),
        1,
        true,
        row -> {
          Ssa to = f.ir.address(TableFunction.pointer("to"), element, f.mul(row, copiedPitch()));
          Ssa at = f.add(f.add(TableFunction.parameter("from"), row), y.index().min());
          Ssa inside = f.ir.binary("icmp ult", at, y.limit());
          f.scope.when(
              inside,
              () -> {
                clear(f, to, left * copiedPixel() * bytes);
                Ssa from = f.add(f.mul(at, rowPitch), begin * pixelPitch);
                copy(
                    f,
                    element,
                    f.ir.address(to, element, Ir.i64(left * copiedPixel())),
                    f.ir.address(source, element, from),
                    end - begin,
                    bytes);
                clear(
                    f,
                    f.ir.address(to, element, Ir.i64((left + end - begin) * copiedPixel())),
                    right * copiedPixel() * bytes);
              });
          f.scope.when(
              f.ir.binary("xor", inside, 1), () -> clear(f, to, (copiedPitch() - 16) * bytes));
        });
    f.define("internal");
  }

  /// Copies the pixels of a row.
  private void copy(TableFunction f, String element, Ssa to, Ssa from, long pixels, int bytes) {
    if (planes == 1) {
      f.call(
          "@llvm.memcpy.p0.p0.i64",
          to,
          from,
          Ir.i64(pixels * pixelPitch * bytes),
          Ir.integer("i1", 1, 0));
      return;
    }
    f.scope.loop(
        Ir.i64(0),
        Ir.i64(pixels),
        1,
        true,
        pixel -> {
          for (long plane = 0; plane < planes; plane++) {
            Ssa read = f.ir.address(from, element, f.add(pixel, plane * planePitch));
            Ssa value = f.ir.emit(element, 1, "load " + element + ", " + read.typed());
            Ssa write = f.ir.address(to, element, f.add(f.mul(pixel, planes), plane));
            f.ir.line("store " + value.typed() + ", " + write.typed());
          }
        });
  }

  private static void clear(TableFunction f, Ssa to, long bytes) {
    if (bytes == 0) return;
    f.call(
        "@llvm.memset.p0.i64", to, Ir.integer("i8", 1, 0), Ir.i64(bytes), Ir.integer("i1", 1, 0));
  }
}
