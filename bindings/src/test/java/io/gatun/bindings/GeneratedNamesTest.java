package io.gatun.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every name of the include lists is in the generated classes.
class GeneratedNamesTest {
  private static final Map<String, String> HEADER_CLASSES =
      Map.of(
          "cuda", "CudaDriver",
          "nvrtc", "Nvrtc",
          "cublas", "CuBlas",
          "cublaslt", "CuBlasLt",
          "cudnn", "CuDnn",
          "nccl", "Nccl",
          "onednn", "OneDnn",
          "llvm", "LlvmC");

  static Set<String> libraries() {
    return HEADER_CLASSES.keySet();
  }

  @Test
  void everyIncludeListHasALibrary() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("includes"))) {
      List<String> lists =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".includes.txt"))
              .map(name -> name.substring(0, name.indexOf('.')))
              .toList();
      assertEquals(libraries(), Set.copyOf(lists));
      assertEquals(libraries(), Set.copyOf(NativeLibraries.names()));
    }
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void everyIncludedNameExists(String library) throws Exception {
    String folder = "io.gatun.bindings." + library + ".";
    // Initialised, so that a class whose initialiser needs the library is found out.
    Class<?> header = Class.forName(folder + HEADER_CLASSES.get(library));
    Set<String> members = new HashSet<>();
    for (Class<?> type = header; type != Object.class; type = type.getSuperclass()) {
      for (Method method : type.getDeclaredMethods()) {
        members.add(method.getName());
      }
      for (Class<?> variadic : type.getDeclaredClasses()) {
        members.add(variadic.getSimpleName());
      }
      for (Field field : type.getDeclaredFields()) {
        if (Modifier.isPublic(field.getModifiers())) {
          members.add(field.getName());
        }
      }
    }
    List<String> included = Files.readAllLines(Path.of("includes", library + ".includes.txt"));
    assertFalse(included.isEmpty());
    List<String> absent =
        included.stream()
            .filter(line -> line.startsWith("--include-"))
            .map(line -> line.substring(line.indexOf(' ') + 1).strip())
            .filter(name -> !members.contains(name) && !isClass(folder + name))
            .toList();
    assertEquals(List.of(), absent);
  }

  private static boolean isClass(String name) {
    try {
      Class.forName(name, false, GeneratedNamesTest.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
