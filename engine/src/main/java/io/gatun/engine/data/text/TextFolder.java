package io.gatun.engine.data.text;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Reads texts from a folder with a sub-folder for each class.
record TextFolder(Path folder, Consumer<String> log) {
  private static final long LARGEST = 16L << 20;
  private static final long TOTAL = 1L << 30;

  LabelledTexts read() throws IOException {
    var classes = classes();
    List<String> texts = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    List<Path> foreign = new ArrayList<>();
    long total = 0;
    for (int label = 0; label < classes.size(); label++) {
      var files = files(classes.get(label));
      if (files.isEmpty()) {
        throw new IOException(
            "class folder "
                + classes.get(label)
                + " has no files; put its texts there, or remove the folder");
      }
      for (Path file : files) {
        byte[] bytes = bytes(file);
        total += bytes.length;
        if (total > TOTAL) {
          throw new IOException(
              "%s has more than %,d bytes of text; use a part of it".formatted(folder, TOTAL));
        }
        texts.add(text(bytes, file, foreign));
        labels.add(label);
      }
    }
    if (!foreign.isEmpty()) {
      log.accept(
          foreign.size()
              + " files are not UTF-8 and were read as windows-1252, the first: "
              + foreign.getFirst());
    }
    var names = classes.stream().map(each -> each.getFileName().toString()).toList();
    return new LabelledTexts(texts, labels, names);
  }

  private List<Path> classes() throws IOException {
    if (!Files.exists(folder)) throw new NoSuchFileException(folder.toString());
    if (!Files.isDirectory(folder)) throw new NotDirectoryException(folder.toString());
    try (var entries = Files.list(folder)) {
      var classes =
          entries.filter(each -> Files.isDirectory(each) && !isHidden(each)).sorted().toList();
      if (classes.size() < 2) {
        throw new IOException(
            "%s has %d sub-folders; at least 2 classes are needed, each a sub-folder of text files, such as %s and %s"
                .formatted(folder, classes.size(), folder.resolve("ham"), folder.resolve("spam")));
      }
      return classes;
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (var entries = Files.walk(folder)) {
      return entries.filter(each -> Files.isRegularFile(each) && !isHidden(each)).sorted().toList();
    } catch (java.io.UncheckedIOException unreadable) {
      throw unreadable.getCause();
    }
  }

  private static boolean isHidden(Path path) {
    return path.getFileName().toString().startsWith(".");
  }

  private static byte[] bytes(Path file) throws IOException {
    long bytes = Files.size(file);
    if (bytes > LARGEST) {
      throw new IOException(
          "%s has %,d bytes; a text may have %,d: remove it".formatted(file, bytes, LARGEST));
    }
    try {
      return Files.readAllBytes(file);
    } catch (AccessDeniedException denied) {
      throw new IOException("no permission to read " + file + "; make it readable", denied);
    }
  }

  private static String text(byte[] bytes, Path file, List<Path> foreign) throws IOException {
    if (MailText.isMail(bytes)) return MailText.of(bytes);
    if (FreeText.isForeign(bytes)) foreign.add(file);
    String text = FreeText.decode(bytes);
    int zero = text.indexOf('\0');
    if (zero >= 0) {
      throw new IOException(
          file + " is not text: there is a zero at character " + zero + "; remove it");
    }
    return text;
  }
}
