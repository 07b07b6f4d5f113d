package io.gatun.engine.cpu;

import io.gatun.engine.ConstantFiles;
import io.gatun.engine.DamagedImageException;
import io.gatun.engine.Executable;
import io.gatun.engine.PlanImages;
import io.gatun.engine.cpu.LoweredPlan.Task;
import io.gatun.engine.cpu.llvm.HostCpu;
import io.gatun.engine.memory.SharedConstants;
import io.gatun.graph.plan.Plan;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Supplier;

/// Images of plans for the CPU: their code, their objects and the places of their arrays. Neither
/// the graph nor LLVM is needed to run them.
record CpuImages(ThreadPool pool, SharedConstants constants) implements PlanImages {
  @Override
  public String identity() {
    return HostCpu.fingerprint();
  }

  @Override
  public Executable read(MemorySegment image, ConstantFiles files, Supplier<Plan> plan)
      throws DamagedImageException {
    var found = ImageReader.read(image, files);
    var code = CompiledCode.load(found.objects());
    try {
      check(found.program().code(), code);
      return CpuLoader.load(found.program(), plan, () -> code, pool, constants);
    } catch (DamagedImageException | RuntimeException | Error e) {
      code.close();
      throw e;
    }
  }

  private static void check(LoweredPlan plan, CompiledCode code) throws DamagedImageException {
    for (var packed : plan.packed()) check(packed.tasks(), code);
    check(plan.atBegin(), code);
    check(plan.schedule(), code);
  }

  private static void check(List<Task> tasks, CompiledCode code) throws DamagedImageException {
    for (Task task : tasks) {
      if (task instanceof Task.Call call) {
        DamagedImageException.check(code.has(call.function()), "no object has " + call.function());
      }
      if (task instanceof Task.Loop loop) check(loop.body(), code);
    }
  }
}
