package io.gatun.graph.ir;

import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/// Sliding windows over the spatial axes: `x[N, s..., C]` becomes `y[N, out..., window..., C]` with
/// `y[n, o, w, c] = x[n, o * stride + w * dilation - padLow, c]` and `value` (saturated, as in
/// [Pad]) outside of `x`. Pooling is a reduction over the window axes; convolution is a product
/// with the filter over them and `C`.
public record Windows(Window window, double value) implements Op {

  @Override
  public TensorType infer(List<TensorType> operands) {
    GraphException.checkOperands(this, operands, 1);
    var x = operands.getFirst();
    var dims = new ArrayList<>(window.outputDims(text(), x));
    dims.addFirst(x.shape().dim(0));
    dims.addAll(window.size());
    dims.add(x.shape().dim(x.shape().rank() - 1));
    return x.with(new Shape(dims));
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    var x = operands.getFirst();
    var shape = infer(List.of(x.type())).shape();
    return Indexed.gatherOr(x, shape, i -> window.source(x.type().shape(), shape.index(i)), value);
  }

  @Override
  public Pattern pattern() {
    return Pattern.MAP;
  }

  @Override
  public String text() {
    return "windows " + window.text() + " value=" + value;
  }
}
