package io.gatun.engine.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.cuda.Architecture;
import io.gatun.engine.cuda.CudaDevice;
import io.gatun.engine.cuda.CudaTools;
import io.gatun.engine.cuda.compile.Code;
import io.gatun.engine.cuda.compile.KernelCompiler;
import io.gatun.engine.cuda.compile.KernelSource;
import io.gatun.graph.ir.GraphText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What a device calls while it starts: no library before a plan has something for it, and code for
/// the GPU that it need not compile.
@Tag("stand-in")
class StartUpTest extends StandInDriver {
  private static final String SUM =
      """
      %0:f32[3,5] = input "x"
      %1:f32[3] = reduce.sum axes=[1] %0
      return "y" %1
      """;

  private static final String PRODUCT =
      """
      %0:f32[64,64] = input "x"
      %1:f32[64,64] = matmul %0 %0
      return "y" %1
      """;

  /// Names the kernels of a source, as the stand-in reads them.
  private static final class Names implements KernelCompiler {
    private static final Pattern SYMBOL = Pattern.compile("#define \\w+ (\\w+_[0-9a-f]{12})");

    private final List<String> made = new ArrayList<>();

    @Override
    public String version() {
      return "names 1";
    }

    @Override
    public byte[] compile(KernelSource source, Architecture architecture, Code code) {
      made.add(code + " " + code.name(architecture));
      var text = new StringBuilder();
      SYMBOL
          .matcher(source.text())
          .results()
          .forEach(m -> text.append(".entry %s(16) ".formatted(m.group(1))));
      return text.toString().getBytes(StandardCharsets.UTF_8);
    }
  }

  @Test
  void librariesAreOpenedByTheFirstPlanThatHasSomethingForThem() {
    driver.close();
    var blas = StandIn.cublasLt();
    var dnn = StandIn.cudnn();
    blas.clear();
    dnn.clear();
    var compiler = new Names();
    var tools =
        new CudaTools(
            compiler,
            Code.MACHINE,
            () -> CudaLibraries.ofThisMachine(Map.of()),
            Optional.empty(),
            false);
    try (var device = new CudaDevice("cuda", NativeCudaDriver.open(), 0, tools)) {
      device.compile("sum", GraphText.parse(SUM)).close();
      assertEquals(List.of("MACHINE sm_90"), compiler.made);
      assertEquals(List.of(), blas.calls());
      assertEquals(List.of(), dnn.calls());
      device.compile("product", GraphText.parse(PRODUCT)).close();
      assertEquals(1, blas.calls("cublasLtCreate").size());
      assertEquals(List.of(), dnn.calls());
    }
    assertEquals(1, blas.calls("cublasLtDestroy").size());
  }
}
