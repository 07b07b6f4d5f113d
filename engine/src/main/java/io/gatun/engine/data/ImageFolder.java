package io.gatun.engine.data;

import io.gatun.engine.train.Column;
import io.gatun.engine.train.Dataset;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;

/// The images of a folder with a folder for each class, `root/class/file`, at any depth below that.
/// Classes come in the order of their names, images in the order of their paths. Hidden files and
/// folders do not count, nor do files that are not named as images: .png .jpg .jpeg .gif .bmp.
///
/// ```java
/// var flowers = ImageFolder.read(root, ImageOptions.rgb().withSize(64, 64), Arena.ofAuto());
/// model.fit(flowers.dataset(), FitOptions.epochs(5));
/// ```
///
/// @param classes names; the label of an image is the place of its class here
/// @param files of the images, in their order
/// @param images `u8[n,height,width,channels]`, in batches `f32` from 0 to 1
/// @param labels `i32[n]`
/// @param skipped files that are left out
public record ImageFolder(
    List<String> classes, List<Path> files, Column images, Column labels, List<Skipped> skipped) {
  /// A file that is left out.
  public record Skipped(Path file, String reason) {}

  /// Copies the lists.
  public ImageFolder {
    classes = List.copyOf(classes);
    files = List.copyOf(files);
    skipped = List.copyOf(skipped);
  }

  /// Reads all images into memory of `arena`, which must not be confined to one thread.
  ///
  /// @throws IOException naming the file or folder: where a class has no images, an image cannot be
  ///     read, or sizes differ and the options name none
  public static ImageFolder read(Path root, ImageOptions options, Arena arena) throws IOException {
    return new ImageLoading(ClassFolders.list(root, options), options, arena).load();
  }

  /// Images and labels to train on.
  public Dataset dataset() {
    return Dataset.of(images, labels);
  }
}
