package io.gatun.engine.cuda.driver;

import static io.gatun.bindings.cuda.CudaDriver.*;
import static io.gatun.engine.cuda.driver.Calls.check;
import static io.gatun.engine.cuda.driver.Calls.pointer;

import io.gatun.bindings.cuda.CUgraphExecUpdateResultInfo_st;
import io.gatun.cuda.CudaDriver.Graph;
import io.gatun.cuda.CudaDriver.GraphExecutable;
import io.gatun.cuda.CudaDriver.Stream;
import io.gatun.cuda.CudaResult;
import java.lang.foreign.Arena;

/// Capture of streams, and the graphs it makes.
final class GraphCalls {
  private GraphCalls() {}

  /// Only this thread's calls are watched for what a capture forbids; other threads may allocate.
  static void beginCapture(Stream stream) {
    check(
        cuStreamBeginCapture_v2(pointer(stream.handle()), CU_STREAM_CAPTURE_MODE_THREAD_LOCAL()),
        "cuStreamBeginCapture",
        () -> "to capture a stream");
  }

  static Graph endCapture(Stream stream) {
    return new Graph(
        Calls.value(
            "cuStreamEndCapture",
            () -> "the captured graph",
            out -> cuStreamEndCapture(pointer(stream.handle()), out)));
  }

  static GraphExecutable instantiate(Graph graph) {
    return new GraphExecutable(
        Calls.value(
            "cuGraphInstantiateWithFlags",
            () -> "an executable of a graph",
            out -> cuGraphInstantiateWithFlags(out, pointer(graph.handle()), 0)));
  }

  static boolean update(GraphExecutable executable, Graph graph) {
    try (var arena = Arena.ofConfined()) {
      var info = CUgraphExecUpdateResultInfo_st.allocate(arena);
      int result =
          cuGraphExecUpdate_v2(pointer(executable.handle()), pointer(graph.handle()), info);
      if (result == CudaResult.GRAPH_EXEC_UPDATE_FAILURE) return false;
      check(
          result,
          "cuGraphExecUpdate",
          () -> "an update (%d)".formatted(CUgraphExecUpdateResultInfo_st.result(info)));
      return true;
    }
  }

  static void launch(GraphExecutable executable, Stream stream) {
    check(
        cuGraphLaunch(pointer(executable.handle()), pointer(stream.handle())),
        "cuGraphLaunch",
        () -> "a captured plan");
  }

  static void destroy(Graph graph) {
    check(cuGraphDestroy(pointer(graph.handle())), "cuGraphDestroy", () -> "a graph");
  }

  static void destroy(GraphExecutable executable) {
    check(
        cuGraphExecDestroy(pointer(executable.handle())),
        "cuGraphExecDestroy",
        () -> "an executable graph");
  }
}
