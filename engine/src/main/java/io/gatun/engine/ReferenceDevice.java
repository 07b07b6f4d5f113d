package io.gatun.engine;

import io.gatun.graph.plan.Plan;
import io.gatun.graph.target.Target;
import java.util.List;

/// Runs plans on the reference evaluator: slow, in double precision, and the oracle of every other
/// device.
final class ReferenceDevice implements Device {
  @Override
  public String name() {
    return "reference";
  }

  @Override
  public Target target() {
    return Target.reference();
  }

  @Override
  public Executable load(Plan plan) {
    return new Loaded(plan, new Arguments(plan));
  }

  @Override
  public void close() {}

  private record Loaded(Plan plan, Arguments arguments) implements Executable {
    @Override
    public void run(List<Tensor> inputs, List<Tensor> results) {
      arguments.check(inputs, results);
      var values = plan.graph().evaluate(inputs.stream().map(Tensor::toNdArray).toList());
      int result = 0;
      for (int i = 0; i < values.size(); i++) {
        var updated = plan.graph().outputs().get(i).updates();
        var to =
            updated.isPresent()
                ? inputs.get(plan.inputs().indexOf(updated.get()))
                : results.get(result++);
        values.get(i).copyTo(to.data());
      }
    }

    @Override
    public void close() {}
  }
}
