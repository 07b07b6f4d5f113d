package io.gatun.graph.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.graph.ir.Composite;
import io.gatun.graph.target.Target;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ClaimedSamplesTest {
  /// What a CUDA device claims is compared with the reference, on the virtual GPU and elsewhere.
  @Test
  void everyCompositeThatTheCudaTargetClaimsHasSamples() {
    var target = Target.cuda("sm_80");
    var claimed = new TreeSet<String>();
    for (var sample : ClaimedSamples.all()) {
      if (sample.op() instanceof Composite composite && target.claims(composite)) {
        claimed.add(composite.name());
      }
    }
    assertEquals(new TreeSet<>(target.composites()), claimed);
  }
}
