package io.gatun.graph.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.gatun.graph.ir.Binary;
import io.gatun.graph.ir.Reduce;
import io.gatun.graph.ir.Unary;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelInterpreterTest {
  @Test
  void softmax() {
    var i = new Var(0, "i", 2);
    var j = new Var(1, "j", 3);
    var at = Index.of(i).times(3).plus(Index.of(j));
    var e = new Exprs();
    Expr x = e.add(new ExprOp.Load(0, at, List.of()), List.of(), DType.F32);
    assertSame(x, e.add(new ExprOp.Load(0, at, List.of()), List.of(), DType.F32));
    Expr max = e.add(new ExprOp.Folded(0), List.of(), DType.F32);
    Expr sum = e.add(new ExprOp.Folded(1), List.of(), DType.F32);
    Expr shifted = e.add(new ExprOp.Bin(Binary.Kind.SUB), x, max);
    Expr exp = e.add(new ExprOp.Un(Unary.Kind.EXP), shifted);
    Expr y = e.add(new ExprOp.Bin(Binary.Kind.DIV), exp, sum);
    var kernel =
        new LoopKernel(
            List.of(),
            List.of(i),
            List.of(j),
            List.of(
                new LoopKernel.Stage(List.of(new Fold(Reduce.Kind.MAX, x)), List.of()),
                new LoopKernel.Stage(List.of(new Fold(Reduce.Kind.SUM, exp)), List.of()),
                new LoopKernel.Stage(List.of(), List.of(new Store(1, at, y)))),
            List.of());
    var type = TensorType.f32(2, 3);
    var in = NdArray.of(type, 0, Math.log(2), Math.log(5), 7, 7, 7);
    var out = KernelInterpreter.run(kernel, List.of(in, NdArray.of(type, _ -> 0))).get(1);
    assertArrayEquals(
        new double[] {0.125, 0.25, 0.625, 1 / 3.0, 1 / 3.0, 1 / 3.0}, out.toDoubles(), 1e-12);
  }
}
