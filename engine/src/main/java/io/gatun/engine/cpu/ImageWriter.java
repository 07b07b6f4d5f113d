package io.gatun.engine.cpu;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gatun.engine.ConstantFiles;
import io.gatun.engine.Signature.Parameter;
import io.gatun.engine.cpu.LoweredPlan.Task;
import io.gatun.graph.plan.Place;
import io.gatun.graph.plan.Track;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.TensorType;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Writes a loaded plan as bytes: the length of the head, the head, padding to [#ALIGNMENT], then
/// constants, each aligned so. The head has the signature, the plan's code with constants by
/// reference, and the objects. A constant that is a slice of a file is a file's number and an
/// offset; the others are in the image. Numbers are big-endian, a list begins with its length;
/// [ImageReader] has the order.
final class ImageWriter {
  /// Bytes to which the constants of an image are aligned.
  static final int ALIGNMENT = 64;

  /// The number of a file that means the image itself.
  static final int IN_IMAGE = -1;

  private final ConstantFiles files;
  private final ByteArrayOutputStream head = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(head);
  private final List<MemorySegment> constants = new ArrayList<>();
  private long constantBytes;

  private ImageWriter(ConstantFiles files) {
    this.files = files;
  }

  /// The image in parts; empty where a part of the plan is interpreted.
  static Optional<List<MemorySegment>> write(
      CpuProgram program, List<byte[]> objects, ConstantFiles files) {
    if (isInterpreted(program.code())) return Optional.empty();
    try {
      return Optional.of(new ImageWriter(files).image(program, objects));
    } catch (IOException e) {
      throw new UncheckedIOException("bytes in memory cannot fail", e);
    }
  }

  private static boolean isInterpreted(LoweredPlan plan) {
    return plan.schedule().stream().anyMatch(Task.Interpret.class::isInstance)
        || plan.loops().anyMatch(loop -> isInterpreted(loop.body()));
  }

  private List<MemorySegment> image(CpuProgram program, List<byte[]> objects) throws IOException {
    parameters(program.signature().inputs());
    parameters(program.signature().results());
    out.writeLong(program.arenaBytes());
    plan(program.code());
    out.writeInt(objects.size());
    for (byte[] object : objects) bytes(object);
    var length = new ByteArrayOutputStream();
    new DataOutputStream(length).writeLong(head.size());
    var parts = new ArrayList<MemorySegment>();
    parts.add(MemorySegment.ofArray(length.toByteArray()));
    parts.add(MemorySegment.ofArray(head.toByteArray()));
    parts.add(padding(length.size() + head.size()));
    for (var constant : constants) {
      parts.add(constant);
      parts.add(padding(constant.byteSize()));
    }
    return parts;
  }

  private static MemorySegment padding(long size) {
    return MemorySegment.ofArray(new byte[(int) (align(size) - size)]);
  }

  static long align(long size) {
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private void parameters(List<Parameter> parameters) throws IOException {
    out.writeInt(parameters.size());
    for (var parameter : parameters) {
      bytes(parameter.name().getBytes(UTF_8));
      type(parameter.type());
    }
  }

  private void type(TensorType type) throws IOException {
    bytes(type.dtype().name().getBytes(UTF_8));
    ints(type.shape().dims());
  }

  private void bytes(byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private void ints(List<Integer> values) throws IOException {
    out.writeInt(values.size());
    for (int value : values) out.writeInt(value);
  }

  private void plan(LoweredPlan plan) throws IOException {
    out.writeInt(plan.places().size());
    for (Place place : plan.places()) place(place);
    out.writeInt(plan.size());
    for (var copies : plan.copies()) ints(copies);
    out.writeInt(plan.workspaces().size());
    for (var workspace : plan.workspaces()) {
      out.writeInt(workspace.slot());
      out.writeLong(workspace.bytes());
      out.writeBoolean(workspace.lasting());
    }
    out.writeInt(plan.packed().size());
    for (var packed : plan.packed()) {
      out.writeInt(packed.slot());
      out.writeLong(packed.bytes());
      bytes(packed.form().getBytes(UTF_8));
      ints(packed.sources());
      tasks(packed.tasks(), plan);
    }
    out.writeLong(plan.scratchBytes());
    tasks(plan.atBegin(), plan);
    tasks(plan.schedule(), plan);
    ints(plan.ends());
  }

  private void place(Place place) throws IOException {
    switch (place) {
      case Place.InInput(int index) -> number('i', index);
      case Place.InResult(int index) -> number('r', index);
      case Place.InArena(long offset) -> number('a', offset);
      case Place.InConstant(Literal value) -> {
        var slice = files.find(value.data());
        number('c', slice.isPresent() ? slice.get().offset() : constantBytes);
        out.writeInt(slice.isPresent() ? slice.get().file() : IN_IMAGE);
        type(value.type());
        if (slice.isPresent()) return;
        constants.add(value.data());
        constantBytes += align(value.data().byteSize());
      }
    }
  }

  private void number(char kind, long number) throws IOException {
    out.writeByte(kind);
    out.writeLong(number);
  }

  private void tasks(List<Task> tasks, LoweredPlan plan) throws IOException {
    out.writeInt(tasks.size());
    for (Task task : tasks) {
      switch (task) {
        case Task.Call call -> {
          out.writeByte('c');
          bytes(call.name().getBytes(UTF_8));
          bytes(call.function().getBytes(UTF_8));
          out.writeInt(call.window());
          out.writeLong(call.units());
          out.writeLong(call.grain());
        }
        case Task.Copy(int from, int to, long bytes) -> {
          out.writeByte('m');
          out.writeInt(from);
          out.writeInt(to);
          out.writeLong(bytes);
        }
        case Task.Loop loop -> {
          out.writeByte('l');
          bytes(loop.name().getBytes(UTF_8));
          out.writeInt(loop.length());
          tracks(loop.arguments(), plan);
          tracks(loop.results(), plan);
          out.writeLong(loop.arena());
          plan(loop.body());
        }
        case Task.Interpret interpret ->
            throw new IllegalArgumentException(interpret.name() + " has no image");
      }
    }
  }

  private void tracks(List<Track> tracks, LoweredPlan plan) throws IOException {
    out.writeInt(tracks.size());
    for (Track track : tracks) {
      switch (track) {
        case Track.Moving(Place place, long start, long stride) -> {
          number('m', plan.places().indexOf(place));
          out.writeLong(start);
          out.writeLong(stride);
        }
        case Track.Alternating(Place last, Place other) -> {
          number('a', plan.places().indexOf(last));
          out.writeLong(plan.places().indexOf(other));
          out.writeLong(0);
        }
        case Track.Carried(Place first, int result) -> {
          number('c', plan.places().indexOf(first));
          out.writeLong(result);
          out.writeLong(0);
        }
      }
    }
  }
}
