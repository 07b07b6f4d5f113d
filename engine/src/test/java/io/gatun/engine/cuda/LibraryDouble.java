package io.gatun.engine.cuda;

import io.gatun.cuda.Architecture;
import io.gatun.cuda.Argument;
import io.gatun.cuda.CudaDriver;
import io.gatun.cuda.CudaException;
import io.gatun.cuda.CudaResult;
import io.gatun.cuda.LaunchGeometry;
import io.gatun.engine.cuda.compile.KernelSource;
import io.gatun.engine.cuda.driver.CudaLibraries;
import io.gatun.engine.cuda.library.ContractionLibrary;
import io.gatun.engine.cuda.library.Convolution;
import io.gatun.engine.cuda.library.ConvolutionLibrary;
import io.gatun.engine.cuda.library.ConvolutionPointers;
import io.gatun.engine.cuda.library.Epilogue;
import io.gatun.engine.cuda.library.LibraryLaunch;
import io.gatun.engine.cuda.library.Matrix;
import io.gatun.engine.cuda.library.MatrixProduct;
import io.gatun.engine.cuda.library.Precision;
import io.gatun.engine.cuda.library.ProductPointers;
import io.gatun.graph.tensor.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;

/// A library of products and convolutions, by plain kernels of its own, so that it works on the
/// virtual GPU. Each problem has three ways: one that refuses, and twice one that works.
final class LibraryDouble {
  private static final int THREADS = 128;
  private static final long WORKSPACE = 512;

  private final CudaDriver driver;
  private final CudaDriver.Module module;
  private final CudaDriver.Function product;
  private final Map<Convolution.Part, CudaDriver.Function> parts =
      new EnumMap<>(Convolution.Part.class);
  private final List<String> launched = new ArrayList<>();
  private final Set<Precision> precisions = EnumSet.noneOf(Precision.class);
  private final List<MemorySegment> tried = new ArrayList<>();

  /// Opens it in the current context.
  LibraryDouble(CudaDriver driver) {
    this.driver = driver;
    byte[] ptx =
        RuntimeCompiler.required()
            .compile(KernelSource.of("library.cu", text()), Architecture.of("sm_80"));
    module = driver.load(ptx);
    product = driver.function(module, "product");
    parts.put(Convolution.Part.RESULT, driver.function(module, "convolution"));
    parts.put(Convolution.Part.IMAGE_GRADIENT, driver.function(module, "image_gradient"));
    parts.put(Convolution.Part.FILTER_GRADIENT, driver.function(module, "filter_gradient"));
  }

