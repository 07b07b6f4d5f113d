package io.gatun.graph.ir;

import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// A primitive operation: plain data plus its meaning. Attributes are the record's components; two
/// equal records on equal operands are the same value. A `switch` over ops never has a `default`.
public sealed interface Op
    permits Input,
        Constant,
        Iota,
        Random,
        Unary,
        Binary,
        Select,
        Cast,
        Reshape,
        Transpose,
        Broadcast,
        Slice,
        Pad,
        Concat,
        Reverse,
        Windows,
        FoldWindows,
        Reduce,
        MatMul,
        Conv,
        ConvGradInput,
        ConvGradFilter,
        Gather,
        ScatterAdd,
        ArgSort,
        Scan,
        Composite {

  /// Type of the result for operands of these types.
  ///
  /// @throws GraphException naming the op and the offending types
  TensorType infer(List<TensorType> operands);

  /// Reference value; the operands' types are ones that [#infer] accepts. Float arithmetic is done
  /// in double precision whatever the element type; only [Cast] rounds.
  NdArray evaluate(List<NdArray> operands);

  /// How results depend on operands: all the fuser needs to know.
  Pattern pattern();

  /// Name and attributes as printed in the textual IR: `reduce.sum axes=[0,1] keep`.
  String text();

  /// How each element of a result depends on the operands.
  enum Pattern {
    /// Reads nothing: input, constant.
    SOURCE,
    /// Each element is a function of a bounded number of operand elements at known indices.
    MAP,
    /// Each element folds a range of operand elements.
    REDUCE,
    /// Each element is a sum of products over a shared index.
    CONTRACT,
    /// Needs a kernel of its own.
    LIBRARY
  }
}
