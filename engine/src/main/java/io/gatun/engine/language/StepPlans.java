package io.gatun.engine.language;

import io.gatun.engine.Device;
import io.gatun.engine.EngineException;
import io.gatun.engine.Executable;
import io.gatun.engine.KeptPlans;
import io.gatun.graph.dsl.Tracer;
import io.gatun.graph.ir.Graph;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/// A [Decoder] compiled for the parts of texts, for each form when it is first wanted, or beside
/// the reading where that can be foreseen. Not for use by two threads at once.
final class StepPlans implements AutoCloseable {
  private final Decoder decoder;
  private final long mostBytes;
  private final KeptPlans plans;
  private final Map<Parts.Form, CompletableFuture<Executable>> executables = new HashMap<>();

  /// @param mostBytes of the keys and values of as many tokens as a text may have
  StepPlans(Device device, Decoder decoder, long mostBytes) {
    this.decoder = decoder;
    this.mostBytes = mostBytes;
    plans = new KeptPlans(device);
  }

  /// The executable of a form, as soon as it is compiled.
  ///
  /// @throws EngineException when keys and values take too much memory
  Executable of(Parts.Form form) {
    try {
      return executables.computeIfAbsent(form, f -> compile(f, Runnable::run)).join();
    } catch (CompletionException failure) {
      executables.remove(form);
      switch (failure.getCause()) {
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new EngineException("a plan could not be compiled", e);
      }
    }
  }

  /// Begins to compile a form that will be wanted, unless it is compiled; what fails is told to who
  /// wants it.
  void prepare(Parts.Form form) {
    executables.computeIfAbsent(
        form, f -> compile(f, Thread.ofPlatform().name("gatun-compile").daemon()::start));
  }

  private CompletableFuture<Executable> compile(Parts.Form form, Executor executor) {
    return CompletableFuture.supplyAsync(() -> compile(form), executor);
  }

  private Executable compile(Parts.Form form) {
    var tracer = new Tracer();
    var step = new Step(tracer, form.tokens(), decoder.context(), form.reach());
    var next = decoder.next(step);
    if (form.answers()) tracer.output("logits", next);
    var graph = tracer.graph();
    checkMemory(graph);
    return plans.compile(form.tokens() == 1 ? "decode" : "prefill", graph);
  }

  /// What a header says must not decide how much memory is taken.
  private void checkMemory(Graph graph) {
    double bytes =
        graph.outputs().stream()
            .flatMap(output -> output.updates().stream())
            .mapToDouble(node -> node.type().bytes())
            .sum();
    if (bytes <= mostBytes) return;
    throw new EngineException(
        "keys and values of %d tokens take %,.0f MiB, the limit is %,d MiB: raise it by 'gatun generate --memory-limit MIB' or Writer.of(device, decoder, bytes), or check the model's sizes"
            .formatted(decoder.context(), Math.ceil(bytes / (1 << 20)), mostBytes >> 20));
  }

  /// Closes the executables; waits for those that are being compiled.
  @Override
  public void close() {
    for (var executable : executables.values()) {
      executable.handle((_, _) -> true).join();
      if (!executable.isCompletedExceptionally()) executable.join().close();
    }
  }
}
