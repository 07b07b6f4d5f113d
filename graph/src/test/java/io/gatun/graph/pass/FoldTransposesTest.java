package io.gatun.graph.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.graph.dsl.Nn;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.dsl.Value;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.ir.Transpose;
import io.gatun.graph.target.Target;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import org.junit.jupiter.api.Test;

class FoldTransposesTest {
  private static long transposes(Graph graph) {
    return graph.nodes().stream().filter(n -> n.op() instanceof Transpose).count();
  }

  /// A block of a channels-first network that adds channels: the zeros that join do not keep the
  /// transposes apart.
  @Test
  void zerosJoinChannels() {
    var t = new Tracer();
    Value x = t.input("x", TensorType.f32(2, 4, 5, 3)).permute(0, 3, 1, 2);
    Value zeros = t.scalar(DType.F32, 0).broadcastTo(2, 2, 4, 5);
    Value wider = Nn.relu(Value.concat(1, x, zeros));
    t.output("y", wider.permute(0, 2, 3, 1));
    assertEquals(0, transposes(Pipeline.lower(t.graph(), Target.cpu(), (_, _, _) -> {})));
  }
}
