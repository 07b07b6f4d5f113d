package io.gatun.engine.cpu;

import java.util.ArrayList;
import java.util.List;

/// Writes the text of a micro-kernel.
final class MicroKernelText {
  private static final int GROUP = MicroKernel.GROUP;

  private static final String PARAMETERS =
      "(ptr noalias readonly %A, ptr noalias readonly %B, ptr noalias %T, i64 %K, i64 %acc, ptr"
          + " %pf, i64 %pfs, i64 %segs, i64 %segStride, i64 %ks, i64 %kg, i64 %bs";

  private final MicroKernel kernel;
  private final TileShape tile;
  private final Ir ir;
  private final String type;
  private final String element;
  private final int sums;

  MicroKernelText(MicroKernel kernel, Ir ir) {
    this.kernel = kernel;
    this.ir = ir;
    tile = kernel.tile();
    type = tile.vectorType();
    element = tile.element();
    sums = sums();
  }

  String text(String name) {
    ir.moveTo(new StringBuilder());
    ir.line("%near = mul i64 %bs, " + near());
    if (kernel.fetchesRows()) {
      Ssa bytes = ir.binary("mul", new Ssa("%K", "i64", 1), (long) kernel.rows() * elementBytes());
      ir.line("%R = getelementptr i8, ptr %A, " + bytes.typed());
    }
    ir.branch("enter");
    ir.label("enter");
    var initial = initial();
    segments(initial);
    return "define internal void @"
        + name
        + PARAMETERS
        + (kernel.packs() ? ", ptr noalias %Q)" : ")")
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
      loaded.add(load(address, tile.lanes()).text());
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
      ir.line("store %s %%e%d, %s, align %d".formatted(type, i, address.typed(), elementBytes()));
    }
    ir.line("ret void");
  }

  /// Whole groups of steps, then single steps.
  private void groups() {
    if (!kernel.inGroups()) {
      ir.line("%whole = sub i64 %K, " + (GROUP - 1));
      ir.line("%some = icmp sgt i64 %whole, 0");
      ir.line("br i1 %some, label %loop, label %join");
    } else {
      ir.branch("loop");
    }
    steps("loop", "seg", kernel.inGroups() ? "%K" : "%whole", GROUP, "g", "%sa", "%sb", "%sp");
    ir.label("loop.end");
    var totals = new ArrayList<String>();
    for (int i = 0; i < registers(); i++) {
      String sum = "%loop.n" + i;
      for (int u = 1; u < sums; u++) {
        sum = ir.emit(element, tile.lanes(), add(sum, "%loop.n" + (u * registers() + i))).text();
      }
      totals.add(sum);
    }
    if (kernel.inGroups()) end(totals);
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
          "%%e%d = phi %s [ %%j%d, %%join ], [ %%tail.n%d, %%tail.end ]".formatted(i, type, i, i));
    }
  }

  /// The loop `label` over `limit` steps, `by` at a time; ends by going to `label.end`.
  private void steps(
      String label, String from, String limit, int by, String start, String a, String b, String p) {
    ir.label(label);
    header(label, from, "i64", "k", "0");
    header(label, from, "ptr", "a", a);
    header(label, from, "ptr", "b", b);
    header(label, from, "ptr", "p", p);
    if (kernel.packs()) header(label, from, "ptr", "q", "%Q");
    if (kernel.fetchesRows()) header(label, from, "ptr", "r", "%R");
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
    for (int i = 0; i < kernel.fetches(); i++) {
      Ssa p0 = new Ssa("%" + label + ".p", "ptr", 1);
      ir.prefetch(ir.address(p0, "i8", Ir.i64(64L * i)), 2);
    }
    if (kernel.packs()) pack(label);
    if (kernel.fetchesRows()) fetchRows(label);
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
    for (int r = 0; r < kernel.rows(); r++) {
      Ssa group = at("%" + label + ".a", kernel.rowOffsets().get(r));
      Ssa copied = load(group, GROUP);
      ir.line(
          "store %s, %s, align %d"
              .formatted(copied.typed(), at(to, (long) r * GROUP).typed(), elementBytes()));
    }
    advance(to);
  }

  /// Fetches as many elements of the next rows as a group has.
  private void fetchRows(String label) {
    String next = "%" + label + ".r";
    long bytes = (long) kernel.rows() * GROUP * elementBytes();
    for (long line = 0; line < bytes; line += 64) {
      ir.prefetch(ir.address(new Ssa(next, "ptr", 1), "i8", Ir.i64(line)), 2);
    }
    advance(next);
  }

  /// Moves a pointer over a group of all rows.
  private void advance(String pointer) {
    ir.line(
        "%s.next = getelementptr %s, ptr %s, i64 %d"
            .formatted(pointer, element, pointer, (long) kernel.rows() * GROUP));
  }

  private void header(String label, String from, String kind, String name, String first) {
    ir.line(
        "%%%s.%s = phi %s [ %s, %%%s ], [ %%%s.%s.next, %%%s ]"
            .formatted(label, name, kind, first, from, label, name, label));
  }

  /// Adds a step's products to the values from `set` on, whose new names begin with `names`, or
  /// are any where that is null.
  private void step(String a, String b, String[] values, int set, String names) {
    var vectors = new ArrayList<Ssa>();
    for (int v = 0; v < tile.vectors(); v++) vectors.add(column(b, v));
    Ssa ahead = ir.emit("ptr", 1, "getelementptr " + element + ", ptr " + b + ", i64 %near");
    int line = 64 / tile.dtype().bytes();
    for (int c = 0; c < tile.columns(); c += line) {
      ir.prefetch(at(ahead.text(), c), 3);
    }
    for (int r = 0; r < kernel.rows(); r++) {
      Ssa scalar =
          ir.emit(element, 1, "load " + element + ", " + at(a, kernel.rowOffsets().get(r)).typed());
      Ssa row = ir.splat(scalar, tile.lanes());
      for (int v = 0; v < tile.vectors(); v++) {
        int n = set + r * tile.vectors() + v;
        String sum = names == null ? ir.fresh("%s") : names + n;
        multiplyAdd(sum, row, vectors.get(v), values[n]);
        values[n] = sum;
      }
    }
  }

  /// Register `v` of the row of B; lanes that must not be read are zero.
  private Ssa column(String b, int v) {
    int allowed = Math.clamp(kernel.columns() - (long) v * tile.lanes(), 0, tile.lanes());
    if (allowed == 0) return new Ssa("zeroinitializer", element, tile.lanes());
    Ssa address = at(b, (long) v * tile.lanes());
    return MemoryEmitter.loadFirst(ir, address, element, tile.lanes(), allowed);
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
    return kernel.rows() * tile.vectors();
  }

  private long tilePosition(int register) {
    return (long) register * tile.lanes();
  }

  private Ssa at(String pointer, long elements) {
    return ir.address(new Ssa(pointer, "ptr", 1), element, Ir.i64(elements));
  }

  private Ssa load(Ssa address, int lanes) {
    return MemoryEmitter.loadFirst(ir, address, element, lanes, lanes);
  }

  private int elementBytes() {
    return tile.dtype().bytes();
  }

  /// Steps of a group that use accumulators of their own, which hides latency when there are few
  /// rows.
  private int sums() {
    int registers = kernel.rows() * tile.vectors();
    return registers <= 2 ? 4 : registers <= 6 ? 2 : 1;
  }

  /// How many steps ahead B is prefetched.
  private int near() {
    return kernel.rows() <= 4 ? 8 : 4;
  }
}
