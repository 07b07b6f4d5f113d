package io.gatun.graph.pass;

import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Reverse;
import io.gatun.graph.ir.Transpose;
import io.gatun.graph.ir.Window;
import io.gatun.graph.tensor.Shape;
import java.util.List;

/// The arrays of a convolution as matrices, for several groups as batches of matrices. `M` counts
/// output positions (with the batch), `T` the taps of the window, `C` and `O` the channels of one
/// group, `g` the groups; the leading `g` is absent for one group.
record ConvolutionMatrices(Simplifier to, Window window, int groups) {
  /// Windows `[N, out..., window..., g*C]` as `[g, M, T*C]`.
  Node windows(Node windows) {
    int taps = window.taps();
    int channels = last(windows) / groups;
    int positions = rows(windows, window.rank() + 1);
    if (groups == 1) return to.reshape(windows, List.of(positions, taps * channels));
    Node split = to.reshape(windows, List.of(positions, taps, groups, channels));
    Node apart = to.add(new Transpose(List.of(2, 0, 1, 3)), split);
    return to.reshape(apart, List.of(groups, positions, taps * channels));
  }

  /// The inverse of [#windows].
  Node unrolled(Node matrix, Shape windows) {
    if (groups == 1) return to.reshape(matrix, windows.dims());
    int positions = matrix.type().shape().dim(1);
    int channels = windows.dim(windows.rank() - 1) / groups;
    Node split = to.reshape(matrix, List.of(groups, positions, window.taps(), channels));
    return to.reshape(to.add(new Transpose(List.of(1, 2, 0, 3)), split), windows.dims());
  }

  /// Outputs `[N, out..., g*O]` as `[g, M, O]`.
  Node outputs(Node y) {
    return columns(y);
  }

  /// Filter `[window..., C, g*O]` as `[g, T*C, O]`.
  Node filter(Node w) {
    return columns(w);
  }

  /// Filter `[window..., C, g*O]`, reversed in space, as `[g, T*O, C]`.
  Node flippedFilter(Node w) {
    int taps = window.taps();
    int outputs = last(w) / groups;
    int channels = w.type().shape().dim(window.rank());
    Node split = to.reshape(w, List.of(taps, channels, groups, outputs));
    // Reversing every axis of the window reverses their row-major product.
    Node reversed = to.add(new Reverse(List.of(0)), split);
    Node flipped = to.add(new Transpose(List.of(2, 0, 3, 1)), reversed);
    return to.reshape(
        flipped,
        groups == 1
            ? List.of(taps * outputs, channels)
            : List.of(groups, taps * outputs, channels));
  }

  /// `[g, R, L]` as `[R, g*L]` under `shape`: the inverse of [#outputs] and [#filter].
  Node merged(Node matrix, Shape shape) {
    return groups == 1
        ? to.reshape(matrix, shape.dims())
        : to.reshape(to.add(new Transpose(List.of(1, 0, 2)), matrix), shape.dims());
  }

  private Node columns(Node x) {
    int rows = rows(x, x.type().shape().rank() - 1);
    if (groups == 1) return to.reshape(x, List.of(rows, last(x)));
    Node split = to.reshape(x, List.of(rows, groups, last(x) / groups));
    return to.add(new Transpose(List.of(1, 0, 2)), split);
  }

  private static int last(Node x) {
    return x.type().shape().dim(x.type().shape().rank() - 1);
  }

  /// Number of elements along the first axes.
  private static int rows(Node x, int axes) {
    return Math.toIntExact(new Shape(x.type().shape().dims().subList(0, axes)).size());
  }
}
