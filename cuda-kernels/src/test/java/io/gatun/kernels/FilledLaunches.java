package io.gatun.kernels;

import io.gatun.cuda.Argument;
import io.gatun.ptx.KernelRun;
import io.gatun.ptx.PtxParser;
import java.util.ArrayList;
import java.util.List;

/// The launches of a contraction whose hole is filled by a folder of `src/test/cuda`.
final class FilledLaunches {
  private final String hole;
  private final List<String> definitions;
  private final int architecture;

  /// @param otherwise the architecture, where [KernelTarget] says no other
  FilledLaunches(String hole, List<String> definitions, int otherwise) {
    this.hole = hole;
    this.definitions = List.copyOf(definitions);
    this.architecture = KernelTarget.architectureOr(otherwise);
  }

  /// Runs all of them, each in two orders of its blocks.
  List<KernelRun> run(VirtualArrays gpu, ContractLaunches launches, Argument.Bytes buffers) {
    long partial =
        launches.partials() == 0
            ? 0
            : gpu.allocate("partial", ElementType.F32, Math.toIntExact(launches.partials()));
    var runs = new ArrayList<KernelRun>();
    for (ContractLaunch launch : launches.launches()) {
      var options = new ArrayList<>(definitions);
      if (launch.tile() > 0) options.add("-DCONTRACT_TILE=" + launch.tile());
      int stages = launch.units().stages();
      if (stages > 0) options.add("-DCONTRACT_STAGES=" + stages);
      var ptx =
          SourceCompiler.ptx(SourceCompiler.sources(hole), launch.file(), architecture, options);
      var kernel = PtxParser.parse(ptx).kernel(launch.kernel());
      var arguments = new ArrayList<Argument>(List.of(buffers));
      if (launch.partial()) {
        arguments.add(new Argument.Pointer(partial));
        arguments.add(new Argument.Int(launches.splits()));
      }
      runs.add(gpu.launchInTwoOrders(kernel, launch.geometry(), arguments));
    }
    return runs;
  }
}
