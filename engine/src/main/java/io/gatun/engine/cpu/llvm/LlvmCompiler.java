package io.gatun.engine.cpu.llvm;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.gatun.bindings.NativeLibraries;
import io.gatun.bindings.llvm.LlvmC;
import io.gatun.engine.EngineException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.BiFunction;

/// LLVM's C API: IR text in; an ELF object, assembly or optimised IR text out.
///
/// Each call has a context and a target machine of its own, so calls run in parallel. Errors of
/// parsing (with the offending line), verification and code generation are [EngineException]s.
final class LlvmCompiler {
  private LlvmCompiler() {}

  /// A relocatable, position-independent ELF object.
  static byte[] object(String ir, HostCpu cpu, String pipeline) {
    return compile(
        ir, cpu, pipeline, (module, machine) -> emit(module, machine, LlvmC.LLVMObjectFile()));
  }

  /// The assembly text of the code.
  static String assembly(String ir, HostCpu cpu, String pipeline) {
    return compile(
        ir,
        cpu,
        pipeline,
        (module, machine) -> new String(emit(module, machine, LlvmC.LLVMAssemblyFile()), UTF_8));
  }

  /// The IR text after the passes.
  static String optimisedIr(String ir, HostCpu cpu, String pipeline) {
    return compile(
        ir, cpu, pipeline, (module, _) -> takeMessage(LlvmC.LLVMPrintModuleToString(module)));
  }

  static HostCpu hostCpu(String identity) {
    Llvm.start();
    String triple =
        System.getProperty("os.arch").equals("aarch64")
            ? "aarch64-unknown-linux-gnu"
            : "x86_64-unknown-linux-gnu";
    return new HostCpu(
        takeMessage(LlvmC.LLVMGetHostCPUName()),
        takeMessage(LlvmC.LLVMGetHostCPUFeatures()),
        triple,
        identity);
  }

  /// The text of a message of LLVM's, which is freed.
  static String takeMessage(MemorySegment message) {
    if (message.address() == 0) {
      return "no message";
    }
    String text = message.getString(0);
    LlvmC.LLVMDisposeMessage(message);
    return text;
  }

