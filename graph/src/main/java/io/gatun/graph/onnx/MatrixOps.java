package io.gatun.graph.onnx;

import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.util.List;

/// Matrix products.
final class MatrixOps {
  private MatrixOps() {}

  static void register(Registry r) {
    r.one("MatMul", c -> matmul(c.in(0), c.in(1)));
    r.one("Gemm", MatrixOps::gemm);
    r.one("Einsum", c -> new Einsum(c.attributes().text("equation", ""), c.rest(0)).value());
    r.one("Det", MatrixOps::determinant);
  }

  /// NumPy's `matmul`: a vector is a row on the left and a column on the right.
  static Value matmul(Value a, Value b) {
    if (a.rank() == 1 && b.rank() == 1) return a.mul(b).sum();
    if (a.rank() == 1) return a.expandDims(0).matmul(b).squeeze(-2);
    if (b.rank() == 1) return a.matmul(b.expandDims(1)).squeeze(-1);
    return a.matmul(b);
  }

  /// `alpha a b + beta c`. Integers take integral factors only.
  private static Value gemm(Call c) {
    boolean ta = c.attributes().flag("transA", false);
    boolean tb = c.attributes().flag("transB", false);
    double alpha = c.attributes().number("alpha", 1);
    double beta = c.attributes().number("beta", 1);
    var y = c.in(0).apply(new MatMul(ta, tb), c.in(1));
    if (alpha != 1) y = y.mul(alpha);
    if (!c.has(2) || beta == 0) return y;
    return y.add(beta == 1 ? c.in(2) : c.in(2).mul(beta));
  }

  /// By Gaussian elimination, unrolled; each step takes the row with the largest pivot.
  private static Value determinant(Call c) {
    var x = c.in(0);
    int n = x.dim(-1);
    OnnxException.check(n <= 64, "matrices of %d rows are too large", n);
    var rows = x.reshape(-1, n, n);
    var result = x.scalar(1).broadcastTo(rows.dim(0));
    for (int size = n; size > 0; size--) {
      var pivots = rows.index(2, 0).abs().argmax(1);
      var at = pivots.expandDims(1);
      var numbers = Value.iota(x.builder(), TensorType.of(DType.I32, rows.dim(0), size), 1);
      // The first row goes to where the pivot row was.
      var order = numbers.eq(at).select(numbers.mul(0), numbers);
      var isSwap = pivots.ne(0);
      var pivotRow = rows.takeAlong(at.expandDims(2).broadcastTo(rows.dim(0), 1, size), 1);
      var others =
          rows.takeAlong(order.expandDims(2).broadcastTo(rows.dim(0), size, size), 1)
              .slice(1, 1, size);
      var pivot = pivotRow.index(2, 0).squeeze(1);
      result = result.mul(isSwap.select(pivot.neg(), pivot));
      if (size == 1) break;
      var safe = pivot.eq(0).select(pivot.scalar(1), pivot).reshape(-1, 1, 1);
      var factors = others.slice(2, 0, 1).div(safe);
      rows = others.sub(factors.mul(pivotRow)).slice(2, 1, size);
    }
    return result.reshape(x.shape().without(List.of(x.rank() - 1, x.rank() - 2)));
  }
}
