package io.gatun.ptx;

import io.gatun.cuda.Argument;
import io.gatun.cuda.FunctionAttributes;
import io.gatun.cuda.LaunchGeometry;
import java.util.List;

/// The CUDA driver without a GPU: it runs PTX on [VirtualGpu]s.
///
/// Work of streams is done when a call waits for it, in an order that streams and events allow and
/// that the seed of the [VirtualDriverOptions] chooses: a wait that was forgotten shows with some
/// seeds. Copies from host memory that is not pinned take the bytes when they are asked for, as the
/// real driver may; all other host memory is read and written when their turn comes.
///
/// Where the real driver would crash or go on silently, this one refuses: arguments that do not fit
/// the kernel, handles that were destroyed, ranges outside of allocations. A fault of a kernel is
/// an error of the call that waited for it, with the fault as its cause, and spoils the context.
///
/// The stream with handle 0 is the context's default stream.
public final class VirtualCudaDriver extends MemoryCalls {
  /// The stream that every context has.
  public static final Stream DEFAULT_STREAM = new Stream(0);

  /// A driver with these devices.
  public VirtualCudaDriver(VirtualDriverOptions options) {
    super(options);
  }

  /// What it was made with.
  public VirtualDriverOptions options() {
    return options;
  }

  /// What ran so far, kernel by kernel; counters are there in [ExecutionMode#COUNTING].
  public KernelReport report() {
    return locked(log::report);
  }

  /// Registers of a kernel's threads, and whether they are an estimate.
  public RegisterCount registers(Function function) {
    return call("registers", context -> function("registers", context, function).registers());
  }

  // --- streams and events

  @Override
  public Stream createStream() {
    return call(
        "cuStreamCreate",
        context -> {
          var stream = new VirtualStream(context);
          context.scheduler().add(stream);
          return new Stream(handles.add(stream));
        });
  }

  @Override
  public void destroy(Stream stream) {
    run(
        "cuStreamDestroy",
        context -> {
          var found = stream("cuStreamDestroy", context, stream);
          context.refuseCapturing("cuStreamDestroy", found);
          handles.remove("cuStreamDestroy", stream.handle(), VirtualStream.class);
          context.finish("cuStreamDestroy", found);
        });
  }

  @Override
  public void synchronize(Stream stream) {
    run(
        "cuStreamSynchronize",
        context -> {
          var found = stream("cuStreamSynchronize", context, stream);
          context.refuseCapturing("cuStreamSynchronize", found);
          context.runUntil("cuStreamSynchronize", found::isEmpty);
        });
  }

  @Override
  public void waitFor(Stream stream, Event event) {
    run(
        "cuStreamWaitEvent",
        context ->
            context.waitFor(
                "cuStreamWaitEvent",
                stream("cuStreamWaitEvent", context, stream),
                event("cuStreamWaitEvent", event)));
  }

  @Override
  public Event createEvent() {
    return call("cuEventCreate", context -> new Event(handles.add(new VirtualEvent())));
  }

  private VirtualEvent event(String call, Event event) {
    return handles.get(call, event.handle(), VirtualEvent.class);
  }

  @Override
  public void destroy(Event event) {
    run(
        "cuEventDestroy",
        context -> handles.remove("cuEventDestroy", event.handle(), VirtualEvent.class));
  }

  @Override
  public void record(Event event, Stream stream) {
    run(
        "cuEventRecord",
        context ->
            context.record(
                event("cuEventRecord", event), stream("cuEventRecord", context, stream)));
  }

  @Override
  public void synchronize(Event event) {
    run(
        "cuEventSynchronize",
        context -> {
          var mark = event("cuEventSynchronize", event).requireMark("cuEventSynchronize");
          mark.ifPresent(m -> context.runUntil("cuEventSynchronize", m::isReached));
        });
  }

  /// Whether the event is reached; where it is not, the device goes on by one piece of work, so
  /// that a program that asks again and again comes to an end.
  @Override
  public boolean isDone(Event event) {
    return call(
        "cuEventQuery",
        context -> {
          var mark = event("cuEventQuery", event).requireMark("cuEventQuery");
          if (mark.isPresent() && !mark.get().isReached()) {
            context.step("cuEventQuery");
            return mark.get().isReached();
          }
          return true;
        });
  }

  /// Milliseconds of this machine's clock: they say nothing of a GPU.
  @Override
  public float milliseconds(Event start, Event end) {
    return call(
        "cuEventElapsedTime",
        context -> {
          var from = event("cuEventElapsedTime", start).requireReached("cuEventElapsedTime");
          var to = event("cuEventElapsedTime", end).requireReached("cuEventElapsedTime");
          return (to.nanoseconds() - from.nanoseconds()) * 1e-6f;
        });
  }

