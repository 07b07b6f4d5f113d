package io.gatun.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.bindings.cuda.CudaDriver;
import io.gatun.bindings.llvm.LlvmC;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NativeLibrariesTest {
  static List<String> libraries() {
    return NativeLibraries.names();
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void everyLibraryIsFoundOrItsAbsenceExplained(String library) {
    Resolution resolution = NativeLibraries.resolve(library);
    assertFalse(resolution.attempts().isEmpty());
    assertEquals(resolution, NativeLibraries.resolve(library));
    assertTrue(NativeLibraries.lookup(library).find("no_such_symbol").isEmpty());
    if (resolution.available()) {
      assertEquals(resolution, NativeLibraries.require(library));
      assertEquals("opened", resolution.attempts().getLast().outcome());
    } else {
      String message =
          assertThrows(MissingNativeLibraryException.class, () -> NativeLibraries.require(library))
              .getMessage();
      assertTrue(message.contains(resolution.cure()), message);
      for (Resolution.Attempt attempt : resolution.attempts()) {
        assertFalse(attempt.outcome().isBlank(), message);
        assertTrue(message.contains(attempt.candidate()), message);
      }
    }
  }

  @Test
  void constantsAnswerWithoutTheirLibrary() {
    assertEquals(0, CudaDriver.CUDA_SUCCESS());
  }

  @Test
  void llvmOfTheClassPathIsVersion20() {
    NativeLibraries.require("llvm");
    try (Arena arena = Arena.ofConfined()) {
      var version = arena.allocate(ValueLayout.JAVA_INT, 3);
      LlvmC.LLVMGetVersion(version, version.asSlice(4), version.asSlice(8));
      assertEquals(20, version.get(ValueLayout.JAVA_INT, 0));
    }
    assertTrue(NativeLibraries.identity("llvm").isPresent());
  }

  @Test
  void unknownNamesAreRefusedWithTheKnownOnes() {
    var e = assertThrows(IllegalArgumentException.class, () -> NativeLibraries.resolve("blas"));
    assertTrue(e.getMessage().contains("cublaslt"), e.getMessage());
  }

  @Test
  void theFolderOfTheUserIsTriedFirst(@TempDir Path folder) {
    String before = System.getProperty("gatun.native.path", "");
    System.setProperty("gatun.native.path", folder.toString());
    try {
      Map<NativeLibrary, NativeSearch> none = Map.of();
      var search = new NativeSearch(NativeLibrary.NCCL, none::get);
      String tried = folder.resolve("libnccl.so.2").toString();
      assertEquals(
          new Resolution.Attempt(tried, "no such file"), search.resolution().attempts().getFirst());
    } finally {
      System.setProperty("gatun.native.path", before);
    }
  }

  @Test
  void theLinkersReasonIsPassedOn(@TempDir Path folder) throws Exception {
    Path file = Files.createFile(folder.resolve("libempty.so"));
    String reason = LinkerMessage.why(file.toString()).orElseThrow();
    assertTrue(reason.contains("file too short"), reason);
  }

  @Test
  void prerequisitesComeFirst() {
    Function<NativeLibrary, List<NativeLibrary>> first = NativeLibrary::prerequisites;
    assertEquals(List.of(NativeLibrary.CUBLASLT), first.apply(NativeLibrary.CUBLAS));
    for (NativeLibrary library : NativeLibrary.values()) {
      for (NativeLibrary needed : first.apply(library)) {
        assertTrue(needed.ordinal() < library.ordinal(), library + " needs " + needed);
      }
    }
  }
}
