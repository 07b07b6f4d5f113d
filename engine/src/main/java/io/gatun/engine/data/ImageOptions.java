package io.gatun.engine.data;

import io.gatun.engine.io.ImageDecoder;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// How the images of an [ImageFolder] are read.
///
/// @param grey one channel in place of red, green and blue
/// @param size that all images are brought to; without one all must be of the same size
/// @param skipUnreadable whether a file that cannot be read is left out and reported; else it ends
///     the reading
/// @param mostPixels larger images count as unreadable
/// @param threads that decode at the same time
/// @param classes names in the order of their labels; where empty, the folders' names in order
/// @param progress told of each file
public record ImageOptions(
    boolean grey,
    Optional<Size> size,
    boolean skipUnreadable,
    long mostPixels,
    int threads,
    List<String> classes,
    Progress progress) {
  private static final int USUAL_THREADS = 4;

  /// Size of an image in pixels.
  public record Size(int height, int width) {
    private static final int MOST_PIXELS = 1 << 29;

    /// Checks that there are at least one pixel and at most 2^29.
    public Size {
      if (height < 1 || width < 1 || (long) height * width > MOST_PIXELS) {
        throw new IllegalArgumentException(
            "images of %d x %d pixels; 1 to %d are allowed".formatted(width, height, MOST_PIXELS));
      }
    }
  }

  /// Told how far the reading is, on the thread that asked for it.
  @FunctionalInterface
  public interface Progress {
    /// @param done files that are read or left out
    /// @param files in all
    /// @param skipped of those done, left out because they could not be read
    void report(int done, int files, int skipped);
  }

  /// Checks the number of threads and the classes.
  public ImageOptions {
    if (threads < 1) throw new IllegalArgumentException("threads: " + threads + " < 1");
    classes = List.copyOf(classes);
    if (Set.copyOf(classes).size() < classes.size()) {
      throw new IllegalArgumentException("a class occurs twice in " + classes);
    }
  }

  private static ImageOptions of(boolean grey) {
    return new ImageOptions(
        grey,
        Optional.empty(),
        false,
        ImageDecoder.USUAL_MOST_PIXELS,
        Math.min(USUAL_THREADS, Runtime.getRuntime().availableProcessors()),
        List.of(),
        (_, _, _) -> {});
  }

  /// Red, green and blue; what cannot be read ends the reading.
  public static ImageOptions rgb() {
    return of(false);
  }

  /// Grey; what cannot be read ends the reading.
  public static ImageOptions greyscale() {
    return of(true);
  }

  /// Brings all images to one size, their proportions changed where they differ: by averaging over
  /// areas where they shrink, by bilinear interpolation where they grow.
  public ImageOptions withSize(int height, int width) {
    var all = Optional.of(new Size(height, width));
    return new ImageOptions(grey, all, skipUnreadable, mostPixels, threads, classes, progress);
  }

  /// Leaves out files that cannot be read, and reports them in [ImageFolder#skipped].
  public ImageOptions skippingUnreadable() {
    return new ImageOptions(grey, size, true, mostPixels, threads, classes, progress);
  }

  /// Another limit for images than [ImageDecoder#USUAL_MOST_PIXELS].
  public ImageOptions withMostPixels(long pixels) {
    return new ImageOptions(grey, size, skipUnreadable, pixels, threads, classes, progress);
  }

  /// So many threads.
  public ImageOptions withThreads(int count) {
    return new ImageOptions(grey, size, skipUnreadable, mostPixels, count, classes, progress);
  }

  /// Labels in the order of `names`, as another folder had them: its test images may lack some of
  /// the classes, but may not have others.
  public ImageOptions withClasses(List<String> names) {
    return new ImageOptions(grey, size, skipUnreadable, mostPixels, threads, names, progress);
  }

  /// Tells `listener` of each file.
  public ImageOptions withProgress(Progress listener) {
    return new ImageOptions(grey, size, skipUnreadable, mostPixels, threads, classes, listener);
  }
}