  // --- code

  @Override
  public Module load(byte[] image) {
    return call(
        "cuModuleLoadData",
        context -> new Module(handles.add(VirtualModule.load("cuModuleLoadData", context, image))));
  }

  @Override
  public void unload(Module module) {
    runWaiting(
        "cuModuleUnload",
        context -> {
          context.synchronize("cuModuleUnload");
          handles.remove("cuModuleUnload", module.handle(), VirtualModule.class).unload();
        });
  }

  @Override
  public Function function(Module module, String name) {
    return call(
        "cuModuleGetFunction",
        context -> {
          var found = handles.get("cuModuleGetFunction", module.handle(), VirtualModule.class);
          return new Function(handles.add(found.function("cuModuleGetFunction", name)));
        });
  }

  private VirtualFunction function(String call, VirtualContext context, Function function) {
    var found = handles.get(call, function.handle(), VirtualFunction.class);
    found.module().requireLoaded(call, context);
    return found;
  }

  @Override
  public FunctionAttributes attributes(Function function) {
    return call(
        "cuFuncGetAttribute",
        context -> function("cuFuncGetAttribute", context, function).attributes());
  }

  @Override
  public void allowSharedBytes(Function function, int bytes) {
    run(
        "cuFuncSetAttribute",
        context ->
            function("cuFuncSetAttribute", context, function)
                .allowSharedBytes("cuFuncSetAttribute", bytes));
  }

  @Override
  public int blocksPerMultiprocessor(Function function, int threads, int sharedBytes) {
    return call(
        "cuOccupancyMaxActiveBlocksPerMultiprocessor",
        context -> {
          var found = function("cuOccupancyMaxActiveBlocksPerMultiprocessor", context, function);
          return found.occupancy(threads, sharedBytes).blocks();
        });
  }

  @Override
  public void launch(
      Function function, LaunchGeometry geometry, List<Argument> arguments, Stream stream) {
    enqueue(
        "cuLaunchKernel",
        stream,
        (context, queue) -> {
          var found = function("cuLaunchKernel", context, function);
          found.check(geometry);
          return new StreamWork.Launch(
              found, geometry, ArgumentPacking.pack(found.kernel(), arguments));
        });
  }

  // --- graphs

  @Override
  public void beginCapture(Stream stream) {
    run(
        "cuStreamBeginCapture",
        context ->
            context.beginCapture(
                "cuStreamBeginCapture", stream("cuStreamBeginCapture", context, stream)));
  }

  @Override
  public Graph endCapture(Stream stream) {
    return call(
        "cuStreamEndCapture",
        context -> {
          var queue = stream("cuStreamEndCapture", context, stream);
          var nodes = context.endCapture("cuStreamEndCapture", queue);
          return new Graph(handles.add(new VirtualGraph(nodes)));
        });
  }

  private VirtualGraph graph(String call, Graph graph) {
    return handles.get(call, graph.handle(), VirtualGraph.class);
  }

  private VirtualGraphExecutable executable(String call, GraphExecutable executable) {
    return handles.get(call, executable.handle(), VirtualGraphExecutable.class);
  }

  @Override
  public GraphExecutable instantiate(Graph graph) {
    return call(
        "cuGraphInstantiate",
        context ->
            new GraphExecutable(
                handles.add(new VirtualGraphExecutable(graph("cuGraphInstantiate", graph)))));
  }

  @Override
  public boolean update(GraphExecutable executable, Graph graph) {
    return call(
        "cuGraphExecUpdate",
        context ->
            executable("cuGraphExecUpdate", executable).update(graph("cuGraphExecUpdate", graph)));
  }

  @Override
  public void launch(GraphExecutable executable, Stream stream) {
    enqueue(
        "cuGraphLaunch",
        stream,
        (context, queue) -> {
          context.refuseCapturing("cuGraphLaunch", queue);
          return new StreamWork.Graph(executable("cuGraphLaunch", executable).nodes());
        });
  }

  @Override
  public void destroy(Graph graph) {
    run(
        "cuGraphDestroy",
        context -> handles.remove("cuGraphDestroy", graph.handle(), VirtualGraph.class));
  }

  @Override
  public void destroy(GraphExecutable executable) {
    run(
        "cuGraphExecDestroy",
        context ->
            handles.remove(
                "cuGraphExecDestroy", executable.handle(), VirtualGraphExecutable.class));
  }
}
