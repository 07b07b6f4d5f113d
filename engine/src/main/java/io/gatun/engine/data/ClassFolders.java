package io.gatun.engine.data;

import io.gatun.engine.data.ImageFolder.Skipped;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;

/// The image files of a folder by class, in order.
///
/// @param labels of the files: places in `classes`
/// @param skipped what is there and no image
record ClassFolders(
    List<String> classes, List<Path> files, List<Integer> labels, List<Skipped> skipped) {
  private static final List<String> ENDINGS = List.of(".png", ".jpg", ".jpeg", ".gif", ".bmp");

  static ClassFolders list(Path root, ImageOptions options) throws IOException {
    if (!Files.isDirectory(root)) throw new IOException("there is no folder " + root);
    var names = new ArrayList<String>();
    var skipped = new ArrayList<Skipped>();
    try (var entries = Files.newDirectoryStream(root)) {
      for (var entry : entries) {
        if (isHidden(entry)) continue;
        if (Files.isDirectory(entry)) names.add(entry.getFileName().toString());
        else skipped.add(new Skipped(entry, "lies in no class folder"));
      }
    } catch (DirectoryIteratorException failure) {
      throw failure.getCause();
    }
    names.sort(Comparator.naturalOrder());
    if (names.isEmpty()) {
      throw new IOException(
          root + " has no class folders; put the images of each class into a folder of its own");
    }
    var classes = options.classes().isEmpty() ? names : options.classes();
    var result = new ClassFolders(classes, new ArrayList<>(), new ArrayList<>(), skipped);
    for (var name : names) result.add(root, name, options);
    skipped.sort(Comparator.comparing(Skipped::file));
    if (result.files.isEmpty()) throw new IOException(root + ": no class folder holds an image");
    return result;
  }

  private static boolean isHidden(Path path) throws IOException {
    return path.getFileName().toString().startsWith(".") || Files.isHidden(path);
  }

  private void add(Path root, String name, ImageOptions options) throws IOException {
    var folder = root.resolve(name);
    int label = classes.indexOf(name);
    if (label < 0) {
      throw new IOException(folder + " is none of the classes " + classes + "; remove the folder");
    }
    var images = new ArrayList<Path>();
    int before = skipped.size();
    Files.walkFileTree(
        folder,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new Collector(folder, images, options));
    if (images.isEmpty() && options.classes().isEmpty()) {
      int others = skipped.size() - before;
      throw new IOException(
          folder
              + " holds no image"
              + (others == 0
                  ? ""
                  : ", only " + others + " files with other endings than " + ENDINGS)
              + "; fill or remove it");
    }
    images.sort(Comparator.comparing(image -> folder.relativize(image).toString()));
    files.addAll(images);
    images.forEach(_ -> labels.add(label));
  }

  /// Walks through one class folder.
  private final class Collector extends SimpleFileVisitor<Path> {
    private final Path folder;
    private final List<Path> images;
    private final ImageOptions options;

    Collector(Path folder, List<Path> images, ImageOptions options) {
      this.folder = folder;
      this.images = images;
      this.options = options;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
        throws IOException {
      boolean inner = !path.equals(folder) && isHidden(path);
      return inner ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
      if (isHidden(path)) return FileVisitResult.CONTINUE;
      var name = path.getFileName().toString().toLowerCase(Locale.ROOT);
      if (ENDINGS.stream().anyMatch(name::endsWith)) images.add(path);
      else skipped.add(new Skipped(path, "its ending is none of " + ENDINGS));
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path path, IOException failure) throws IOException {
      var reason =
          failure instanceof FileSystemLoopException
              ? "a link to a folder that it lies in; remove it"
              : "cannot be read: " + failure;
      if (!options.skipUnreadable()) throw new IOException(path + ": " + reason, failure);
      skipped.add(new Skipped(path, reason));
      return FileVisitResult.CONTINUE;
    }
  }
}
