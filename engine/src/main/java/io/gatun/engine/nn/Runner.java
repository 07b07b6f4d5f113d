package io.gatun.engine.nn;

import io.gatun.engine.Executable;
import io.gatun.engine.Program;
import io.gatun.engine.Tensor;
import io.gatun.graph.ir.Input;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A program whose inputs are a batch's tensors, by name, and for the rest a model's variables. A
/// run with the same types as the last one allocates nothing here.
final class Runner implements AutoCloseable {
  private final Program program;
  private final Variables variables;
  private final List<String> batchNames;
  private final List<Tensor> arguments = new ArrayList<>();
  private final int[] positions;
  private Executable bound;

  Runner(Program program, Variables variables, List<String> batchNames) {
    this.program = program;
    this.variables = variables;
    this.batchNames = List.copyOf(batchNames);
    positions = new int[batchNames.size()];
  }

  /// @param types of the batch's tensors, which are those of the first batch names; batches of one
  /// size best share one list
  void run(List<TensorType> types, List<Tensor> batch, List<Tensor> results) {
    var executable = program.of(types);
    if (executable != bound) bind(executable, batch);
    for (int i = 0; i < batch.size(); i++) {
      if (positions[i] >= 0) arguments.set(positions[i], batch.get(i));
    }
    executable.run(arguments, results);
  }

  private void bind(Executable executable, List<Tensor> batch) {
    arguments.clear();
    Arrays.fill(positions, -1);
    for (var input : executable.plan().inputs()) {
      var name = ((Input) input.op()).name();
      int i = batchNames.indexOf(name);
      if (i >= 0) positions[i] = arguments.size();
      arguments.add(i >= 0 ? batch.get(i) : variables.tensor(name));
    }
    bound = executable;
  }

  /// Bytes of the arenas of what has been compiled.
  long arenaBytes() {
    return program.arenaBytes();
  }

  @Override
  public void close() {
    program.close();
  }
}