  private static String text() {
    try (var in = LibraryDouble.class.getResourceAsStream("library.cu")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  CudaLibraries libraries() {
    return CudaLibraries.of(Optional.of(new Products()), Optional.of(new Convolutions()));
  }

  /// What was launched since it was last asked.
  List<String> launched() {
    var names = List.copyOf(launched);
    launched.clear();
    return names;
  }

  /// The precisions that problems asked for.
  Set<Precision> precisions() {
    return precisions;
  }

  /// The first number of an operand of each problem that was measured.
  List<Float> tried() {
    return tried.stream().map(number -> number.get(ValueLayout.JAVA_FLOAT, 0)).toList();
  }

  private final class Products implements ContractionLibrary {
    @Override
    public String version() {
      return "products 1";
    }

    @Override
    public List<LibraryLaunch<ProductPointers>> launches(MatrixProduct problem) {
      precisions.add(problem.precision());
      if (problem.a().type() != DType.F32 || problem.d().type() != DType.F32) return List.of();
      return ways("product", ProductPointers::a, (stream, p, _) -> enqueue(stream, problem, p));
    }

    @Override
    public void close() {
      driver.unload(module);
    }
  }

  private final class Convolutions implements ConvolutionLibrary {
    @Override
    public String version() {
      return "convolutions 1";
    }

    @Override
    public List<LibraryLaunch<ConvolutionPointers>> launches(Convolution problem) {
      precisions.add(problem.precision());
      if (problem.type() != DType.F32) return List.of();
      return ways(
          "convolution", ConvolutionPointers::x, (stream, p, _) -> enqueue(stream, problem, p));
    }

    @Override
    public void close() {}
  }

  /// How a way is launched.
  private interface Body<P> {
    void launch(CudaDriver.Stream stream, P pointers, long workspace);
  }

  private record Way<P>(String name, Body<P> body) implements LibraryLaunch<P> {
    @Override
    public long workspaceBytes() {
      return WORKSPACE;
    }

    @Override
    public void launch(CudaDriver.Stream stream, P pointers, long workspace) {
      if (workspace % 256 != 0) throw new AssertionError("workspace at " + workspace);
      body.launch(stream, pointers, workspace);
    }
  }

  /// @param operand address of an operand that is read
  private <P> List<LibraryLaunch<P>> ways(String name, ToLongFunction<P> operand, Body<P> body) {
    Body<P> refused =
        (stream, pointers, _) -> {
          tried.add(new Transfer(driver, stream).read(operand.applyAsLong(pointers), 4));
          throw new CudaException(name, CudaResult.INVALID_VALUE, "not this one");
        };
    Body<P> used =
        (stream, pointers, workspace) -> {
          // The workspace is the launch's own.
          driver.fill(workspace, (byte) 0xff, WORKSPACE, stream);
          body.launch(stream, pointers, workspace);
        };
    return List.of(
        new Way<>(name + " 0", refused),
        new Way<>(name + " 1", used),
        new Way<>(name + " 2", used));
  }

  private void enqueue(CudaDriver.Stream stream, MatrixProduct p, ProductPointers at) {
    for (long address : List.of(at.a(), at.b(), at.c(), at.d(), at.bias())) {
      if (address % 16 != 0) throw new AssertionError("not aligned: " + at);
    }
    boolean relu = p.epilogue() == Epilogue.RELU || p.epilogue() == Epilogue.RELU_BIAS;
    var struct = ByteBuffer.allocate(144).order(ByteOrder.LITTLE_ENDIAN);
    struct.putLong(at.a()).putLong(at.b()).putLong(at.c()).putLong(at.bias()).putLong(at.d());
    for (var matrix : List.of(p.a(), p.b(), p.d())) strides(struct, matrix);
    struct.putInt(p.batch()).putInt(p.m()).putInt(p.n()).putInt(p.k()).putInt(relu ? 1 : 0);
    struct.putFloat(p.alpha()).putFloat(p.beta()).putInt(0);
    launch(stream, product, (long) p.batch() * p.m() * p.n(), struct, "product " + p.epilogue());
  }

  private static void strides(ByteBuffer struct, Matrix matrix) {
    struct.putLong(matrix.batchStride());
    struct.putLong(matrix.transposed() ? 1 : matrix.leadingDimension());
    struct.putLong(matrix.transposed() ? matrix.leadingDimension() : 1);
  }

  private void enqueue(CudaDriver.Stream stream, Convolution c, ConvolutionPointers at) {
    var struct = ByteBuffer.allocate(88).order(ByteOrder.LITTLE_ENDIAN);
    struct.putLong(at.x()).putLong(at.w()).putLong(at.y());
    struct.putInt(c.images()).putInt(c.image().height()).putInt(c.image().width());
    struct.putInt(c.channels()).putInt(c.filter().height()).putInt(c.filter().width());
    struct.putInt(c.filters()).putInt(c.result().height()).putInt(c.result().width());
    for (var size : List.of(c.stride(), c.padding(), c.dilation())) {
      struct.putInt(size.height()).putInt(size.width());
    }
    struct.putInt(c.groups());
    long results = (long) c.images() * c.result().height() * c.result().width() * c.filters();
    long pixels = (long) c.images() * c.image().height() * c.image().width() * c.channels();
    long threads =
        switch (c.part()) {
          case RESULT -> results;
          case IMAGE_GRADIENT -> pixels;
          case FILTER_GRADIENT -> c.filterElements();
        };
    launch(stream, parts.get(c.part()), threads, struct, "convolution " + c.part());
  }

  private void launch(
      CudaDriver.Stream stream,
      CudaDriver.Function function,
      long threads,
      ByteBuffer struct,
      String name) {
    launched.add(name);
    int blocks = Math.toIntExact(Math.ceilDiv(threads, THREADS));
    driver.launch(
        function,
        LaunchGeometry.of(blocks, THREADS),
        List.of(new Argument.Bytes(struct.array())),
        stream);
  }
}
