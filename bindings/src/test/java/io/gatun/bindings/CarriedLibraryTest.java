package io.gatun.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CarriedLibraryTest {
  private static CarriedLibrary llvm() {
    return new CarriedLibrary("llvm", NativeLibrary.LLVM.resources());
  }

  /// Started by the test as a process of its own.
  static final class UnpackProcess {
    private UnpackProcess() {}

    public static void main(String[] arguments) throws IOException {
      System.out.print(llvm().unpack(Path.of(arguments[0])));
    }
  }

  @Test
  void twoProcessesUnpackAtOnce(@TempDir Path natives) throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      processes.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  UnpackProcess.class.getName(),
                  natives.toString())
              .redirectErrorStream(true)
              .start());
    }
    String expected = llvm().unpack(natives).toString();
    for (Process process : processes) {
      assertEquals(expected, output(process));
    }
    try (Stream<Path> files = Files.list(Path.of(expected).getParent())) {
      assertEquals(2, files.count(), "the library and the lock, no temporary file");
    }
  }

  @Test
  void aTruncatedFileIsReplacedAndAWholeOneKept(@TempDir Path natives) throws Exception {
    Path file = llvm().unpack(natives);
    long size = Files.size(file);
    Files.write(file, new byte[100]);
    assertEquals(file, llvm().unpack(natives));
    assertEquals(size, Files.size(file));
    var time = Files.getLastModifiedTime(file);
    assertEquals(file, llvm().unpack(natives));
    assertEquals(time, Files.getLastModifiedTime(file));
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertEquals(
          Set.of(".lock", "libLLVM.so"),
          files.map(f -> f.getFileName().toString()).collect(Collectors.toSet()));
    }
  }

  @Test
  void anAbsentResourceIsAnExceptionNotAnError(@TempDir Path natives) {
    var absent = new CarriedLibrary("absent", List.of("org/bytedeco/absent/libabsent.so"));
    var e = assertThrows(IOException.class, () -> absent.unpack(natives));
    assertTrue(e.getMessage().contains("no jar"), e.getMessage());
    assertTrue(absent.identity().isEmpty());
  }

  private static String output(Process process) throws Exception {
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), text);
    return text;
  }
}
