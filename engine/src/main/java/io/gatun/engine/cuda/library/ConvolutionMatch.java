package io.gatun.engine.cuda.library;

import io.gatun.engine.cuda.library.Convolution.Part;
import io.gatun.engine.cuda.library.Convolution.Size;
import io.gatun.graph.ir.Conv;
import io.gatun.graph.ir.ConvGradFilter;
import io.gatun.graph.ir.ConvGradInput;
import io.gatun.graph.ir.GraphBuilder;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Output;
import io.gatun.graph.ir.Pad;
import io.gatun.graph.ir.Slice;
import io.gatun.graph.ir.Window;
import io.gatun.graph.ir.Windows;
import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.ExprOp;
import io.gatun.graph.kernel.Index;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.plan.Group;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A contraction of the graph whose sums are a [Convolution].
///
/// What convolution it may be is guessed from the windows among its nodes; that it is this one is
/// proved by compiling the guess alone, which must give the very same sums.
///
/// @param x position of the image, or its gradient, among the contraction's buffers; -1 for what it
///     writes
/// @param offset of each sum in the result
public record ConvolutionMatch(Convolution convolution, int x, int w, int y, Index offset) {
  /// The buffer of what is written, which is not among those that are read.
  public static final int RESULT = -1;

  /// The convolution that a group's sums are; empty where they are none, or one that libraries do
  /// not have.
  ///
  /// @param target that the group was compiled for
  /// @param precision for f32 factors
  public static Optional<ConvolutionMatch> of(Group group, Target target, Precision precision) {
    if (!(group.kernel() instanceof ContractKernel kernel)) return Optional.empty();
    return guesses(group, kernel)
        .filter(guess -> guess.isPossible())
        .flatMap(guess -> guess.match(kernel, target, precision).stream())
        .findFirst();
  }

  /// Whether the contraction stores the convolution as it is, in the convolution's order.
  public boolean isResultOf(ContractKernel kernel) {
    var store = kernel.stores().getFirst();
    return kernel.stores().size() == 1
        && store.value().op() instanceof ExprOp.Folded
        && store.value().dtype() == convolution.type()
        && store.offset().equals(offset);
  }

  /// A convolution that a contraction may be.
  private record Guess(Part part, Window window, int groups, Shape x, Shape w, TensorType read) {
    Shape y() {
      var dims = new ArrayList<Integer>(List.of(x.dim(0)));
      for (int axis = 0; axis < window.rank(); axis++) dims.add(out(axis));
      dims.add(w.dim(w.rank() - 1));
      return new Shape(dims);
    }

    private int out(int axis) {
      int room = x.dim(axis + 1) + window.padLow().get(axis) + window.padHigh().get(axis);
      return Math.floorDiv(room - window.span(axis), window.stride().get(axis)) + 1;
    }

    /// Whether a library does it: one or two dimensions, the same zeros on both sides.
    boolean isPossible() {
      for (int axis = 0; axis < window.rank(); axis++) {
        int low = window.padLow().get(axis);
        if (low < 0 || window.padHigh().get(axis) < 0) return false;
        var even = x.dim(axis + 1) + 2 * low - window.span(axis);
        if (Math.floorDiv(even, window.stride().get(axis)) + 1 != out(axis)) return false;
      }
      return window.rank() <= 2 && y().size() > 0 && x.size() > 0 && w.size() > 0;
    }

    private Op op() {
      return switch (part) {
        case RESULT -> new Conv(window, groups);
        case IMAGE_GRADIENT -> new ConvGradInput(window, groups, x);
        case FILTER_GRADIENT -> new ConvGradFilter(window, groups, w);
      };
    }

    Optional<ConvolutionMatch> match(ContractKernel kernel, Target target, Precision precision) {
      var builder = new GraphBuilder();
      var operands = new ArrayList<Node>();
      if (part != Part.IMAGE_GRADIENT) operands.add(input(builder, "x", x));
      if (part != Part.RESULT) operands.add(input(builder, "y", y()));
      if (part != Part.FILTER_GRADIENT) operands.add(input(builder, "w", w));
      var node = builder.add(op(), operands);
      var plan = Compiler.compile(builder.build(List.of(Output.of("result", node))), target);
      if (plan.groups().size() != 1
          || !(plan.groups().getFirst().kernel() instanceof ContractKernel alone)) {
        return Optional.empty();
      }
      return SameSums.of(alone, kernel)
          .map(
              same ->
                  new ConvolutionMatch(
                      convolution(precision),
                      same.buffer(alone, "x").orElse(RESULT),
                      same.buffer(alone, "w").orElse(RESULT),
                      same.buffer(alone, "y").orElse(RESULT),
                      same.translated(alone.stores().getFirst().offset())));
    }

    private Node input(GraphBuilder builder, String name, Shape shape) {
      return builder.add(new Input(name, read.with(shape)));
    }

