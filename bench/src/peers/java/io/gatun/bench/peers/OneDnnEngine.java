package io.gatun.bench.peers;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gatun.bindings.NativeLibraries;
import io.gatun.bindings.onednn.OneDnn;
import io.gatun.bindings.onednn.dnnl_exec_arg_t;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.function.ToIntFunction;

/// oneDNN's C API as far as the benchmarks need it: memory, reordering, execution. Objects live as
/// long as the process.
final class OneDnnEngine {
  /// A tensor of oneDNN: its layout, its memory object.
  record Memory(MemorySegment descriptor, MemorySegment handle) {}

  private final Arena arena = Arena.global();
  private final MemorySegment engine;
  private final MemorySegment stream;
  private final MemorySegment noAttributes;

  OneDnnEngine() {
    NativeLibraries.require("onednn");
    engine = create(p -> OneDnn.dnnl_engine_create(p, OneDnn.dnnl_cpu(), 0));
    stream = create(p -> OneDnn.dnnl_stream_create(p, engine, OneDnn.dnnl_stream_default_flags()));
    noAttributes = create(OneDnn::dnnl_primitive_attr_create);
  }

  /// Sets the threads of the OpenMP runtime that oneDNN is linked with.
  @SuppressWarnings("restricted") // a call of native code, by intent
  void threads(int threads) {
    var function = NativeLibraries.lookup("onednn").find("omp_set_num_threads").orElseThrow();
    try {
      Linker.nativeLinker()
          .downcallHandle(function, FunctionDescriptor.ofVoid(JAVA_INT))
          .invokeExact(threads);
    } catch (Throwable e) {
      throw new IllegalStateException("a native call cannot throw", e);
    }
  }

  MemorySegment engine() {
    return engine;
  }

  MemorySegment noAttributes() {
    return noAttributes;
  }

  /// Attributes with a relu after the operation.
  MemorySegment relu() {
    var operations = create(OneDnn::dnnl_post_ops_create);
    check(
        OneDnn.dnnl_post_ops_append_eltwise(operations, OneDnn.dnnl_eltwise_relu(), 0, 0),
        "post operation");
    var attributes = create(OneDnn::dnnl_primitive_attr_create);
    check(OneDnn.dnnl_primitive_attr_set_post_ops(attributes, operations), "attributes");
    return attributes;
  }

  /// The object that a function of the C API writes through its first argument.
  MemorySegment create(ToIntFunction<MemorySegment> function) {
    var result = arena.allocate(ADDRESS);
    check(function.applyAsInt(result), "creation");
    return result.get(ADDRESS, 0);
  }

  /// Layout of `f32[dims]` by a format tag.
  MemorySegment layout(int tag, long... dims) {
    var sizes = longs(dims);
    return create(
        p ->
            OneDnn.dnnl_memory_desc_create_with_tag(p, dims.length, sizes, OneDnn.dnnl_f32(), tag));
  }

  MemorySegment longs(long... numbers) {
    return arena.allocateFrom(JAVA_LONG, numbers);
  }

  /// Memory in a layout.
  Memory memory(MemorySegment layout) {
    var data = arena.allocate(Math.max(1, OneDnn.dnnl_memory_desc_get_size(layout)), 4096);
    return new Memory(layout, create(p -> OneDnn.dnnl_memory_create(p, layout, engine, data)));
  }

  /// Memory in a plain layout, filled.
  Memory memory(MemorySegment layout, MemorySegment data) {
    return new Memory(layout, create(p -> OneDnn.dnnl_memory_create(p, layout, engine, data)));
  }

  /// The weights in the layout that the primitive chose, reordered once.
  Memory packed(MemorySegment primitiveDescriptor, Memory plain) {
    var layout =
        OneDnn.dnnl_primitive_desc_query_md(primitiveDescriptor, OneDnn.dnnl_query_weights_md(), 0);
    var packed = memory(layout);
    var descriptor =
        create(
            p ->
                OneDnn.dnnl_reorder_primitive_desc_create(
                    p, plain.descriptor(), engine, layout, engine, noAttributes));
    var reorder = create(p -> OneDnn.dnnl_primitive_create(p, descriptor));
    var arguments = arguments(2);
    set(arguments, 0, OneDnn.DNNL_ARG_FROM(), plain);
    set(arguments, 1, OneDnn.DNNL_ARG_TO(), packed);
    execute(reorder, 2, arguments);
    return packed;
  }

  MemorySegment arguments(int count) {
    return dnnl_exec_arg_t.allocateArray(count, arena);
  }

  static void set(MemorySegment arguments, int index, int kind, Memory memory) {
    var argument = dnnl_exec_arg_t.asSlice(arguments, index);
    dnnl_exec_arg_t.arg(argument, kind);
    dnnl_exec_arg_t.memory(argument, memory.handle());
  }

  /// Runs a primitive; on the CPU it has finished when this returns.
  void execute(MemorySegment primitive, int count, MemorySegment arguments) {
    check(OneDnn.dnnl_primitive_execute(primitive, stream, count, arguments), "execution");
  }

  static void check(int status, String what) {
    if (status != 0) throw new IllegalStateException("oneDNN: " + what + " gives " + status);
  }
}
