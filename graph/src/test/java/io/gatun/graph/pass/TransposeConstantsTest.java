package io.gatun.graph.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Transpose;
import io.gatun.graph.ir.Window;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import io.gatun.graph.testing.SampleArrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransposeConstantsTest {
  private static boolean transposes(Graph graph) {
    return graph.nodes().stream().anyMatch(n -> n.op() instanceof Transpose);
  }

  @Test
  void constantsOfEveryWidthAreStoredInTheOrderInWhichTheyAreRead() {
    for (var dtype : List.of(DType.U8, DType.BF16, DType.F32, DType.I64)) {
      var t = new Tracer();
      var type = new TensorType(dtype, Shape.of(3, 4, 2, 5));
      var constant = t.constant(Literal.of(NdArray.of(type, i -> i % 119)));
      t.output("y", constant.permute(2, 0, 3, 1));
      var stored = new TransposeConstants().run(t.graph());
      assertTrue(transposes(t.graph()));
      assertFalse(transposes(stored));
      ValueCheck.assertPreserves(t.graph(), stored, List.of(), dtype.toString());
    }
  }

  @Test
  void aGpuReadsALargeFilterOfAFileAsAPlainArray() {
    var t = new Tracer();
    var x = t.input("x", TensorType.f32(1, 4, 4, 256));
    // Channels first, and larger than what is folded by the reference.
    var filter = t.constant(Literal.of(NdArray.of(TensorType.f32(256, 256, 3, 3), i -> i % 7)));
    t.output("y", x.conv(filter.permute(2, 3, 1, 0), Window.of(3, 3)));
    var cuda = Compiler.compile(t.graph(), Target.cuda("sm_90"));
    assertFalse(transposes(cuda.graph()));
    assertEquals(1, cuda.steps().size());
    var x1 = SampleArrays.random(TensorType.f32(1, 4, 4, 256), 1);
    ValueCheck.assertPreserves(t.graph(), cuda.graph(), List.of(x1), "a convolution");
    assertTrue(transposes(Compiler.compile(t.graph(), Target.cpu()).graph()), "it packs it");
  }
}
