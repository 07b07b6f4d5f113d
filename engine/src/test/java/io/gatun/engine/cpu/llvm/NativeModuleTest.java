package io.gatun.engine.cpu.llvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.engine.EngineException;
import io.gatun.engine.cache.ObjectCache;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeModuleTest {
  /// Kernels that need each kind of section and relocation: constants, zeros, data, a table of
  /// functions, a jump table, an external call and an external address.
  private static final String EVERYTHING =
      """
      @constants = private constant [4 x float] [float 1.0, float 2.0, float 3.0, float 4.0]
      @zeros = global [1000 x i32] zeroinitializer
      @data = global i64 40
      @table = private constant [2 x ptr] [ptr @one, ptr @two]
      declare float @expf(float)
      declare i64 @labs(i64)

      define internal i64 @one() noinline {
        ret i64 1
      }
      define internal i64 @two() noinline {
        ret i64 2
      }

      ; out[i] = exp(in[i]) + constants[i % 4]
      define void @exponential(ptr %table, ptr %scratch, i64 %begin, i64 %end) {
      entry:
        %in = load ptr, ptr %table
        %second = getelementptr ptr, ptr %table, i64 1
        %out = load ptr, ptr %second
        br label %loop
      loop:
        %i = phi i64 [%begin, %entry], [%next, %loop]
        %from = getelementptr float, ptr %in, i64 %i
        %x = load float, ptr %from
        %e = call float @expf(float %x)
        %low = and i64 %i, 3
        %place = getelementptr float, ptr @constants, i64 %low
        %c = load float, ptr %place
        %y = fadd float %e, %c
        %to = getelementptr float, ptr %out, i64 %i
        store float %y, ptr %to
        %next = add i64 %i, 1
        %more = icmp ult i64 %next, %end
        br i1 %more, label %loop, label %exit
      exit:
        ret void
      }

      ; scratch[0] = table[begin & 1]() + data + zeros[begin], scratch[1] = jumps(end), and
      ; scratch[2] = labs(-7) through its address
      define void @sections(ptr %table, ptr %scratch, i64 %begin, i64 %end) {
        %low = and i64 %begin, 1
        %place = getelementptr ptr, ptr @table, i64 %low
        %function = load volatile ptr, ptr %place
        %r = call i64 %function()
        %d = load volatile i64, ptr @data
        %z0 = getelementptr i32, ptr @zeros, i64 %begin
        %z = load volatile i32, ptr %z0
        %z64 = zext i32 %z to i64
        %s = add i64 %r, %d
        %sum = add i64 %s, %z64
        store i64 %sum, ptr %scratch
        %s1 = getelementptr i64, ptr %scratch, i64 1
        %j = call i64 @jumps(i64 %end)
        store i64 %j, ptr %s1
        %cell = alloca ptr
        store volatile ptr @labs, ptr %cell
        %labs = load volatile ptr, ptr %cell
        %seven = call i64 %labs(i64 -7)
        %s2 = getelementptr i64, ptr %scratch, i64 2
        store i64 %seven, ptr %s2
        ret void
      }

      define internal i64 @jumps(i64 %n) noinline {
        switch i64 %n, label %none [ i64 0, label %a i64 1, label %b i64 2, label %c i64 3, label %d
                                     i64 4, label %e ]
      a:
        call void asm sideeffect "", "~{memory}"()
        ret i64 11
      b:
        call void asm sideeffect "nop", "~{memory}"()
        ret i64 7
      c:
        call void asm sideeffect "nop; nop", "~{memory}"()
        ret i64 19
      d:
        call void asm sideeffect "nop; nop; nop", "~{memory}"()
        ret i64 2
      e:
        call void asm sideeffect "nop; nop; nop; nop", "~{memory}"()
        ret i64 5
      none:
        ret i64 0
      }
      """;

  private static final String TRIVIAL =
      "define void @f(ptr %t, ptr %s, i64 %b, i64 %e) {\n  store i64 %e, ptr %s\n  ret void\n}\n";

  @TempDir Path folder;

  private CompileOptions options() {
    return new CompileOptions("default<O3>", Optional.of(new ObjectCache(folder, 1 << 20)));
  }

  private Path entry() throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findFirst().orElseThrow();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"default<O3>", "default<O1>", "function(instcombine,simplifycfg)", ""})
  void computesWithEveryKindOfSection(String pipeline) {
    CompileOptions options = options().withPipeline(pipeline);
    for (boolean cached : new boolean[] {false, true}) {
      try (NativeModule module = NativeModule.compile(EVERYTHING, options);
          Arena arena = Arena.ofConfined()) {
        assertEquals(cached, module.fromCache());
        assertEquals(Set.of("exponential", "sections"), module.functions());
        assertTrue(module.codeBytes() > 100);
        MemorySegment in = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 0, 1, 2, -1, 0.5f);
        MemorySegment out = arena.allocate(in.byteSize());
        MemorySegment table = arena.allocate(ValueLayout.ADDRESS, 2);
        table.setAtIndex(ValueLayout.ADDRESS, 0, in);
        table.setAtIndex(ValueLayout.ADDRESS, 1, out);
        KernelCall.invoke(module.function("exponential"), table.address(), 0, 1, 5);
        assertEquals(0, out.getAtIndex(ValueLayout.JAVA_FLOAT, 0));
        for (int i = 1; i < 5; i++) {
          double expected = Math.exp(in.getAtIndex(ValueLayout.JAVA_FLOAT, i)) + i % 4 + 1;
          assertEquals(expected, out.getAtIndex(ValueLayout.JAVA_FLOAT, i), 1e-5);
        }
        MemorySegment scratch = arena.allocate(ValueLayout.JAVA_LONG, 3);
        long[] jumps = {11, 7, 19, 2, 5, 0};
        for (int i = 0; i < jumps.length; i++) {
          KernelCall.invoke(module.function("sections"), 0, scratch.address(), i, i);
          assertEquals(41 + i % 2, scratch.getAtIndex(ValueLayout.JAVA_LONG, 0));
          assertEquals(jumps[i], scratch.getAtIndex(ValueLayout.JAVA_LONG, 1));
          assertEquals(7, scratch.getAtIndex(ValueLayout.JAVA_LONG, 2));
        }
      }
    }
  }

  @Test
  void aDamagedCacheEntryIsCompiledAnew() throws Exception {
    NativeModule.compile(TRIVIAL, options()).close();
    byte[] good = Files.readAllBytes(entry());
    byte[] flipped = good.clone();
    flipped[good.length / 2] ^= 4;
    for (byte[] bad : List.of(flipped, java.util.Arrays.copyOf(good, 100), new byte[0])) {
      Files.write(entry(), bad);
      try (NativeModule module = NativeModule.compile(TRIVIAL, options())) {
        assertFalse(module.fromCache());
      }
      try (NativeModule module = NativeModule.compile(TRIVIAL, options())) {
        assertTrue(module.fromCache());
      }
    }
  }

  @Test
  void otherTextOrOtherPassesAreOtherEntries() {
    NativeModule.compile(TRIVIAL, options()).close();
    for (CompileOptions other : List.of(options().withPipeline("default<O1>"), options())) {
      String text = other.equals(options()) ? TRIVIAL : TRIVIAL + "\n";
      try (NativeModule module = NativeModule.compile(text, other)) {
        assertFalse(module.fromCache());
      }
    }
    try (NativeModule module = NativeModule.compile(TRIVIAL, options().withoutCache())) {
      assertFalse(module.fromCache());
    }
  }

  private String failure(String ir) {
    return assertThrows(
            EngineException.class, () -> NativeModule.compile(ir, options().withoutCache()))
        .getMessage();
  }

  @Test
  void errorsCarryTheMessageOfLlvmAndTheLine() {
    String syntax = failure("define void @f() {\n  %x = fadd float 1.0, i32 2\n  ret void\n}\n");
    assertTrue(syntax.contains("ir:2:") && syntax.contains("%x = fadd float 1.0"), syntax);
    String invalid =
        failure(
            "define i32 @f(i1 %c) {\n"
                + "entry:\n"
                + "  br i1 %c, label %a, label %b\n"
                + "a:\n"
                + "  %x = add i32 1, 2\n"
                + "  br label %b\n"
                + "b:\n"
                + "  ret i32 %x\n"
                + "}\n");
    assertTrue(invalid.contains("dominate") && invalid.contains("%x = add"), invalid);
    String external =
        failure(
            "declare void @no_such()\n" + TRIVIAL.replace("ret", "call void @no_such()\n  ret"));
    assertTrue(external.contains("no_such"), external);
    String passes =
        assertThrows(
                EngineException.class,
                () -> NativeModule.compile(TRIVIAL, options().withPipeline("no-such-pass")))
            .getMessage();
    assertTrue(passes.contains("no-such-pass"), passes);
    String assembly =
        failure(
            "define void @f() {\n  call void asm sideeffect \"bogus\", \"\"()\n  ret void\n}\n");
    assertTrue(assembly.contains("bogus") || assembly.contains("mnemonic"), assembly);
  }

  @Test
  void aFatalErrorOfTheCodeGeneratorDoesNotEndTheProcess() {
    String gpu =
        """
        declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
        define i32 @f() {
          %x = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
          ret i32 %x
        }
        """;
    String message = failure(gpu);
    assertTrue(message.contains("fatal error") && message.contains("nvvm"), message);
    NativeModule.compile(TRIVIAL, options().withoutCache()).close();
  }

  @Test
  void modulesCompileInParallel() {
    List<String> texts =
        IntStream.range(0, 12).mapToObj(i -> TRIVIAL.replace("%e, ptr", i + ", ptr")).toList();
    List<NativeModule> modules = NativeModule.compileAll(texts, options().withoutCache());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment scratch = arena.allocate(8);
      for (int i = 0; i < modules.size(); i++) {
        KernelCall.invoke(modules.get(i).function("f"), 0, scratch.address(), 0, 0);
        assertEquals(i, scratch.get(ValueLayout.JAVA_LONG, 0));
      }
    }
    modules.forEach(NativeModule::close);
    assertThrows(
        EngineException.class,
        () -> NativeModule.compileAll(List.of(TRIVIAL, "nonsense"), options()));
  }

  @Test
  void misuseNamesTheFunction() {
    NativeModule module = NativeModule.compile(TRIVIAL, options());
    var e = assertThrows(EngineException.class, () -> module.function("g"));
    assertTrue(e.getMessage().contains("g, only [f]"), e.getMessage());
    module.close();
    module.close();
    assertThrows(IllegalStateException.class, () -> module.function("f"));
  }

  @Test
  void theOptimisedTextAndTheAssemblyCanBeRead() {
    String ir = NativeModule.optimisedIr(TRIVIAL, options());
    assertTrue(ir.contains("define void @f(") && ir.contains("memory(argmem: write)"), ir);
    assertTrue(NativeModule.assembly(TRIVIAL, options()).contains("ret"));
  }

  @Test
  void theHostIsTheSameWithAndWithoutTheCache() {
    HostCpu cpu = HostCpu.current();
    assertEquals(cpu, LlvmCompiler.hostCpu(cpu.llvm()));
    assertTrue(cpu.vectorBytes() >= 16);
  }
}
