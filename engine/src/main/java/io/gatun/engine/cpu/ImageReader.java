package io.gatun.engine.cpu;

import static io.gatun.engine.DamagedImageException.check;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.gatun.engine.ConstantFiles;
import io.gatun.engine.DamagedImageException;
import io.gatun.engine.Signature;
import io.gatun.engine.Signature.Parameter;
import io.gatun.engine.cpu.LoweredPlan.PackedConstant;
import io.gatun.engine.cpu.LoweredPlan.Space;
import io.gatun.engine.cpu.LoweredPlan.Task;
import io.gatun.graph.plan.Place;
import io.gatun.graph.plan.Track;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.Literal;
import io.gatun.graph.tensor.Shape;
import io.gatun.graph.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Reads what [ImageWriter] wrote. Whatever the bytes are, every slot, window, offset and constant
/// of what it gives lies within its table, arena or file. What the code in it does cannot be
/// checked.
final class ImageReader {
  private static final int DEEPEST = 16;
  private static final int MOST_SLOTS = 1 << 26;
  private static final long MOST_BYTES = 1L << 46;

  /// A whole plan and the objects that its functions are in.
  record Image(CpuProgram program, List<byte[]> objects) {}

  private final ConstantFiles files;
  private final ByteBuffer in;
  private final MemorySegment constants;
  private int depth;

  private ImageReader(ConstantFiles files, ByteBuffer in, MemorySegment constants) {
    this.files = files;
    this.in = in;
    this.constants = constants;
  }

  /// @throws DamagedImageException when the bytes are no image
  static Image read(MemorySegment image, ConstantFiles files) throws DamagedImageException {
    try {
      check(image.byteSize() >= Long.BYTES, "it is empty");
      long head = image.asSlice(0, Long.BYTES).asByteBuffer().getLong();
      check(head >= 0 && head <= image.byteSize() - Long.BYTES, "its head is cut");
      long rest = Math.min(ImageWriter.align(Long.BYTES + head), image.byteSize());
      var reader =
          new ImageReader(
              files, image.asSlice(Long.BYTES, head).asByteBuffer(), image.asSlice(rest));
      return reader.image();
    } catch (BufferUnderflowException | IllegalArgumentException | ArithmeticException e) {
      throw new DamagedImageException(e);
    }
  }

  private Image image() throws DamagedImageException {
    var signature = new Signature(parameters(), parameters());
    long arena = bytes();
    var code = plan(signature.inputs().size(), signature.results().size(), arena);
    int count = count();
    var objects = new ArrayList<byte[]>();
    for (int i = 0; i < count; i++) objects.add(array());
    check(!in.hasRemaining(), "its head is too long");
    return new Image(new CpuProgram(signature, code, arena), objects);
  }

  // --- numbers

  /// A number of things that follow, each of which has a byte at least.
  private int count() throws DamagedImageException {
    return index((long) in.remaining() + 1);
  }

  private int index(long bound) throws DamagedImageException {
    int index = in.getInt();
    check(index >= 0 && index < bound, "a number is not below its bound");
    return index;
  }

  private long bytes() throws DamagedImageException {
    return upTo(MOST_BYTES);
  }

  private long upTo(long most) throws DamagedImageException {
    long bytes = in.getLong();
    check(bytes >= 0 && bytes <= most, "a number is above its bound");
    return bytes;
  }

  private List<Integer> indices(int least, int bound) throws DamagedImageException {
    int count = count();
    var indices = new ArrayList<Integer>(count);
    for (int i = 0; i < count; i++) {
      int index = index(bound);
      check(index >= least, "a number is below its bound");
      indices.add(index);
    }
    return indices;
  }

  private byte[] array() throws DamagedImageException {
    byte[] bytes = new byte[count()];
    in.get(bytes);
    return bytes;
  }

  private String string() throws DamagedImageException {
    return new String(array(), UTF_8);
  }

  private TensorType type() throws DamagedImageException {
    return new TensorType(DType.valueOf(string()), new Shape(indices(0, Integer.MAX_VALUE)));
  }

  private List<Parameter> parameters() throws DamagedImageException {
    int count = count();
    var parameters = new ArrayList<Parameter>(count);
    for (int i = 0; i < count; i++) parameters.add(new Parameter(string(), type()));
    return parameters;
  }

  // --- plans

