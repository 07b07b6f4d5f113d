package io.gatun.graph.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.ir.GraphText;
import io.gatun.graph.ir.MatMul;
import io.gatun.graph.ir.Verifier;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MixedPrecisionTest {
  /// Products of `f32` are narrow, those of `f64` and all else stay.
  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void narrowsContractions(DType compute) {
    String name = compute.name().toLowerCase(Locale.ROOT);
    var graph =
        GraphText.parse(
            """
            %0:f32[4,6] = input "x"
            %1:f32[6,3] = input "w"
            %2:f32[4,3] = matmul %0 %1
            %3:f32[4,3] = sin %2
            %4:f64[4,6] = cast f64 %0
            %5:f64[6,6] = matmul ta %4 %4
            return "y" %3, "double" %5
            """);
    var narrow = new MixedPrecision(compute).run(graph);
    Verifier.verify(narrow);
    assertEquals(
        """
        %0:f32[4,6] = input "x"
        %1:f32[6,3] = input "w"
        %2:NARROW[4,6] = cast NARROW %0
        %3:NARROW[6,3] = cast NARROW %1
        %4:NARROW[4,3] = matmul %2 %3
        %5:f32[4,3] = cast f32 %4
        %6:f32[4,3] = sin %5
        %7:f64[4,6] = cast f64 %0
        %8:f64[6,6] = matmul ta %7 %7
        return "y" %6, "double" %8
        """
            .replace("NARROW", name),
        GraphText.print(narrow));
  }

  @Test
  void narrowsTheBodiesOfComposites() {
    var t = new Tracer();
    var q = t.input("q", TensorType.f32(1, 2, 8, 4));
    t.output("y", Nn.attention(q, q, q));
    var narrow = new MixedPrecision(DType.BF16).run(t.graph());
    Verifier.verify(narrow);
    var lowered = Pipeline.of(Target.reference()).run(narrow, Pipeline.Observer.VERIFY);
    assertEquals(
        2,
        lowered.nodes().stream()
            .filter(n -> n.op() instanceof MatMul)
            .filter(n -> n.type().dtype() == DType.BF16)
            .count());
  }
}
