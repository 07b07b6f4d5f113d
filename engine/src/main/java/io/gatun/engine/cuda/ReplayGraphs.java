package io.gatun.engine.cuda;

import io.gatun.cuda.CudaDriver;
import io.gatun.cuda.CudaDriver.GraphExecutable;
import io.gatun.cuda.CudaDriver.Stream;
import java.nio.LongBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/// The CUDA graphs of one schedule, one for each set of addresses that its arguments had lately:
/// batches and results that take turns are each captured once. Where there is one set too many, the
/// graph that was not used for longest is updated to it.
final class ReplayGraphs {
  /// Sets of addresses that have a graph.
  static final int MOST = 8;

  private final CudaDriver driver;
  private final Stream stream;
  private final Runnable work;

  /// By addresses, the one that was not used for longest first.
  private final Map<LongBuffer, GraphExecutable> graphs = new LinkedHashMap<>(16, 0.75f, true);

  /// @param work enqueues the schedule, for the addresses of the moment
  ReplayGraphs(CudaDriver driver, Stream stream, Runnable work) {
    this.driver = driver;
    this.stream = stream;
    this.work = work;
  }

  /// The graph for these addresses, which must be those of the moment.
  GraphExecutable of(long[] addresses) {
    var key = LongBuffer.wrap(addresses);
    var known = graphs.get(key);
    if (known != null) return known;
    var captured = CudaDriver.captured(driver, stream, work);
    try {
      var graph = graphs.size() < MOST ? driver.instantiate(captured) : updated(captured);
      graphs.put(key, graph);
      return graph;
    } finally {
      driver.destroy(captured);
    }
  }

  private GraphExecutable updated(CudaDriver.Graph captured) {
    var eldest = graphs.entrySet().iterator().next();
    graphs.remove(eldest.getKey());
    if (driver.update(eldest.getValue(), captured)) return eldest.getValue();
    driver.destroy(eldest.getValue());
    return driver.instantiate(captured);
  }

  void close() {
    graphs.values().forEach(driver::destroy);
    graphs.clear();
  }
}