  private static <T> T compile(
      String ir, HostCpu cpu, String pipeline, BiFunction<MemorySegment, MemorySegment, T> result) {
    Llvm.start();
    return CompileThread.call(
        () -> {
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment context = LlvmC.LLVMContextCreate();
            try {
              LlvmC.LLVMContextSetDiagnosticHandler(
                  context, CompileThread.Handlers.DIAGNOSTIC, NULL);
              return inContext(ir, cpu, pipeline, result, context, arena);
            } finally {
              LlvmC.LLVMContextDispose(context);
            }
          }
        });
  }

  private static <T> T inContext(
      String ir,
      HostCpu cpu,
      String pipeline,
      BiFunction<MemorySegment, MemorySegment, T> result,
      MemorySegment context,
      Arena arena) {
    MemorySegment module = parse(ir, context, arena);
    try {
      MemorySegment machine = targetMachine(cpu, arena);
      try {
        setTarget(module, machine, cpu, arena);
        verify(module, arena);
        optimise(module, machine, pipeline, arena);
        return result.apply(module, machine);
      } finally {
        LlvmC.LLVMDisposeTargetMachine(machine);
      }
    } finally {
      LlvmC.LLVMDisposeModule(module);
    }
  }

  private static MemorySegment parse(String ir, MemorySegment context, Arena arena) {
    MemorySegment text = arena.allocateFrom(ir);
    MemorySegment module = arena.allocate(ADDRESS);
    MemorySegment message = arena.allocate(ADDRESS);
    // The parser owns the buffer and frees it.
    MemorySegment buffer =
        LlvmC.LLVMCreateMemoryBufferWithMemoryRangeCopy(
            text, text.byteSize() - 1, arena.allocateFrom("ir"));
    if (LlvmC.LLVMParseIRInContext(context, buffer, module, message) != 0) {
      throw new EngineException(
          "generated LLVM IR does not parse: " + takeMessage(message.get(LlvmC.C_POINTER, 0)));
    }
    return module.get(LlvmC.C_POINTER, 0);
  }

  private static MemorySegment targetMachine(HostCpu cpu, Arena arena) {
    MemorySegment triple = arena.allocateFrom(cpu.triple());
    MemorySegment target = arena.allocate(ADDRESS);
    MemorySegment message = arena.allocate(ADDRESS);
    if (LlvmC.LLVMGetTargetFromTriple(triple, target, message) != 0) {
      throw new EngineException(
          "this LLVM generates no code for "
              + cpu.triple()
              + ": "
              + takeMessage(message.get(LlvmC.C_POINTER, 0)));
    }
    return LlvmC.LLVMCreateTargetMachine(
        target.get(LlvmC.C_POINTER, 0),
        triple,
        arena.allocateFrom(cpu.name()),
        arena.allocateFrom(cpu.features()),
        LlvmC.LLVMCodeGenLevelAggressive(),
        LlvmC.LLVMRelocPIC(),
        LlvmC.LLVMCodeModelSmall());
  }

  private static void setTarget(
      MemorySegment module, MemorySegment machine, HostCpu cpu, Arena arena) {
    MemorySegment layout = LlvmC.LLVMCreateTargetDataLayout(machine);
    String text = takeMessage(LlvmC.LLVMCopyStringRepOfTargetData(layout));
    LlvmC.LLVMDisposeTargetData(layout);
    LlvmC.LLVMSetTarget(module, arena.allocateFrom(cpu.triple()));
    LlvmC.LLVMSetDataLayout(module, arena.allocateFrom(text));
  }

  private static void verify(MemorySegment module, Arena arena) {
    MemorySegment message = arena.allocate(ADDRESS);
    int broken = LlvmC.LLVMVerifyModule(module, LlvmC.LLVMReturnStatusAction(), message);
    String text = takeMessage(message.get(LlvmC.C_POINTER, 0));
    if (broken != 0) {
      throw new EngineException("generated LLVM IR is not valid: " + text);
    }
  }

  private static void optimise(
      MemorySegment module, MemorySegment machine, String pipeline, Arena arena) {
    if (pipeline.isEmpty()) {
      return;
    }
    MemorySegment options = LlvmC.LLVMCreatePassBuilderOptions();
    MemorySegment error =
        LlvmC.LLVMRunPasses(module, arena.allocateFrom(pipeline), machine, options);
    LlvmC.LLVMDisposePassBuilderOptions(options);
    if (error.address() != 0) {
      MemorySegment message = LlvmC.LLVMGetErrorMessage(error);
      String text = message.getString(0);
      LlvmC.LLVMDisposeErrorMessage(message);
      throw new EngineException("LLVM's passes " + pipeline + " failed: " + text);
    }
    failOnDiagnostics();
  }

  private static byte[] emit(MemorySegment module, MemorySegment machine, int kind) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment message = arena.allocate(ADDRESS);
      MemorySegment buffer = arena.allocate(ADDRESS);
      if (LlvmC.LLVMTargetMachineEmitToMemoryBuffer(machine, module, kind, message, buffer) != 0) {
        throw new EngineException(
            "LLVM generated no code: " + takeMessage(message.get(LlvmC.C_POINTER, 0)));
      }
      MemorySegment out = buffer.get(LlvmC.C_POINTER, 0);
      try {
        failOnDiagnostics();
        return LlvmC.LLVMGetBufferStart(out)
            .asSlice(0, LlvmC.LLVMGetBufferSize(out))
            .toArray(JAVA_BYTE);
      } finally {
        LlvmC.LLVMDisposeMemoryBuffer(out);
      }
    }
  }

  private static void failOnDiagnostics() {
    if (!CompileThread.diagnostics().isEmpty()) {
      throw new EngineException("LLVM reported: " + String.join("; ", CompileThread.diagnostics()));
    }
  }

  /// LLVM's process-wide preparation, once.
  private static final class Llvm {
    private static boolean started;

    /// Opens LLVM and makes the code generator of this machine known to it.
    ///
    /// @throws io.gatun.bindings.MissingNativeLibraryException if it is absent
    static synchronized void start() {
      if (started) {
        return;
      }
      NativeLibraries.require("llvm");
      LlvmC.LLVMInstallFatalErrorHandler(CompileThread.Handlers.FATAL);
      if (System.getProperty("os.arch").equals("aarch64")) {
        LlvmC.LLVMInitializeAArch64TargetInfo();
        LlvmC.LLVMInitializeAArch64Target();
        LlvmC.LLVMInitializeAArch64TargetMC();
        LlvmC.LLVMInitializeAArch64AsmPrinter();
        LlvmC.LLVMInitializeAArch64AsmParser();
      } else {
        LlvmC.LLVMInitializeX86TargetInfo();
        LlvmC.LLVMInitializeX86Target();
        LlvmC.LLVMInitializeX86TargetMC();
        LlvmC.LLVMInitializeX86AsmPrinter();
        LlvmC.LLVMInitializeX86AsmParser();
      }
      started = true;
    }
  }
}
