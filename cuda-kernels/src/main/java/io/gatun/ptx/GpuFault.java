package io.gatun.ptx;

/// A mistake of a kernel, found while it ran. The message says all that is known: what happened,
/// kernel, block, thread, PTX line, source line, allocation and offset.
public final class GpuFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// What went wrong.
  public enum Kind {
    /// An access outside of every allocation, or over the end of one.
    OUT_OF_BOUNDS,
    /// An access to the first bytes of the address space.
    NULL_ACCESS,
    /// An access to memory that was freed.
    FREED,
    /// An address that is no multiple of the access size.
    MISALIGNED,
    /// A read of bytes that nothing wrote.
    UNINITIALISED,
    /// Two threads use the same shared bytes, one writes, and no barrier lies between.
    SHARED_RACE,
    /// Shared bytes used while a `cp.async` into them is under way.
    ASYNC_COPY,
    /// A barrier reached by a part of a warp, or by warps at different places.
    DIVERGENT_BARRIER,
    /// Warps wait at barriers that can never complete.
    DEADLOCK,
    /// A `.sync` operation whose member lanes have not all arrived.
    UNCONVERGED,
    /// Arguments, block or shared memory that do not fit the kernel.
    LAUNCH,
    /// `trap`, or a failed `assert`.
    TRAP,
    /// So many instructions that the kernel seems to spin.
    SPIN,
    /// Results that change with the order of the blocks.
    BLOCK_ORDER
  }

  /// Where a fault happened. Texts are empty and numbers -1 where they are not known.
  ///
  /// @param kernel name of the kernel
  /// @param block index of the block, as `(x,y,z)`
  /// @param thread index of the thread in its block, as `(x,y,z)`
  /// @param line line of the PTX text
  /// @param source file and line of the source, from `.loc`
  /// @param allocation name of the allocation
  /// @param offset bytes from the allocation's start
  public record Place(
      String kernel,
      String block,
      String thread,
      int line,
      String source,
      String allocation,
      long offset) {
    /// A place of which only the kernel is known.
    public static Place of(String kernel) {
      return new Place(kernel, "", "", -1, "", "", -1);
    }

    /// This place with the allocation and the offset in it.
    public Place in(String allocation, long offset) {
      return new Place(kernel, block, thread, line, source, allocation, offset);
    }

    @Override
    public String toString() {
      var text = new StringBuilder("kernel ").append(kernel);
      if (!block.isEmpty()) {
        text.append(", block ").append(block);
      }
      if (!thread.isEmpty()) {
        text.append(", thread ").append(thread);
      }
      if (line >= 0) {
        text.append(", PTX line ").append(line);
      }
      if (!source.isEmpty()) {
        text.append(" (").append(source).append(')');
      }
      if (!allocation.isEmpty()) {
        text.append(", ").append(allocation).append(" + ").append(offset);
      }
      return text.toString();
    }
  }

  private final Kind kind;
  private final transient Place place;

  /// A fault of this kind at this place.
  public GpuFault(Kind kind, String message, Place place) {
    super(message + "; " + place);
    this.kind = kind;
    this.place = place;
  }

  /// What went wrong.
  public Kind kind() {
    return kind;
  }

  /// Where it went wrong.
  public Place place() {
    return place;
  }
}
