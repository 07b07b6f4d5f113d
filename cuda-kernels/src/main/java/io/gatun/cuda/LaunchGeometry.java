package io.gatun.cuda;

/// Blocks of a grid, threads of a block, and dynamic shared bytes of a block.
public record LaunchGeometry(
    int gridX, int gridY, int gridZ, int blockX, int blockY, int blockZ, int sharedBytes) {
  public LaunchGeometry {
    if (gridX < 1 || gridY < 1 || gridZ < 1 || blockX < 1 || blockY < 1 || blockZ < 1) {
      throw new IllegalArgumentException(
          "a launch needs at least one block and one thread: grid %d x %d x %d, block %d x %d x %d"
              .formatted(gridX, gridY, gridZ, blockX, blockY, blockZ));
    }
    if (sharedBytes < 0) {
      throw new IllegalArgumentException("negative shared bytes: " + sharedBytes);
    }
  }

  /// A grid of one dimension without dynamic shared memory.
  public static LaunchGeometry of(int grid, int block) {
    return new LaunchGeometry(grid, 1, 1, block, 1, 1, 0);
  }

  /// Threads of one block.
  public int threadsPerBlock() {
    return blockX * blockY * blockZ;
  }

  /// Blocks of the grid.
  public long blocks() {
    return (long) gridX * gridY * gridZ;
  }
}
