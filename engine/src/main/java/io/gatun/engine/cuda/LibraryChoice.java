package io.gatun.engine.cuda;

import io.gatun.cuda.CudaDriver;
import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import io.gatun.engine.cuda.driver.CudaLibraries;
import io.gatun.engine.cuda.library.ContractionLibrary;
import io.gatun.engine.cuda.library.ConvolutionLibrary;
import io.gatun.engine.cuda.library.ConvolutionMatch;
import io.gatun.engine.cuda.library.ConvolutionPointers;
import io.gatun.engine.cuda.library.LibraryLaunch;
import io.gatun.engine.cuda.library.Precision;
import io.gatun.engine.cuda.library.ProductMatch;
import io.gatun.engine.cuda.library.SplitContraction;
import io.gatun.engine.cuda.lowering.KernelLowering;
import io.gatun.engine.cuda.lowering.Lowered;
import io.gatun.engine.cuda.tune.Autotuner;
import io.gatun.engine.cuda.tune.Candidate;
import io.gatun.engine.cuda.tune.RandomFill;
import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Kernel;
import io.gatun.graph.kernel.LoopKernel;
import io.gatun.graph.plan.Group;
import io.gatun.graph.tensor.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Chooses for the contractions of a plan between their own kernel and the ways of a library, by
/// what was measured to be the fastest on this device.
final class LibraryChoice {
  private final CudaDevice device;
  private final CudaLibraries libraries;
  private final Autotuner tuner;

  /// What was chosen by problem; empty for the own kernel.
  private final Map<String, Optional<String>> chosen = new HashMap<>();

  LibraryChoice(CudaDevice device, CudaLibraries libraries, Autotuner tuner) {
    this.device = device;
    this.libraries = libraries;
    this.tuner = tuner;
  }

  /// What a library does better than the group's own kernel; empty where nothing is.
  Optional<LibraryCall> of(PlanCode code, Group group) {
    if (!(group.kernel() instanceof ContractKernel kernel) || !isAligned(code, kernel)) {
      return Optional.empty();
    }
    var precision = code.precision();
    return convolutions(group, kernel, precision)
        .or(() -> products(kernel, precision))
        .filter(ways -> !ways.calls().isEmpty())
        .flatMap(ways -> fastest(ways, kernel, code.lowered(group).orElseThrow()));
  }

  private static boolean isAligned(PlanCode code, Kernel kernel) {
    var places = code.places();
    return kernel.buffers().stream().allMatch(node -> places.isAligned(places.place(node)));
  }

  /// Ways to solve a problem.
  private record Ways(String problem, List<LibraryCall> calls) {
    /// These ways to make the sums, then the epilogue.
    Ways then(SplitContraction split, LibraryChoice choice) {
      if (calls.isEmpty()) return this;
      var epilogue = choice.epilogue(split.epilogue());
      return new Ways(problem, calls.stream().map(call -> call.then(split, epilogue)).toList());
    }
  }

  private Optional<Ways> convolutions(Group group, ContractKernel kernel, Precision precision) {
    return ConvolutionMatch.of(group, device.target(), precision)
        .flatMap(
            match ->
                libraries.convolutions().flatMap(library -> convolutions(library, match, kernel)));
  }

  private Optional<Ways> convolutions(
      ConvolutionLibrary library, ConvolutionMatch match, ContractKernel kernel) {
    String problem = library.version() + " " + match.convolution();
    var launches = library.launches(match.convolution());
    if (launches.isEmpty()) return Optional.empty();
    if (match.isResultOf(kernel)) {
      int result = kernel.stores().getFirst().buffer();
      return Optional.of(new Ways(problem, calls(match, result, launches)));
    }
    return SplitContraction.of(kernel, match.offset())
        .map(
            split ->
                new Ways(problem, calls(match, kernel.buffers().size(), launches))
                    .then(split, this));
  }

  private static List<LibraryCall> calls(
      ConvolutionMatch match, int result, List<LibraryLaunch<ConvolutionPointers>> launches) {
    return launches.stream().map(launch -> LibraryCall.of(match, result, launch)).toList();
  }

  private Optional<Ways> products(ContractKernel kernel, Precision precision) {
    return plainProducts(kernel, precision).or(() -> splitProducts(kernel, precision));
  }

  private Optional<Ways> plainProducts(ContractKernel kernel, Precision precision) {
    return ProductMatch.of(kernel, precision)
        .flatMap(
            match -> libraries.contractions().map(library -> products(library, match, kernel)));
  }

