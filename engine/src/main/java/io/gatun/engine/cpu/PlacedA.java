package io.gatun.engine.cpu;

import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Index;
import java.util.List;
import java.util.Optional;

/// Where micro-kernels find A.
sealed interface PlacedA {

  /// How rows and `k` lie there.
  StridedA strided();

  /// How they lie in the array that micro-kernels read, be it but the first time.
  default Optional<StridedA> array() {
    return Optional.empty();
  }

  /// In its own array.
  record InArray(StridedA strided) implements PlacedA {
    @Override
    public Optional<StridedA> array() {
      return Optional.of(strided);
    }
  }

  /// In copied pieces of images with their borders.
  record InCopies(ImageBlocks images, StridedA strided) implements PlacedA {
    static Optional<InCopies> of(ContractKernel kernel, TileShape tile) {
      var images = ImageBlocks.of(kernel, tile);
      if (images.isEmpty()) return Optional.empty();
      return of(kernel, tile, images.get(), true).or(() -> of(kernel, tile, images.get(), false));
    }

    private static Optional<InCopies> of(
        ContractKernel kernel, TileShape tile, ImageBlocks images, boolean whole) {
      if (whole && images.blockRows() < images.rowsPerImage()) return Optional.empty();
      Index offset = images.padded().copiedOffset();
      var k = Axis.of(kernel.k(), List.of(offset)).runs();
      if (k.size() > 2) return Optional.empty();
      // By the rows of the image, too: where a row's windows end at its pitch the copy has one run.
      var row = images.padded().y().index();
      long width = Axis.of(kernel.m(), List.of(offset, row)).innermost().extent();
      long group = whole ? images.rowsPerImage() * width : width;
      return StridedA.of(kernel, offset, k, tile, whole)
          .filter(a -> a.group() == group)
          .map(a -> new InCopies(images.withRowsPerGroup(group / width), a));
    }
  }

  /// Packed row by row by the unit that uses them: before it begins or, where micro-kernels can
  /// read them in an array, by the micro-kernels of its first panel.
  ///
  /// @param array how they lie there
  record InScratch(StridedA strided, Optional<StridedA> array) implements PlacedA {
    /// Packed before the unit begins.
    static InScratch before(ContractKernel kernel, TileShape tile) {
      return new InScratch(StridedA.packed(kernel, tile), Optional.empty());
    }
  }

  /// Packed row by row by a phase of its own.
  record InWorkspace(int slot, StridedA strided) implements PlacedA {}
}
