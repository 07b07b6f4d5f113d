package io.gatun.bench;

import io.gatun.graph.ir.Graph;
import org.openjdk.jmh.annotations.Param;

/// One workload of [Workloads] on a device of Gatun: time of a run, and with `-prof gc` the bytes
/// that it allocates.
public class GatunBenchmark extends GraphBenchmark {
  /// Name of the workload; others by `-p workload=...`.
  @Param({"add-16", "mlp-32", "mlp-128", "cnn-32", "softmax-1024x1024", "layernorm-1024x1024"})
  public String workload;

  /// Name of the device.
  @Param("cpu")
  public String device;

  /// For JMH.
  public GatunBenchmark() {}

  @Override
  protected String device() {
    return device;
  }

  @Override
  protected Graph graph() {
    return Workloads.named(workload).graph();
  }
}