  private static Ways products(
      ContractionLibrary library, ProductMatch match, ContractKernel kernel) {
    return new Ways(
        library.version() + " " + match,
        library.launches(match.product()).stream()
            .map(launch -> LibraryCall.of(match, kernel, launch))
            .toList());
  }

  /// Products with an epilogue that the library does not know.
  private Optional<Ways> splitProducts(ContractKernel kernel, Precision precision) {
    return SplitContraction.of(kernel)
        .flatMap(
            split -> plainProducts(split.sums(), precision).map(ways -> ways.then(split, this)));
  }

  /// The launches of an epilogue that is a kernel of its own.
  private LibraryCall.Epilogue epilogue(LoopKernel kernel) {
    var memory = new KernelLowering.Memory(_ -> true, (_, _) -> false);
    var lowered = new KernelLowering(device.shape()).lower(kernel, memory).orElseThrow();
    device.library().require(List.of(lowered.unit()));
    int buffers = kernel.buffers().size();
    return (stream, addresses) ->
        device
            .library()
            .launches("epilogue", lowered, buffers, addresses, 0)
            .forEach(work -> work.enqueue(device.driver(), stream));
  }

  private Optional<LibraryCall> fastest(Ways ways, Kernel kernel, Lowered own) {
    String problem = ways.problem() + ", own " + device.library().fingerprint(own.unit());
    return chosen
        .computeIfAbsent(problem, _ -> measured(problem, ways, kernel, own))
        .flatMap(
            name -> ways.calls().stream().filter(call -> call.name().equals(name)).findFirst());
  }

  private Optional<String> measured(String problem, Ways ways, Kernel kernel, Lowered own) {
    try (var trial = new Trial(kernel, ways.calls(), own)) {
      var candidates = new ArrayList<Candidate>();
      for (var call : ways.calls()) {
        candidates.add(new Candidate(call.name(), stream -> trial.run(call, stream)));
      }
      var self = new Candidate("own " + own.unit().key(), trial::runOwn);
      candidates.add(self);
      var best = tuner.fastest(problem, candidates, device.stream());
      return best == self ? Optional.empty() : Optional.of(best.name());
    } catch (CudaException e) {
      if (e.code() != CudaResult.OUT_OF_MEMORY) throw e;
      // There is no room to measure in: the library's own guess.
      return Optional.of(ways.calls().getFirst().name());
    }
  }

  /// Memory for measuring, of random numbers, which there is only where something is measured.
  private final class Trial implements AutoCloseable {
    private final CudaDriver driver = device.driver();
    private final long[] offsets;
    private final long workspaceOffset;
    private final long bytes;
    private final Lowered own;
    private final Kernel kernel;
    private Optional<Long> memory = Optional.empty();

    Trial(Kernel kernel, List<LibraryCall> calls, Lowered own) {
      this.kernel = kernel;
      this.own = own;
      offsets = new long[kernel.buffers().size()];
      long next = 0;
      for (int i = 0; i < offsets.length; i++) {
        offsets[i] = next;
        next += CudaLoader.align(kernel.buffers().get(i).type().bytes());
      }
      workspaceOffset = next;
      long most = calls.stream().mapToLong(LibraryCall::workspaceBytes).max().orElse(0);
      bytes = next + CudaLoader.align(Math.max(most, own.workspaceBytes()));
    }

    private long memory(CudaDriver.Stream stream) {
      if (memory.isEmpty()) {
        memory = Optional.of(driver.allocate(bytes));
        fill(memory.get(), new RandomFill(driver, stream));
      }
      return memory.get();
    }

    private void fill(long start, RandomFill random) {
      for (int i = 0; i < offsets.length; i++) {
        var type = kernel.buffers().get(i).type();
        random.fill(start + offsets[i], type.dtype(), type.bytes());
      }
      random.fill(start + workspaceOffset, DType.F32, bytes - workspaceOffset);
    }

    void run(LibraryCall call, CudaDriver.Stream stream) {
      long start = memory(stream);
      call.body().launch(stream, buffer -> start + offsets[buffer], start + workspaceOffset);
    }

    void runOwn(CudaDriver.Stream stream) {
      long start = memory(stream);
      device
          .library()
          .launches("own", own, offsets.length, b -> start + offsets[b], start + workspaceOffset)
          .forEach(work -> work.enqueue(driver, stream));
    }

    @Override
    public void close() {
      memory.ifPresent(driver::free);
    }
  }
}
