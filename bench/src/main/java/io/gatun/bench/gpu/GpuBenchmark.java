package io.gatun.bench.gpu;

import io.gatun.bench.GraphBenchmark;
import io.gatun.graph.ir.Graph;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Warmup;

/// A run of one workload of [GpuWorkloads] on a GPU, with the copies of its inputs and results.
/// `GATUN_LIBRARIES=off` in the environment does it without cuBLASLt and cuDNN.
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class GpuBenchmark extends GraphBenchmark {
  /// Name of the workload.
  @Param("dense-1024x1024x1024")
  public String workload;

  /// Name of the device.
  @Param("cuda")
  public String device;

  /// For JMH.
  public GpuBenchmark() {}

  @Override
  protected String device() {
    return device;
  }

  @Override
  protected Graph graph() {
    return GpuWorkloads.graph(workload);
  }
}
