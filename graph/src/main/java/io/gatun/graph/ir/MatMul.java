package io.gatun.graph.ir;

import io.gatun.graph.ir.Contraction.Walk;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// Batched matrix product `c[..., m, n] = sum over k of a[..., m, k] * b[..., k, n]`. Leading axes
/// must be equal. A transposed operand is stored with its last two axes swapped: `a[..., k, m]`,
/// `b[..., n, k]`. Integers wrap; an empty sum is 0.
public record MatMul(boolean transposeA, boolean transposeB) implements Op {

  @Override
  public TensorType infer(List<TensorType> operands) {
    GraphException.checkOperands(this, operands, 2);
    var a = operands.get(0);
    var b = operands.get(1);
    int rank = a.shape().rank();
    GraphException.check(
        rank >= 2
            && rank == b.shape().rank()
            && a.dtype() == b.dtype()
            && a.dtype() != DType.BOOL
            && a.shape().dims().subList(0, rank - 2).equals(b.shape().dims().subList(0, rank - 2))
            && a.shape().dim(transposeA ? rank - 2 : rank - 1)
                == b.shape().dim(transposeB ? rank - 1 : rank - 2),
        "%s: operands do not fit: %s x %s",
        text(),
        a,
        b);
    return a.with(
        a.shape()
            .with(rank - 2, a.shape().dim(transposeA ? rank - 1 : rank - 2))
            .with(rank - 1, b.shape().dim(transposeB ? rank - 2 : rank - 1)));
  }

  @Override
  public NdArray evaluate(List<NdArray> operands) {
    NdArray a = operands.get(0);
    NdArray b = operands.get(1);
    var type = infer(List.of(a.type(), b.type()));
    int rank = type.shape().rank();
    int m = type.shape().dim(rank - 2);
    int n = type.shape().dim(rank - 1);
    int k = a.type().shape().dim(transposeA ? rank - 2 : rank - 1);
    var sums = new Contraction(type, a, b);
    for (int batch = 0; batch < type.size() / Math.max(1, m * n); batch++) {
      var walkB = new Walk(batch * k * n, transposeB ? 1 : n, transposeB ? k : 1);
      for (int i = 0; i < m; i++) {
        int start = batch * m * k + (transposeA ? i : i * k);
        var walkA = new Walk(start, transposeA ? m : 1, 0);
        sums.add(k, n, new Walk((batch * m + i) * n, 0, 1), walkA, walkB);
      }
    }
    return sums.result();
  }

  @Override
  public Pattern pattern() {
    return Pattern.CONTRACT;
  }

  @Override
  public String text() {
    return "matmul" + (transposeA ? " ta" : "") + (transposeB ? " tb" : "");
  }
}
