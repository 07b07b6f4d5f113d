package io.gatun.engine.cpu;

import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The text of kernels that do nothing but use a processor to its limit: multiply-adds in
/// registers, and reading and copying of long arrays.
///
/// @param lanes elements of `f32` in a vector
record PeakKernels(int lanes) {
  static final String MULTIPLY_ADD = "gatun.peak.fma";
  static final String READ = "gatun.peak.read";
  static final String COPY = "gatun.peak.copy";

  /// Rounds of the multiply-adds in a unit.
  static final int ROUNDS = 200_000;

  /// Bytes that a unit of reading or copying walks over.
  static final int UNIT_BYTES = 1 << 20;

  /// Chains in flight: more than the product of a processor's units and their latency, and no more
  /// than there are registers.
  private int chains() {
    return lanes == 8 ? 12 : 20;
  }

  private int bytes() {
    return lanes * Float.BYTES;
  }

  private String vector() {
    return "<" + lanes + " x float>";
  }

  /// Floating-point operations of a unit of [#MULTIPLY_ADD].
  long flopsOfUnit() {
    return 2L * lanes * chains() * ROUNDS;
  }

  String text() {
    return "declare %1$s @llvm.fma.v%2$df32(%1$s, %1$s, %1$s)\n".formatted(vector(), lanes)
        + multiplyAdd()
        + read()
        + copy()
        + "\n!0 = !{i32 1}\n";
  }

  /// Chains `a = a * 0.5 + 1`, begun at different numbers so that they are not one.
  private String multiplyAdd() {
    return loop(
        MULTIPLY_ADD,
        "  %%count = sub i64 %%end, %%begin\n  %%last = mul i64 %%count, %d\n".formatted(ROUNDS),
        1,
        lines(
            chains(),
            i ->
                "  %%a%d = phi %s [ %s, %%entry ], [ %%b%d, %%loop ]"
                    .formatted(i, vector(), splat(i + 1), i)),
        lines(
            chains(),
            i ->
                "  %%b%1$d = call %2$s @llvm.fma.v%3$df32(%2$s %%a%1$d, %2$s %4$s, %2$s %5$s)"
                    .formatted(i, vector(), lanes, splat(0.5), splat(1))),
        sum(chains()));
  }

  /// Adds up an array, so that loading it is the work.
  private String read() {
    return loop(
        READ,
        walk(),
        8L * bytes(),
        lines(
            8,
            i ->
                "  %%a%d = phi %s [ zeroinitializer, %%entry ], [ %%b%d, %%loop ]"
                    .formatted(i, vector(), i)),
        lines(8, i -> load(i) + "\n  %%b%1$d = fadd %2$s %%a%1$d, %%v%1$d".formatted(i, vector())),
        sum(8));
  }

  /// Copies an array past the caches, which leaves out the reading of what is overwritten.
  private String copy() {
    return loop(
        COPY,
        walk() + "  %slot = getelementptr i8, ptr %table, i64 8\n  %target = load ptr, ptr %slot\n",
        8L * bytes(),
        "",
        lines(
            8,
            i ->
                load(i)
                    + "\n  %%t%1$d = getelementptr i8, ptr %%target, i64 %%o%1$d\n  store %2$s %%v%1$d, ptr %%t%1$d, align %3$d, !nontemporal !0"
                        .formatted(i, vector(), bytes())),
        "");
  }

  private static String walk() {
    return """
      %%base = load ptr, ptr %%table
      %%first = mul i64 %%begin, %1$d
      %%last = mul i64 %%end, %1$d
    """
        .formatted(UNIT_BYTES);
  }

  private String load(int i) {
    return """
    %%o%1$d = add i64 %%i, %2$d
    %%p%1$d = getelementptr i8, ptr %%base, i64 %%o%1$d
    %%v%1$d = load %3$s, ptr %%p%1$d, align %4$d\
    """
        .formatted(i, (long) i * bytes(), vector(), bytes());
  }

  /// A function that walks from `%first` (0 where there is none) to `%last`.
  private static String loop(
      String name, String entry, long stride, String phis, String body, String exit) {
    return """

    define void @%1$s(ptr %%table, ptr %%scratch, i64 %%begin, i64 %%end) {
    entry:
    %2$s  br label %%loop
    loop:
      %%i = phi i64 [ %3$s, %%entry ], [ %%next, %%loop ]
    %4$s%5$s  %%next = add i64 %%i, %6$d
      %%more = icmp slt i64 %%next, %%last
      br i1 %%more, label %%loop, label %%exit
    exit:
    %7$s  ret void
    }
    """
        .formatted(
            name, entry, entry.contains("%first") ? "%first" : "0", phis, body, stride, exit);
  }

  /// Adds up the chains and keeps the sum, so that none is dropped.
  private String sum(int count) {
    return "  %s0 = fadd "
        + vector()
        + " %b0, %b1\n"
        + lines(
            count - 2, i -> "  %%s%d = fadd %s %%s%d, %%b%d".formatted(i + 1, vector(), i, i + 2))
        + "  store %s %%s%d, ptr %%scratch, align 4\n".formatted(vector(), count - 2);
  }

  private String splat(double value) {
    return "splat (float %s)".formatted(value);
  }

  private static String lines(int count, IntFunction<String> line) {
    return IntStream.range(0, count)
        .mapToObj(i -> line.apply(i) + "\n")
        .collect(Collectors.joining());
  }
}
