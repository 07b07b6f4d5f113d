package io.gatun.engine.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// The innermost loops of a contraction: `tile[r][c] (+)= sum over k of A[offset_r + k * ks] * B[k
/// * bs + c]`, all in registers. The sum runs over `segs` segments of `K` steps; from one to the
/// next A jumps by `segStride` while B goes on. The dense result (row stride: the tile's columns)
/// goes to `T`, on top of what is there if `acc` is 1.
///
/// Row offsets are compile-time constants, displacements off one pointer; they, `ks`, `kg`, `bs`
/// and `segStride` count elements. A turn of the loop is a group of [#GROUP] steps, so that few
/// instructions count and move pointers: within it A lies `ks` elements from step to step, the
/// groups lie `kg` elements from one to the next. For each group `fetches` lines of memory from `pf
/// + group * pfs` on are prefetched to the second-level cache (the next panel of B), and B itself
/// some steps ahead to the first level. Only the first `columns` elements of a row of B are read.
/// Where `K` is always `inGroups`, a multiple of [#GROUP], there is less to compile.
record MicroKernel(
    TileShape tile,
    List<Long> rowOffsets,
    int fetches,
    boolean inGroups,
    int columns,
    boolean packs) {
  /// Steps of a turn of the loop.
  static final int GROUP = 4;

  private static final String PARAMETERS =
      "(ptr noalias readonly %A, ptr noalias readonly %B, ptr noalias %T, i64 %K, i64 %acc, ptr"
          + " %pf, i64 %pfs, i64 %segs, i64 %segStride, i64 %ks, i64 %kg, i64 %bs";

  /// A kernel for full panels and these rows.
  ///
  /// @param steps of which `K` is a multiple
  static MicroKernel of(TileShape tile, List<Long> rowOffsets, int fetches, long steps) {
    return new MicroKernel(tile, rowOffsets, fetches, steps % GROUP == 0, tile.columns(), false);
  }

  /// The same kernel, which beside its products copies the rows as [RowPacker] does: to `Q`, a
  /// parameter more, the last one. Its rows must be `inGroups`, in one segment, with `ks = 1`.
  MicroKernel packing() {
    return new MicroKernel(tile, rowOffsets, fetches, inGroups, columns, true);
  }

  /// How many lines each group fetches of a panel that so many tiles share.
  static int fetches(TileShape tile, long tiles) {
    return (int) Math.ceilDiv((long) GROUP * tile.columns() * tile.dtype().bytes(), 64 * tiles);
  }

  /// Offsets of rows that are equally far apart.
  static List<Long> rows(int rows, long stride) {
    return LongStream.range(0, rows).map(r -> r * stride).boxed().toList();
  }

  /// The same for a panel of which only this many columns may be read.
  MicroKernel reading(int columns) {
    return new MicroKernel(tile, rowOffsets, fetches, inGroups, columns, packs);
  }

  /// The same for these rows.
  MicroKernel over(List<Long> rows) {
    return new MicroKernel(tile, rows, fetches, inGroups, columns, packs);
  }

  /// Steps of a group that use accumulators of their own, which hides latency when there are few
  /// rows.
  private int sums() {
    int registers = rows() * tile.vectors();
    return registers <= 2 ? 4 : registers <= 6 ? 2 : 1;
  }

  /// How many steps ahead B is prefetched.
  private int near() {
    return rows() <= 4 ? 8 : 4;
  }

  int rows() {
    return rowOffsets.size();
  }

  private String name() {
    boolean uniform = true;
    long stride = rows() > 1 ? rowOffsets.get(1) : 0;
    for (int r = 0; r < rows(); r++) uniform &= rowOffsets.get(r) == r * stride;
    String offsets =
        uniform
            ? rows() + "." + stride
            : rowOffsets.stream().map(String::valueOf).collect(Collectors.joining("."));
    return "gatun.tile.%s.%dx%d.%s.f%d%s%s%s"
        .formatted(
            tile.dtype().text(),
            tile.vectors(),
            tile.lanes(),
            offsets.replace('-', 'm'),
            fetches,
            inGroups ? ".g" : "",
            packs ? ".p" : "",
            columns == tile.columns() ? "" : ".c" + columns);
  }

  /// The function's name; its text is in the module afterwards.
  String in(IrModule module) {
    String name = name();
    module.share(name, () -> new Writer(new Ir(module)).text(name));
    return name;
  }

  /// Writes the text of the function.
  private final class Writer {
    private final Ir ir;
    private final String type = tile.vectorType();
    private final String element = tile.element();
    private final int sums = sums();

    Writer(Ir ir) {
      this.ir = ir;
    }

    String text(String name) {
      ir.moveTo(new StringBuilder());
      ir.line("%near = mul i64 %bs, " + near());
      ir.branch("enter");
      ir.label("enter");
      var initial = initial();
      segments(initial);
      return "define internal void @"
          + name
          + PARAMETERS
          + (packs ? ", ptr noalias %Q)" : ")")
          + " nounwind noinline \"prefer-vector-width\"=\"512\" {\n"
          + ir.insertionPoint()
          + "}\n";
    }

    /// Zeros, or what `T` holds.
    private List<String> initial() {
      ir.line("%accumulates = icmp ne i64 %acc, 0");
      ir.line("br i1 %accumulates, label %load, label %start");
      ir.label("load");
      var loaded = new ArrayList<String>();
      for (int i = 0; i < registers(); i++) {
        Ssa address = at("%T", tilePosition(i));
        loaded.add(ir.emit(element, tile.lanes(), load(address)).text());
      }
      ir.branch("start");
      ir.label("start");
      var values = new ArrayList<String>();
      for (String value : loaded) {
        values.add(phi(type, "zeroinitializer", "enter", value, "load"));
      }
      return values;
    }

    private void segments(List<String> initial) {
      ir.branch("seg");
      ir.label("seg");
      ir.line("%s = phi i64 [ 0, %start ], [ %s.next, %seg.end ]");
      ir.line("%sa = phi ptr [ %A, %start ], [ %sa.next, %seg.end ]");
      ir.line("%sb = phi ptr [ %B, %start ], [ %b.end, %seg.end ]");
      ir.line("%sp = phi ptr [ %pf, %start ], [ %p.end, %seg.end ]");
      for (int i = 0; i < registers(); i++) {
        ir.line(
            "%%g%d = phi %s [ %s, %%start ], [ %%e%d, %%seg.end ]"
                .formatted(i, type, initial.get(i), i));
      }
      groups();
      ir.line("%s.next = add i64 %s, 1");
      ir.line("%sa.next = getelementptr " + element + ", ptr %sa, i64 %segStride");
      ir.line("%more = icmp ult i64 %s.next, %segs");
      ir.line("br i1 %more, label %seg, label %exit");
      ir.label("exit");
      for (int i = 0; i < registers(); i++) {
        Ssa address = at("%T", tilePosition(i));
        ir.line("store %s %%e%d, %s, align %d".formatted(type, i, address.typed(), align()));
      }
      ir.line("ret void");
    }

    /// Whole groups of steps, then single steps.
    private void groups() {
      if (!inGroups) {
        ir.line("%whole = sub i64 %K, " + (GROUP - 1));
        ir.line("%some = icmp sgt i64 %whole, 0");
        ir.line("br i1 %some, label %loop, label %join");
      } else {
        ir.branch("loop");
      }
      steps("loop", "seg", inGroups ? "%K" : "%whole", GROUP, "g", "%sa", "%sb", "%sp");
      ir.label("loop.end");
      var totals = new ArrayList<String>();
      for (int i = 0; i < registers(); i++) {
        String sum = "%loop.n" + i;
        for (int u = 1; u < sums; u++) {
          sum = ir.emit(element, tile.lanes(), add(sum, "%loop.n" + (u * registers() + i))).text();
        }
        totals.add(sum);
      }
      if (inGroups) end(totals);
      else rest(totals);
    }

    private void end(List<String> totals) {
      ir.branch("seg.end");
      ir.label("seg.end");
      for (String p : List.of("b", "p")) {
        ir.line("%%%s.end = phi ptr [ %%loop.%s.next, %%loop.end ]".formatted(p, p));
      }
      for (int i = 0; i < registers(); i++) {
        ir.line("%%e%d = phi %s [ %s, %%loop.end ]".formatted(i, type, totals.get(i)));
      }
    }

    private void rest(List<String> totals) {
      ir.branch("join");
      ir.label("join");
      ir.line("%k.join = phi i64 [ 0, %seg ], [ %loop.k.next, %loop.end ]");
      for (String p : List.of("a", "b", "p")) {
        ir.line(
            "%%%s.join = phi ptr [ %%s%s, %%seg ], [ %%loop.%s.next, %%loop.end ]"
                .formatted(p, p, p));
      }
      for (int i = 0; i < registers(); i++) {
        ir.line(
            "%%j%d = phi %s [ %%g%d, %%seg ], [ %s, %%loop.end ]"
                .formatted(i, type, i, totals.get(i)));
      }
      ir.line("%rest = sub i64 %K, %k.join");
      ir.line("%any = icmp ne i64 %rest, 0");
      ir.line("br i1 %any, label %tail, label %seg.end");
      steps("tail", "join", "%rest", 1, "j", "%a.join", "%b.join", "%p.join");
      ir.label("tail.end");
      ir.branch("seg.end");
      ir.label("seg.end");
      for (String p : List.of("b", "p")) {
        ir.line(
            "%%%s.end = phi ptr [ %%%s.join, %%join ], [ %%tail.%s.next, %%tail.end ]"
                .formatted(p, p, p));
      }
      for (int i = 0; i < registers(); i++) {
        ir.line(
            "%%e%d = phi %s [ %%j%d, %%join ], [ %%tail.n%d, %%tail.end ]"
                .formatted(i, type, i, i));
      }
    }

    /// The loop `label` over `limit` steps, `by` at a time; ends by going to `label.end`.
    private void steps(
        String label,
        String from,
        String limit,
        int by,
        String start,
        String a,
        String b,
        String p) {
      ir.label(label);
      header(label, from, "i64", "k", "0");
      header(label, from, "ptr", "a", a);
      header(label, from, "ptr", "b", b);
      header(label, from, "ptr", "p", p);
      if (packs) header(label, from, "ptr", "q", "%Q");
      var values = new String[Math.min(by, sums) * registers()];
      for (int n = 0; n < values.length; n++) {
        String first = n < registers() ? "%" + start + n : "zeroinitializer";
        values[n] = "%%%s.c%d".formatted(label, n);
        ir.line(
            "%s = phi %s [ %s, %%%s ], [ %%%s.n%d, %%%s ]"
                .formatted(values[n], type, first, from, label, n, label));
      }
      String ak = "%" + label + ".a";
      String bk = "%" + label + ".b";
      for (int i = 0; i < fetches; i++) {
        Ssa p0 = new Ssa("%" + label + ".p", "ptr", 1);
        ir.prefetch(ir.address(p0, "i8", Ir.i64(64L * i)), 2);
      }
      if (packs) pack(label);
      for (int u = 0; u < by; u++) {
        boolean lastStep = u == by - 1;
        int set = u % sums * registers();
        step(ak, bk, values, set, u + sums >= by ? "%" + label + ".n" : null);
        String an = lastStep ? "%" + label + ".a.next" : ir.fresh("%a");
        String bn = lastStep ? "%" + label + ".b.next" : ir.fresh("%b");
        boolean endsGroup = lastStep && by == GROUP;
        ir.line(
            "%s = getelementptr %s, ptr %s, i64 %s"
                .formatted(
                    an, element, endsGroup ? "%" + label + ".a" : ak, endsGroup ? "%kg" : "%ks"));
        ir.line(bn + " = getelementptr " + element + ", ptr " + bk + ", i64 %bs");
        ak = an;
        bk = bn;
      }
      ir.line(
          "%%%s.p.next = getelementptr %s, ptr %%%s.p, i64 %%pfs".formatted(label, element, label));
      ir.line("%%%s.k.next = add i64 %%%s.k, %d".formatted(label, label, by));
      ir.line("%%%s.go = icmp slt i64 %%%s.k.next, %s".formatted(label, label, limit));
      ir.line("br i1 %%%s.go, label %%%s, label %%%s.end".formatted(label, label, label));
    }

    /// Copies the group that the loop is at.
    private void pack(String label) {
      String to = "%" + label + ".q";
      for (int r = 0; r < rows(); r++) {
        Ssa group = at("%" + label + ".a", rowOffsets.get(r));
        Ssa copied = ir.emit(element, GROUP, load(Ssa.type(element, GROUP), group));
        ir.line(
            "store %s, %s, align %d"
                .formatted(copied.typed(), at(to, (long) r * GROUP).typed(), align()));
      }
      ir.line(
          "%s.next = getelementptr %s, ptr %s, i64 %d"
              .formatted(to, element, to, (long) rows() * GROUP));
    }

    private void header(String label, String from, String kind, String name, String first) {
      ir.line(
          "%%%s.%s = phi %s [ %s, %%%s ], [ %%%s.%s.next, %%%s ]"
              .formatted(label, name, kind, first, from, label, name, label));
    }

    /// Adds a step's products to the values from `set` on, whose new names begin with `names`, or
    /// are any where that is null.
    private void step(String a, String b, String[] values, int set, String names) {
      var columns = new ArrayList<Ssa>();
      for (int v = 0; v < tile.vectors(); v++) columns.add(column(b, v));
      Ssa ahead = ir.emit("ptr", 1, "getelementptr " + element + ", ptr " + b + ", i64 %near");
      int line = 64 / tile.dtype().bytes();
      for (int c = 0; c < tile.columns(); c += line) {
        ir.prefetch(at(ahead.text(), c), 3);
      }
      for (int r = 0; r < rows(); r++) {
        Ssa scalar =
            ir.emit(element, 1, "load " + element + ", " + at(a, rowOffsets.get(r)).typed());
        Ssa row = ir.splat(scalar, tile.lanes());
        for (int v = 0; v < tile.vectors(); v++) {
          int n = set + r * tile.vectors() + v;
          String sum = names == null ? ir.fresh("%s") : names + n;
          multiplyAdd(sum, row, columns.get(v), values[n]);
          values[n] = sum;
        }
      }
    }

    /// Register `v` of the row of B; lanes that must not be read are zero.
    private Ssa column(String b, int v) {
      int allowed = Math.clamp(columns - (long) v * tile.lanes(), 0, tile.lanes());
      if (allowed == 0) return new Ssa("zeroinitializer", element, tile.lanes());
      Ssa address = at(b, (long) v * tile.lanes());
      if (allowed == tile.lanes()) return ir.emit(element, tile.lanes(), load(address));
      var mask = IntStream.range(0, tile.lanes()).mapToLong(i -> i < allowed ? 1 : 0);
      return MemoryEmitter.maskedLoad(ir, address, element, Ir.vector("i1", mask));
    }

    private void multiplyAdd(String result, Ssa x, Ssa y, String sum) {
      Ssa c = new Ssa(sum, element, tile.lanes());
      if (tile.dtype().isFloat()) {
        String name = "llvm.fma." + c.suffix();
        ir.module().declare("declare %s @%s(%s, %s, %s)".formatted(type, name, type, type, type));
        ir.line(
            "%s = call %s @%s(%s, %s, %s)"
                .formatted(result, type, name, x.typed(), y.typed(), c.typed()));
      } else {
        Ssa product = ir.binary("mul", x, y);
        ir.line("%s = add %s, %s".formatted(result, product.typed(), c.text()));
      }
    }

    private String add(String x, String y) {
      return (tile.dtype().isFloat() ? "fadd " : "add ") + type + " " + x + ", " + y;
    }

    private String phi(String kind, String x, String from, String y, String other) {
      String name = ir.fresh("%v");
      ir.line("%s = phi %s [ %s, %%%s ], [ %s, %%%s ]".formatted(name, kind, x, from, y, other));
      return name;
    }

    private int registers() {
      return rows() * tile.vectors();
    }

    private long tilePosition(int register) {
      return (long) register * tile.lanes();
    }

    private Ssa at(String pointer, long elements) {
      return ir.address(new Ssa(pointer, "ptr", 1), element, Ir.i64(elements));
    }

    private String load(Ssa address) {
      return load(type, address);
    }

    private String load(String what, Ssa address) {
      return "load " + what + ", " + address.typed() + ", align " + align();
    }

    private int align() {
      return tile.dtype().bytes();
    }
  }
}
