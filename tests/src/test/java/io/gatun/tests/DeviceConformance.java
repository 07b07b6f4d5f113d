package io.gatun.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.gatun.engine.Device;
import io.gatun.engine.Tensor;
import io.gatun.graph.ir.Graph;
import io.gatun.graph.plan.Compiler;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.NdArray;
import io.gatun.graph.testing.ClaimedSamples;
import io.gatun.graph.testing.OpSample;
import io.gatun.graph.testing.OpSamples;
import io.gatun.graph.testing.RandomGraphs;
import io.gatun.graph.testing.Shrinker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.opentest4j.TestAbortedException;

/// Every operation, and random graphs of them, on a device against the reference evaluator.
///
/// The tolerance is a rule: the result may be off by twice what a plain evaluation in the element
/// type is expected to be off, `unit roundoff * (8 + sqrt(length of the longest sum))`, relative to
/// the magnitude of what was added, plus a floor near the smallest normal number.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DeviceConformance {
  private Device device;
  private Optional<TestAbortedException> absent = Optional.empty();

  /// The device under test.
  abstract Device open();

  /// Called with the graphs that are about to be compiled, so that a device may do it at once.
  void prepare(Device opened, List<Graph> graphs) {}

  /// One of so many samples is compared.
  int stride() {
    return 1;
  }

  /// One of so many composites of rows is compared.
  int rowStride() {
    return 1;
  }

  /// How many random graphs are compared.
  int randomGraphs() {
    return 200;
  }

  @BeforeAll
  void start() {
    try {
      device = open();
    } catch (TestAbortedException e) {
      absent = Optional.of(e);
    }
  }

  /// Skips each test by itself: a class that is skipped as a whole counts as one without tests.
  @BeforeEach
  void requireDevice() {
    absent.ifPresent(
        reason -> {
          throw reason;
        });
  }

  @AfterAll
  void stop() {
    if (device != null) device.close();
  }

  @Test
  void everyOperationAgreesWithTheReference() {
    var all = OpSamples.all();
    agree(
        IntStream.range(0, all.size()).filter(i -> i % stride() == 0).mapToObj(all::get).toList());
  }

  /// Composites that some device has kernels for, and their gradients. Kernels of attention are
  /// compiled for their sizes, which takes a while, so a share of them is compared.
  @Test
  void everyCompositeThatIsClaimedAgreesWithTheReference() {
    var all = ClaimedSamples.all();
    agree(
        IntStream.range(0, all.size())
            .filter(i -> isAttention(all.get(i)) ? i % stride() == 0 : i % rowStride() == 0)
            .mapToObj(all::get)
            .toList());
  }

  private static boolean isAttention(OpSample sample) {
    return sample.op().text().contains("attention");
  }

  private void agree(List<OpSample> samples) {
    var failures = new ArrayList<String>();
    prepare(device, samples.stream().map(s -> s.graph()).toList());
    for (var sample : samples) {
      var difference = difference(sample.graph(), sample.operands());
      if (!difference.isEmpty()) failures.add(sample + ": " + difference);
    }
    assertEquals(List.of(), failures);
  }

  @Test
  void randomGraphsAgreeWithTheReference() {
    prepare(device, LongStream.range(0, randomGraphs()).mapToObj(RandomGraphs::of).toList());
    for (long seed = 0; seed < randomGraphs(); seed++) {
      var graph = RandomGraphs.of(seed);
      long s = seed;
      if (difference(graph, RandomGraphs.arguments(graph, s)).isEmpty()) continue;
      var small =
          Shrinker.shrink(graph, g -> !difference(g, RandomGraphs.arguments(g, s)).isEmpty());
      fail(
          "seed %d: %s\n%s"
              .formatted(s, difference(small, RandomGraphs.arguments(small, s)), small));
    }
  }

  /// What differs between the device and the reference, as text; empty where nothing does.
  private String difference(Graph graph, List<NdArray> exact) {
    var arguments = exact.stream().map(NdArray::rounded).toList();
    var want = graph.evaluate(arguments);
    List<NdArray> got;
    try {
      got = run(graph, arguments);
    } catch (RuntimeException e) {
      reopen();
      return e.toString();
    }
    for (int i = 0; i < want.size(); i++) {
      for (int j = 0; j < want.get(i).size(); j++) {
        if (!close(want.get(i).type().dtype(), want.get(i).at(j), got.get(i).at(j))) {
          return "output %d[%d] is %s, not %s".formatted(i, j, got.get(i).at(j), want.get(i).at(j));
        }
      }
    }
    return "";
  }

  /// A sample that a GPU stumbles over costs the device object; the next sample gets a new one.
  private void reopen() {
    device.close();
    device = open();
  }

  private List<NdArray> run(Graph graph, List<NdArray> arguments) {
    var inputs = new ArrayList<Tensor>();
    for (int i = 0; i < arguments.size(); i++) inputs.add(Tensor.of("x" + i, arguments.get(i)));
    try (var executable = device.load(Compiler.compile(graph, device.target()))) {
      var results = executable.run(inputs);
      var arrays = results.stream().map(Tensor::toNdArray).toList();
      results.forEach(Tensor::close);
      return arrays;
    } finally {
      inputs.forEach(Tensor::close);
    }
  }

  private static boolean close(DType dtype, double want, double got) {
    if (!dtype.isFloat()) return want == got;
    double rounded = dtype.round(want);
    if (Double.compare(rounded, got) == 0 || rounded == got) return true;
    double roundoff =
        switch (dtype) {
          case F64 -> 0x1p-53;
          case F32 -> 0x1p-24;
          case F16 -> 0x1p-11;
          case BF16 -> 0x1p-8;
          case I64, I32, I16, I8, U8, BOOL -> 0;
        };
    return Math.abs(rounded - got) <= 2 * 64 * roundoff * Math.max(Math.abs(want), 1);
  }
}
