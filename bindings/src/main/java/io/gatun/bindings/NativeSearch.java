package io.gatun.bindings;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// The search for one library, done once.
final class NativeSearch {
  private final NativeLibrary library;
  private final Function<NativeLibrary, NativeSearch> others;
  private final List<Resolution.Attempt> attempts = new ArrayList<>();
  private Optional<SymbolLookup> symbols = Optional.empty();
  private Optional<Resolution> resolution = Optional.empty();

  NativeSearch(NativeLibrary library, Function<NativeLibrary, NativeSearch> others) {
    this.library = library;
    this.others = others;
  }

  synchronized Optional<SymbolLookup> symbols() {
    resolution();
    return symbols;
  }

  synchronized Resolution resolution() {
    if (resolution.isEmpty()) {
      for (NativeLibrary first : library.prerequisites()) {
        others.apply(first).resolution();
      }
      Optional<String> chosen = open();
      resolution =
          Optional.of(
              new Resolution(library.label(), chosen, List.copyOf(attempts), library.cure()));
    }
    return resolution.get();
  }

  /// Size and time of the user's own file, else check sum and size of the jar's entry.
  Optional<String> identity() {
    List<Path> folders = userFolders();
    if (!folders.isEmpty()) {
      Optional<Path> file = files(folders).filter(Files::isRegularFile).findFirst();
      if (file.isPresent()) {
        try {
          Path path = file.get().toRealPath();
          return Optional.of(
              path + " " + Files.size(path) + " " + Files.getLastModifiedTime(path).toMillis());
        } catch (IOException e) {
          return Optional.empty();
        }
      }
    }
    Optional<CarriedLibrary> carried = carried();
    return carried.isPresent() ? carried.get().identity() : Optional.empty();
  }

  private Optional<String> open() {
    return openFiles(userFolders())
        .or(this::openCarried)
        .or(() -> library.fileNames().stream().filter(this::openByName).findFirst())
        .or(() -> openFiles(systemFolders()));
  }

  private Optional<String> openFiles(List<Path> folders) {
    return files(folders).filter(this::openFile).findFirst().map(Path::toString);
  }

  private Stream<Path> files(List<Path> folders) {
    return folders.stream().flatMap(f -> library.fileNames().stream().map(f::resolve));
  }

  private Optional<CarriedLibrary> carried() {
    return library.resources().isEmpty()
        ? Optional.empty()
        : Optional.of(new CarriedLibrary(library.label(), library.resources()));
  }

  private Optional<String> openCarried() {
    if (carried().isEmpty()) {
      return Optional.empty();
    }
    try {
      Path file = carried().get().unpack(CacheDirectory.user().folder("natives"));
      return openFile(file) ? Optional.of(file.toString()) : Optional.empty();
    } catch (IOException e) {
      note("class path: " + library.resources().getFirst(), e.getMessage());
      return Optional.empty();
    }
  }

  private boolean openFile(Path file) {
    if (!Files.isRegularFile(file)) {
      note(file.toString(), "no such file");
      return false;
    }
    openSiblings(file.toAbsolutePath().getParent());
    return open(file.toString(), () -> SymbolLookup.libraryLookup(file, Arena.global()));
  }

  private boolean openByName(String name) {
    return open(name, () -> SymbolLookup.libraryLookup(name, Arena.global()));
  }

  private boolean open(String candidate, java.util.function.Supplier<SymbolLookup> opener) {
    try {
      symbols = Optional.of(opener.get());
      note(candidate, "opened");
      return true;
    } catch (IllegalArgumentException e) {
      note(candidate, LinkerMessage.why(candidate).orElse(e.getMessage()));
      return false;
    }
  }

  private void openSiblings(Path folder) {
    for (String prefix : library.siblings().prefixes()) {
      try (Stream<Path> files = Files.list(folder)) {
        Optional<Path> sibling =
            files.filter(f -> f.getFileName().toString().startsWith(prefix)).sorted().findFirst();
        if (sibling.isPresent()) {
          SymbolLookup.libraryLookup(sibling.get(), Arena.global());
        }
      } catch (IOException | IllegalArgumentException e) {
        // The library itself may open without it, from the linker's own folders.
        note(folder.resolve(prefix).toString(), e.getMessage());
      }
    }
  }

  private void note(String candidate, String outcome) {
    attempts.add(new Resolution.Attempt(candidate, outcome));
  }

  private static List<Path> userFolders() {
    String property = System.getProperty("gatun.native.path", "");
    String variable = System.getenv().getOrDefault("GATUN_NATIVE_PATH", "");
    List<Path> folders = new ArrayList<>();
    for (String path : (property + File.pathSeparator + variable).split(File.pathSeparator)) {
      if (!path.isBlank()) folders.add(Path.of(path));
    }
    return List.copyOf(folders);
  }

  private static List<Path> systemFolders() {
    Stream<Path> named =
        Stream.of("CUDA_PATH", "CUDA_HOME")
            .flatMap(name -> Stream.ofNullable(System.getenv(name)))
            .flatMap(home -> Stream.of(Path.of(home, "lib64"), Path.of(home, "lib")));
    Stream<Path> usual =
        Stream.of(
                "/usr/local/cuda/lib64",
                "/usr/local/cuda/targets/x86_64-linux/lib",
                "/usr/local/cuda/targets/sbsa-linux/lib",
                "/opt/cuda/lib64",
                "/usr/lib/x86_64-linux-gnu",
                "/usr/lib/aarch64-linux-gnu",
                "/usr/lib64",
                "/usr/lib/wsl/lib")
            .map(Path::of);
    return Stream.concat(named, usual).filter(Files::isDirectory).toList();
  }
}
