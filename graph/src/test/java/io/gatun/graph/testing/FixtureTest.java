package io.gatun.graph.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class FixtureTest {
  @TestFactory
  Stream<DynamicTest> referenceValuesAreThoseOfPyTorch() {
    return Fixture.FILES.stream()
        .map(file -> DynamicTest.dynamicTest(file, () -> Fixture.read(file).forEach(this::check)));
  }

  private void check(Fixture fixture) {
    var values = fixture.graph().evaluate(fixture.inputs());
    assertEquals(1, values.size());
    double tolerance = fixture.file().equals("cast") ? 0 : 1e-6;
    fixture.check("output", fixture.output(), values.getFirst(), tolerance);
  }
}
