package io.gatun.graph.pass;

import io.gatun.graph.ir.Conv;
import io.gatun.graph.ir.ConvGradFilter;
import io.gatun.graph.ir.ConvGradInput;
import io.gatun.graph.ir.FoldWindows;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Window;
import io.gatun.graph.ir.Windows;
import io.gatun.graph.tensor.Shape;
import java.util.List;

/// Convolutions and their gradients as matrix products whose operands are pure movements of the
/// inputs (windows, reshapes, transposes), which a generator reads through index maps at no cost:
/// nothing like im2col is ever stored. Depthwise convolutions become sums over windows.
///
/// The gradient of the input has two forms. Dense: the windows of `dy`, spread by the stride, times
/// the flipped filter, in one product; with a stride all but one in `product of strides` of its
/// multiplications are by zero. Scattered: `dy` times the filter, folded back over the windows;
/// that wastes nothing but stores the product, `taps * C` numbers for each output position. See
/// [#scatters] for the choice.
public record LowerConvolutions() implements Pass {
  /// Multiplications by zero, for each number stored and read again, that cost as much: about ten
  /// per byte on a machine of 100 GFLOP/s and 10 GB/s, three passes over four bytes, two flops
  /// each.
  private static final long BALANCE = 64;

  @Override
  public String name() {
    return "lower-convolutions";
  }

  @Override
  public Graph run(Graph graph) {
    var rewriter = new Rewriter(graph);
    var to = new Simplifier(rewriter.builder());
    return rewriter.run(
        (node, operands) -> {
          if (node.op() instanceof Conv conv) {
            return convolution(to, conv, node, operands.get(0), operands.get(1));
          }
          if (node.op() instanceof ConvGradFilter gradient) {
            return filterGradient(to, gradient, operands.get(0), operands.get(1));
          }
          if (node.op() instanceof ConvGradInput gradient) {
            return inputGradient(to, gradient, operands.get(0), operands.get(1));
          }
          return to.add(node.op(), operands);
        });
  }

  private static Node convolution(Simplifier to, Conv conv, Node node, Node x, Node w) {
    var filter = w.type().shape();
    Node windows = to.add(new Windows(conv.window(), 0), x);
    if (DepthwiseLowering.applies(conv.groups(), filter)) {
      return new DepthwiseLowering(to, conv.groups()).convolution(windows, w, node.type().shape());
    }
    var matrices = new ConvolutionMatrices(to, conv.window(), conv.groups());
    Node product = to.add(new MatMul(false, false), matrices.windows(windows), matrices.filter(w));
    return matrices.merged(product, node.type().shape());
  }

  private static Node filterGradient(Simplifier to, ConvGradFilter gradient, Node x, Node dy) {
    Node windows = to.add(new Windows(gradient.window(), 0), x);
    if (DepthwiseLowering.applies(gradient.groups(), gradient.shape())) {
      return new DepthwiseLowering(to, gradient.groups())
          .filterGradient(windows, dy, gradient.shape());
    }
    var matrices = new ConvolutionMatrices(to, gradient.window(), gradient.groups());
    Node product = to.add(new MatMul(true, false), matrices.windows(windows), matrices.outputs(dy));
    return matrices.merged(product, gradient.shape());
  }

  private static Node inputGradient(Simplifier to, ConvGradInput gradient, Node dy, Node w) {
    var window = gradient.window();
    var shape = gradient.shape();
    boolean depthwise = DepthwiseLowering.applies(gradient.groups(), w.type().shape());
    var lowering = new DepthwiseLowering(to, gradient.groups());
    if (scatters(window, w.type().shape(), depthwise)) {
      Node windows = depthwise ? lowering.spread(dy, w) : spread(to, gradient, dy, w);
      return to.add(new FoldWindows(window, shape), windows);
    }
    return AdjointWindows.of(to, window, shape, dy)
        .map(
            windows ->
                depthwise ? lowering.inputGradient(windows, w) : dense(to, gradient, windows, w))
        .orElseGet(() -> to.splat(dy.type().dtype(), 0, shape));
  }

  /// Dense is one kernel that writes `dx` only; it wastes `2 * taps * O * (1 - 1/s)` flops for each
  /// element of `dx` where `s` is the product of strides. Scattering stores and reads `taps / s`
  /// numbers for each instead: it pays where `O * (s - 1)` is large. Windows that do not overlap
  /// fold by movement alone, and a depthwise product fuses into the folding loop.
  private static boolean scatters(Window window, Shape filter, boolean depthwise) {
    long strides = window.stride().stream().mapToLong(s -> s).reduce(1, (a, b) -> a * b);
    if (strides == 1) return false;
    boolean overlaps = false;
    for (int axis = 0; axis < window.rank(); axis++) {
      overlaps |= window.span(axis) > window.stride().get(axis);
    }
    long outputs = filter.dim(filter.rank() - 1);
    return depthwise || !overlaps || outputs * (strides - 1) > BALANCE;
  }

  private static Node dense(Simplifier to, ConvGradInput gradient, Node windows, Node w) {
    var matrices = new ConvolutionMatrices(to, gradient.window(), gradient.groups());
    Node a = matrices.windows(windows);
    // A single tap needs no flip: its transpose is a flag of the product.
    Node product =
        gradient.window().taps() == 1
            ? to.add(new MatMul(false, true), a, matrices.filter(w))
            : to.add(new MatMul(false, false), a, matrices.flippedFilter(w));
    return matrices.merged(product, gradient.shape());
  }

  /// `dy` times the filter: each output position's contribution to each element of its window.
  private static Node spread(Simplifier to, ConvGradInput gradient, Node dy, Node w) {
    var matrices = new ConvolutionMatrices(to, gradient.window(), gradient.groups());
    Node product = to.add(new MatMul(false, true), matrices.outputs(dy), matrices.filter(w));
    var windows =
        new Windows(gradient.window(), 0).infer(List.of(dy.type().with(gradient.shape()))).shape();
    return matrices.unrolled(product, windows);
  }
}
