package io.gatun.graph.kernel;

import io.gatun.graph.ir.ArgSort;
import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Broadcast;
import io.gatun.graph.ir.Cast;
import io.gatun.graph.ir.Composite;
import io.gatun.graph.ir.Concat;
import io.gatun.graph.ir.Constant;
import io.gatun.graph.ir.Conv;
import io.gatun.graph.ir.ConvGradFilter;
import io.gatun.graph.ir.ConvGradInput;
import io.gatun.graph.ir.FoldWindows;
import io.gatun.graph.ir.Gather;
import io.gatun.graph.ir.Input;
import io.gatun.graph.ir.Iota;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Node;
import io.gatun.graph.ir.Pad;
import io.gatun.graph.ir.Random;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.ir.Reshape;
import io.gatun.graph.ir.Reverse;
import io.gatun.graph.ir.Scan;
import io.gatun.graph.ir.ScatterAdd;
import io.gatun.graph.ir.Select;
import io.gatun.graph.ir.Slice;
import io.gatun.graph.ir.Transpose;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.ir.Windows;
import io.gatun.graph.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Where in memory the results of a kernel lie, in terms of its variables.
final class Positions {
  private Positions() {}

  /// Where the elements of nodes that follow from the folds by elementwise and bijective movement
  /// operations lie, in the kernel's variables.
  static Map<Node, List<Index>> of(List<Node> nodes, Pull pull) {
    var positions = pull.places();
    for (Node node : nodes) {
      if (positions.containsKey(node)) continue;
      for (Node input : node.inputs()) {
        var at = positions.get(input);
        if (at == null) continue;
        switch (node.op()) {
          case Unary _, Binary _, Select _, Cast _ -> positions.put(node, at);
          case Reshape _ -> positions.put(node, reshaped(at, input.type().shape().dims(), node));
          case Transpose(var permutation) ->
              positions.put(node, permutation.stream().map(at::get).toList());
          case Reverse(var axes) -> {
            var mirrored = new ArrayList<>(at);
            for (int axis : axes) {
              int dim = node.type().shape().dim(axis);
              mirrored.set(axis, at.get(axis).times(-1).plus(dim - 1));
            }
            positions.put(node, mirrored);
          }
          case Input _,
              Constant _,
              Iota _,
              Random _,
              Broadcast _,
              Slice _,
              Pad _,
              Concat _,
              Windows _,
              FoldWindows _,
              Reduce _,
              MatMul _,
              Conv _,
              ConvGradInput _,
              ConvGradFilter _,
              Gather _,
              ScatterAdd _,
              ArgSort _,
              Scan _,
              Composite _ -> {}
        }
      }
    }
    return positions;
  }

  /// The index into `node` of the element at the same row-major position as `index` in `dims`.
  static List<Index> reshaped(List<Index> index, List<Integer> dims, Node node) {
    var shape = node.type().shape();
    if (shape.dims().equals(dims)) return index;
    var from = new Shape(dims);
    if (shape.size() != from.size()) {
      throw new NotFusable(node + " " + shape + " is stored along another shape than " + from);
    }
    return Index.unflatten(Index.flat(index, from.strides()), shape.dims());
  }
}
