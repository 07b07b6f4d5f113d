package io.gatun.engine.cpu;

import io.gatun.engine.DamagedImageException;
import io.gatun.engine.EngineException;
import io.gatun.engine.cpu.llvm.CompileOptions;
import io.gatun.engine.cpu.llvm.MalformedObjectException;
import io.gatun.engine.cpu.llvm.NativeModule;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The machine code of all kernels of a plan: modules that were compiled side by side.
final class CompiledCode implements AutoCloseable {
  /// Characters of IR in a module: compiling them takes much longer than starting to.
  private static final int MODULE_SIZE = 100_000;

  private final List<NativeModule> modules;
  private final Map<String, NativeModule> owners = new HashMap<>();

  private CompiledCode(List<NativeModule> modules) {
    this.modules = modules;
    for (var module : modules) {
      for (String function : module.functions()) owners.put(function, module);
    }
  }

  static CompiledCode compile(IrModule kernels) {
    return new CompiledCode(
        NativeModule.compileAll(kernels.texts(MODULE_SIZE), CompileOptions.standard()));
  }

  /// The code of objects that were compiled before.
  ///
  /// @throws DamagedImageException when one of them is damaged
  static CompiledCode load(List<byte[]> objects) throws DamagedImageException {
    var modules = new ArrayList<NativeModule>();
    try {
      for (byte[] object : objects) modules.add(NativeModule.load(object));
      return new CompiledCode(modules);
    } catch (MalformedObjectException | EngineException e) {
      modules.forEach(NativeModule::close);
      throw new DamagedImageException(e);
    }
  }

  /// The objects of the modules; empty where they are not kept.
  Optional<List<byte[]>> objects() {
    var objects = modules.stream().flatMap(module -> module.object().stream()).toList();
    return objects.size() == modules.size() ? Optional.of(objects) : Optional.empty();
  }

  boolean has(String function) {
    return owners.containsKey(function);
  }

  /// The address of a function that the kernels define.
  MemorySegment function(String name) {
    return owners.get(name).function(name);
  }

  @Override
  public void close() {
    modules.forEach(NativeModule::close);
  }
}
