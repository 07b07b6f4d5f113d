package io.gatun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.kernels.KernelTarget.Compiler;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/// The tests of the kernels' values with what nvcc and NVRTC make for other architectures than they
/// run with anyway: some of them, or with `-Dgatun.conformance=all` all of them.
class KernelMatrixTest {
  private static final List<Class<?>> SOME =
      List.of(RandomKernelsTest.class, MovementKernelsTest.class, OptimizerKernelsTest.class);
  private static final List<Class<?>> OTHERS =
      List.of(
          AttentionTest.class,
          BatchNormKernelsTest.class,
          ContractTest.class,
          ConvolutionTest.class,
          CrossEntropyKernelsTest.class,
          ElementKernelsTest.class,
          NormalizationKernelsTest.class,
          OrderKernelsTest.class,
          PoolingKernelsTest.class,
          SoftmaxKernelsTest.class);

  static Stream<KernelTarget> targets() {
    return KernelTarget.all().filter(target -> !target.equals(new KernelTarget(Compiler.NVCC, 80)));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void valuesAreRight(KernelTarget target) {
    target.assumeCompiler();
    var summary = ScopedValue.where(KernelTarget.CURRENT, target).call(KernelMatrixTest::run);
    var failures =
        summary.getFailures().stream()
            .map(f -> f.getTestIdentifier().getDisplayName() + ": " + f.getException())
            .toList();
    assertEquals(List.of(), failures);
    assertTrue(summary.getTestsSucceededCount() > 0, "no test ran: " + target);
  }

  private static TestExecutionSummary run() {
    boolean all = System.getProperty("gatun.conformance", "").equals("all");
    var classes = Stream.concat(SOME.stream(), all ? OTHERS.stream() : Stream.empty());
    var request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(classes.map(DiscoverySelectors::selectClass).toList())
            .build();
    var listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, listener);
    return listener.getSummary();
  }
}