  private LoweredPlan plan(int inputs, int results, long arena) throws DamagedImageException {
    check(++depth <= DEEPEST, "loops lie too deep");
    int count = count();
    var places = new ArrayList<Place>(count);
    for (int i = 0; i < count; i++) places.add(place(inputs, results, arena));
    for (int i = 0; i < inputs + results; i++) {
      Place place = i < inputs ? new Place.InInput(i) : new Place.InResult(i - inputs);
      check(i < count && places.get(i).equals(place), "its signature has no slots");
    }
    int size = index(MOST_SLOTS);
    check(size >= count, "its table is too small");
    var copies = new ArrayList<List<Integer>>(count);
    for (int i = 0; i < count; i++) copies.add(indices(count, size));
    int spaces = count();
    var workspaces = new ArrayList<Space>(spaces);
    for (int i = 0; i < spaces; i++) workspaces.add(new Space(index(size), bytes(), in.get() != 0));
    int packs = count();
    var packed = new ArrayList<PackedConstant>(packs);
    for (int i = 0; i < packs; i++) packed.add(packed(places, size, arena));
    long scratch = bytes();
    var atBegin = tasks(places, size, arena);
    var schedule = tasks(places, size, arena);
    var ends = indices(0, schedule.size() + 1);
    depth--;
    return new LoweredPlan(
        places, size, copies, workspaces, packed, scratch, atBegin, schedule, ends);
  }

  private Place place(int inputs, int results, long arena) throws DamagedImageException {
    char kind = (char) in.get();
    return switch (kind) {
      case 'i' -> new Place.InInput((int) upTo(inputs - 1L));
      case 'r' -> new Place.InResult((int) upTo(results - 1L));
      case 'a' -> new Place.InArena(upTo(arena));
      case 'c' -> constant(bytes(), in.getInt(), type());
      default -> throw new DamagedImageException("no place is of kind " + (int) kind);
    };
  }

  private Place constant(long offset, int file, TensorType type) throws DamagedImageException {
    check(file >= ImageWriter.IN_IMAGE && file < files.files().size(), "a file is absent");
    var holder = file == ImageWriter.IN_IMAGE ? constants : files.files().get(file);
    check(
        offset <= holder.byteSize() && type.bytes() <= holder.byteSize() - offset,
        "a constant is cut");
    return new Place.InConstant(Literal.of(type, holder.asSlice(offset, type.bytes())));
  }

  private PackedConstant packed(List<Place> places, int size, long arena)
      throws DamagedImageException {
    int slot = index(size);
    long bytes = bytes();
    String form = string();
    var sources = indices(0, places.size());
    for (int source : sources) {
      check(places.get(source) instanceof Place.InConstant, "what is packed is no constant");
    }
    return new PackedConstant(slot, bytes, form, sources, tasks(places, size, arena));
  }

  private List<Task> tasks(List<Place> places, int size, long arena) throws DamagedImageException {
    int count = count();
    var tasks = new ArrayList<Task>(count);
    for (int i = 0; i < count; i++) tasks.add(task(places, size, arena));
    return tasks;
  }

  private Task task(List<Place> places, int size, long arena) throws DamagedImageException {
    char kind = (char) in.get();
    return switch (kind) {
      case 'c' -> new Task.Call(string(), string(), index(size + 1L), bytes(), bytes());
      case 'm' -> new Task.Copy(index(places.size()), index(places.size()), bytes());
      case 'l' -> loop(places, arena);
      default -> throw new DamagedImageException("no task is of kind " + (int) kind);
    };
  }

  private Task loop(List<Place> places, long arena) throws DamagedImageException {
    String name = string();
    int length = index(Integer.MAX_VALUE);
    var arguments = tracks(places);
    var results = tracks(places);
    for (var tracks : List.of(arguments, results)) {
      for (Track track : tracks) {
        boolean isIn = !(track instanceof Track.Carried c) || c.result() < results.size();
        check(isIn, "a loop carries what it does not give");
      }
    }
    long begin = upTo(arena);
    var body = plan(arguments.size(), results.size(), arena - begin);
    return new Task.Loop(name, length, arguments, results, begin, body);
  }

  private List<Track> tracks(List<Place> places) throws DamagedImageException {
    int count = count();
    var tracks = new ArrayList<Track>(count);
    for (int i = 0; i < count; i++) {
      char kind = (char) in.get();
      Place place = places.get((int) upTo(places.size() - 1L));
      long first = in.getLong();
      long second = in.getLong();
      tracks.add(
          switch (kind) {
            case 'm' -> new Track.Moving(place, first, second);
            case 'a' -> {
              check(first >= 0 && first < places.size(), "a place is absent");
              yield new Track.Alternating(place, places.get((int) first));
            }
            case 'c' -> {
              check(first >= 0 && first < Integer.MAX_VALUE, "a result is absent");
              yield new Track.Carried(place, (int) first);
            }
            default -> throw new DamagedImageException("no track is of kind " + (int) kind);
          });
    }
    return tracks;
  }
}
