package io.gatun.engine.cuda.driver;

import io.gatun.cuda.Argument;
import io.gatun.cuda.CudaDriver;
import io.gatun.cuda.CudaDriver.Stream;
import io.gatun.cuda.LaunchGeometry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// The real driver over the stand-in of its library, for each test a fresh one with a context.
abstract class StandInDriver {
  /// Kernels and the sizes of their parameters, in the stand-in's form.
  static final byte[] IMAGE =
      ".entry scale(8 4 8 4) .entry packed(24) .entry nothing()".getBytes(StandardCharsets.UTF_8);

  StandIn library;
  NativeCudaDriver driver;
  Stream stream;

  @BeforeEach
  void open() {
    library = StandIn.driver();
    library.reset();
    driver = NativeCudaDriver.open();
    driver.createContext(0);
    stream = driver.createStream();
    library.clear();
  }

  @AfterEach
  void close() {
    if (driver != null) driver.close();
  }

  /// A graph of so many launches of `scale`.
  final CudaDriver.Graph captured(CudaDriver.Function function, long pointer, int times) {
    driver.beginCapture(stream);
    for (int i = 0; i < times; i++) {
      driver.launch(
          function,
          LaunchGeometry.of(1, 32),
          List.of(
              new Argument.Pointer(pointer),
              new Argument.Int(2),
              new Argument.Long(3),
              new Argument.Float(0)),
          stream);
    }
    return driver.endCapture(stream);
  }
}
