package io.gatun.engine.data;

import io.gatun.engine.data.ImageFolder.Skipped;
import io.gatun.engine.io.ImageDecoder;
import io.gatun.engine.io.Pixels;
import io.gatun.engine.train.Column;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/// Decodes the images of a folder on several threads into one array. Files are handed out in order,
/// so that the first file at fault is the same whatever the threads do.
final class ImageLoading {
  private final ClassFolders folders;
  private final ImageOptions options;
  private final Arena arena;
  private final ImageDecoder decoder;
  private final AtomicInteger next = new AtomicInteger();
  private final Semaphore finished = new Semaphore(0);
  private final NavigableMap<Integer, IOException> unreadable = new ConcurrentSkipListMap<>();
  private final NavigableMap<Integer, Throwable> fatal = new ConcurrentSkipListMap<>();
  private volatile boolean cancelled;

  ImageLoading(ClassFolders folders, ImageOptions options, Arena arena) {
    this.folders = folders;
    this.options = options;
    this.arena = arena;
    decoder = new ImageDecoder(options.grey(), options.mostPixels());
    requireShared(arena.allocate(1));
  }

  private static void requireShared(MemorySegment memory) {
    if (memory.isAccessibleBy(Thread.ofPlatform().unstarted(() -> {}))) return;
    throw new IllegalArgumentException(
        "the arena is confined to one thread; images are read and used by several: give"
            + " Arena.ofAuto() or Arena.ofShared()");
  }

  ImageFolder load() throws IOException {
    var target =
        options.size().isPresent()
            ? allocate(options.size().get(), Optional.empty())
            : firstTarget();
    decodeAll(target);
    if (!fatal.isEmpty()) throw failure(fatal.firstEntry().getValue());
    return result(target);
  }

  /// Reads files until one tells the size.
  private ImageTarget firstTarget() throws IOException {
    for (int index = 0; index < folders.files().size(); index++) {
      var file = folders.files().get(index);
      Pixels image;
      try {
        image = decoder.read(file);
      } catch (IOException failure) {
        if (!options.skipUnreadable()) throw failure;
        unreadable.put(index, failure);
        continue;
      }
      var target =
          allocate(new ImageOptions.Size(image.height(), image.width()), Optional.of(file));
      target.put(index, file, image);
      next.set(index + 1);
      finished.release(index + 1);
      return target;
    }
    throw noneReadable();
  }

  private IOException noneReadable() {
    var first = unreadable.firstEntry().getValue();
    return new IOException("no image can be read; the first: " + first.getMessage(), first);
  }

  private ImageTarget allocate(ImageOptions.Size size, Optional<Path> reference)
      throws IOException {
    int channels = options.grey() ? 1 : 3;
    return ImageTarget.allocate(size, channels, folders.files().size(), reference, arena);
  }

  private void decodeAll(ImageTarget target) throws IOException {
    int count = folders.files().size();
    var threads = new ArrayList<Thread>();
    try {
      for (int i = 0; i < options.threads(); i++) {
        threads.add(
            Thread.ofPlatform().daemon().name("gatun-images").start(() -> decodeMany(target)));
      }
      for (int done = 1; done <= count; done++) {
        finished.acquire();
        options.progress().report(done, count, unreadable.size());
      }
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      var report = new InterruptedIOException("reading images was interrupted");
      report.initCause(interrupt);
      throw report;
    } finally {
      cancelled = true;
      threads.forEach(ImageLoading::join);
    }
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
  }

  private void decodeMany(ImageTarget target) {
    int count = folders.files().size();
    for (int index = next.getAndIncrement(); index < count; index = next.getAndIncrement()) {
      try {
        if (isWanted(index)) decode(index, target);
      } catch (Throwable failure) { // told to the caller, who would wait for ever
        fatal.put(index, failure);
      }
      finished.release();
    }
  }

  /// Files before one at fault are still read: they may be at fault, too.
  private boolean isWanted(int index) {
    var first = fatal.firstEntry();
    return !cancelled && (first == null || index < first.getKey());
  }

  private void decode(int index, ImageTarget target) throws IOException {
    var file = folders.files().get(index);
    try {
      target.put(index, file, decoder.read(file));
    } catch (ImageTarget.MixedSizesException mixed) {
      throw mixed;
    } catch (IOException failure) {
      if (!options.skipUnreadable()) throw failure;
      unreadable.put(index, failure);
    }
  }

  private static IOException failure(Throwable cause) {
    return switch (cause) {
      case IOException failure -> failure;
      case Error error -> throw error;
      case RuntimeException broken -> throw broken;
      default -> new IOException("reading images failed", cause);
    };
  }

  /// Each folder has an image that could be read.
  private void checkClasses() throws IOException {
    var read = new TreeSet<Integer>();
    for (int index = 0; index < folders.files().size(); index++) {
      if (!unreadable.containsKey(index)) read.add(folders.labels().get(index));
    }
    for (var missing : unreadable.entrySet()) {
      int label = folders.labels().get(missing.getKey());
      if (!read.contains(label)) {
        throw new IOException(
            "no image of class %s can be read; the first: %s"
                .formatted(folders.classes().get(label), missing.getValue().getMessage()),
            missing.getValue());
      }
    }
  }

  /// Closes the gaps that unreadable files have left.
  private ImageFolder result(ImageTarget target) throws IOException {
    int count = folders.files().size() - unreadable.size();
    if (count == 0) throw noneReadable();
    checkClasses();
    var files = new ArrayList<Path>();
    var labels = arena.allocate(ValueLayout.JAVA_INT, count);
    for (int index = 0; index < folders.files().size(); index++) {
      if (unreadable.containsKey(index)) continue;
      target.move(index, files.size());
      labels.setAtIndex(ValueLayout.JAVA_INT, files.size(), folders.labels().get(index));
      files.add(folders.files().get(index));
    }
    var type = TensorType.of(DType.I32, count);
    var classes = new Column("labels", type, labels, Optional.empty(), Optional.empty());
    return new ImageFolder(folders.classes(), files, target.column(count), classes, skipped());
  }

  private List<Skipped> skipped() {
    var all = new ArrayList<>(folders.skipped());
    unreadable.forEach(
        (index, failure) -> all.add(new Skipped(folders.files().get(index), failure.getMessage())));
    all.sort(Comparator.comparing(Skipped::file));
    return all;
  }
}
