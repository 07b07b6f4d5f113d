package io.gatun.graph.ir;

import io.gatun.graph.tensor.Elements;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// A value known when the graph is written.
public record Constant(Literal value) implements Op {
  /// Constants of up to this many elements are printed in full and so survive a round trip.
  private static final int PRINTED = 64;

  @Override
  public TensorType infer(List<TensorType> operands) {
    return value.type();
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    return value.toNdArray();
  }

  @Override
  public Pattern pattern() {
    return Pattern.SOURCE;
  }

  @Override
  public String text() {
    if (value.type().size() > PRINTED) {
      return "constant #%08x".formatted(value.hashCode());
    }
    return "constant "
        + LongStream.range(0, value.type().size())
            .mapToObj(this::element)
            .collect(Collectors.joining(",", "[", "]"));
  }

  private String element(long i) {
    return value.type().dtype().isFloat()
        ? Double.toString(value.at(i))
        : Long.toString(Elements.getLong(value.data(), value.type().dtype(), i));
  }
}
