package io.gatun.graph.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.graph.ir.GraphText;
import io.gatun.graph.ir.Op;
import io.gatun.graph.ir.Verifier;
import io.gatun.graph.tensor.NdArray;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class OpSamplesTest {
  @Test
  void everyKindOfOpHasSeveralSamples() {
    Set<Class<?>> permitted =
        Arrays.stream(Op.class.getPermittedSubclasses()).collect(Collectors.toSet());
    Set<Class<?>> kinds = OpSamples.kinds().stream().map(Op::getClass).collect(Collectors.toSet());
    assertEquals(permitted, kinds);
    for (Op kind : OpSamples.kinds()) {
      var samples = OpSamples.of(kind);
      assertTrue(samples.size() >= 4, kind.text());
      for (OpSample sample : samples) assertEquals(kind.getClass(), sample.op().getClass());
    }
  }

  @Test
  void theTypeRuleIsTheTypeOfTheReferenceValue() {
    for (OpSample sample : OpSamples.all()) {
      assertEquals(
          sample.op().infer(sample.graph().nodes().getLast().inputTypes()),
          sample.evaluate().type(),
          sample::toString);
    }
  }

  @Test
  void samplesPassTheVerifierAndSurviveTheText() {
    for (OpSample sample : OpSamples.all()) {
      var graph = sample.graph();
      Verifier.verify(graph);
      var text = GraphText.printFull(graph);
      var parsed = GraphText.parse(text);
      assertEquals(text, GraphText.printFull(parsed));
      assertSame(sample.evaluate(), parsed.evaluate(sample.operands()).getFirst(), text);
    }
  }

  private static void assertSame(NdArray expected, NdArray actual, String message) {
    assertEquals(expected.toString(), actual.toString(), message);
  }
}