    private Convolution convolution(Precision precision) {
      return new Convolution(
          part,
          read.dtype(),
          precision,
          x.dim(0),
          size(x.dims().subList(1, x.rank() - 1)),
          x.dim(x.rank() - 1),
          size(window.size()),
          w.dim(w.rank() - 1),
          size(window.stride()),
          window.rank() == 1 ? new Size(0, window.padLow().getFirst()) : size(window.padLow()),
          size(window.dilation()),
          groups);
    }

    /// One dimension is a height of 1.
    private static Size size(List<Integer> sizes) {
      return sizes.size() == 1
          ? new Size(1, sizes.getFirst())
          : new Size(sizes.get(0), sizes.get(1));
    }
  }

  private static Stream<Guess> guesses(Group group, ContractKernel kernel) {
    int groups = Math.toIntExact(ContractKernel.size(kernel.batch()));
    var windows = group.nodes().stream().filter(n -> n.op() instanceof Windows).toList();
    if (windows.size() == 1) return guesses(windows.getFirst(), kernel, groups);
    var slices = group.nodes().stream().filter(n -> n.op() instanceof Slice).toList();
    return windows.isEmpty() && slices.size() == 1 && groups == 1
        ? skipping(slices.getFirst(), kernel)
        : Stream.of();
  }

  /// Convolutions of one element with a stride: the images are sliced, without windows.
  private static Stream<Guess> skipping(Node slice, ContractKernel kernel) {
    var strides = ((Slice) slice.op()).strides();
    var x = slice.input(0).type();
    int rank = strides.size() - 2;
    if (rank < 1) return Stream.of();
    var ones = Collections.nCopies(rank, 1);
    var zeros = Collections.nCopies(rank, 0);
    var window = new Window(ones, strides.subList(1, rank + 1), ones, zeros, zeros);
    int columns = Math.toIntExact(ContractKernel.size(kernel.n()));
    var w = filter(window, x.shape().dim(rank + 1), columns);
    return Stream.of(Part.RESULT, Part.FILTER_GRADIENT)
        .map(part -> new Guess(part, window, 1, x.shape(), w, x));
  }

  private static Stream<Guess> guesses(Node windows, ContractKernel kernel, int groups) {
    var window = ((Windows) windows.op()).window();
    var read = windows.input(0).type();
    var shape = read.shape();
    int channels = shape.dim(shape.rank() - 1);
    int columns = Math.toIntExact(ContractKernel.size(kernel.n()));
    var guesses = new ArrayList<Guess>();
    if (channels % groups == 0) {
      var w = filter(window, channels / groups, columns * groups);
      guesses.add(new Guess(Part.RESULT, window, groups, shape, w, read));
      guesses.add(new Guess(Part.FILTER_GRADIENT, window, groups, shape, w, read));
    }
    adjoint(windows, columns * groups, groups).ifPresent(guesses::add);
    return guesses.stream();
  }

  private static Shape filter(Window window, int channels, int filters) {
    var dims = new ArrayList<>(window.size());
    dims.add(channels);
    dims.add(filters);
    return new Shape(dims);
  }

  /// The gradient of the image, whose windows are over the gradient of the result, spread by the
  /// stride.
  private static Optional<Guess> adjoint(Node windows, int channels, int groups) {
    var window = ((Windows) windows.op()).window();
    int rank = window.rank();
    var spread = windows.input(0);
    if (spread.op() instanceof Slice) return Optional.empty();
    boolean isSpread = spread.op() instanceof Pad;
    var dy = isSpread ? spread.input(0) : spread;
    var stride = new ArrayList<Integer>();
    var low = new ArrayList<Integer>();
    var high = new ArrayList<Integer>();
    var x = new ArrayList<Integer>(List.of(dy.type().shape().dim(0)));
    for (int axis = 0; axis < rank; axis++) {
      stride.add(isSpread ? ((Pad) spread.op()).interior().get(axis + 1) + 1 : 1);
      low.add(window.span(axis) - 1 - window.padLow().get(axis));
      int length = windows.type().shape().dim(axis + 1);
      x.add(length);
      int out = dy.type().shape().dim(axis + 1);
      int room = (out - 1) * stride.get(axis) + window.span(axis);
      high.add(Math.max(0, room - length - low.get(axis)));
    }
    x.add(channels);
    if (low.stream().anyMatch(p -> p < 0)) return Optional.empty();
    var original = new Window(window.size(), stride, window.dilation(), low, high);
    int filters = dy.type().shape().dim(rank + 1);
    if (filters % groups != 0 || channels % groups != 0) return Optional.empty();
    var w = filter(window, channels / groups, filters);
    return Optional.of(
        new Guess(Part.IMAGE_GRADIENT, original, groups, new Shape(x), w, dy.type()));
  }
}
