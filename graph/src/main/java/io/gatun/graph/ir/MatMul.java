package io.gatun.graph.ir;

import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// Batched matrix product `c[..., m, n] = sum over k of a[..., m, k] * b[..., k, n]`. Leading axes
/// must be equal. A transposed operand is stored with its last two axes swapped: `a[..., k, m]`,
/// `b[..., n, k]`.
public record MatMul(boolean transposeA, boolean transposeB) implements Op {

  @Override
  public TensorType infer(List<TensorType> operands) {
    var a = operands.get(0);
    var b = operands.get(1);
    int rank = a.shape().rank();
    GraphException.check(
        rank >= 2
            && rank == b.shape().rank()
            && a.dtype() == b.dtype()
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
    return Indexed.sumOfProducts(
        type,
        k,
        (out, p) -> {
          int batch = out / (m * n);
          int i = out / n % m;
          return a.at(batch * m * k + (transposeA ? p * m + i : i * k + p));
        },
        (out, p) -> {
          int batch = out / (m * n);
          int j = out % n;
          return b.at(batch * k * n + (transposeB ? j * k + p : p * n + j));
        });
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
