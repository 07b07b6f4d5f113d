package io.gatun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.ptx.PtxKernel;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueTest {
  private final KernelCatalogue catalogue = KernelCatalogue.standard();

  @ParameterizedTest
  @ValueSource(ints = {80, 90})
  void eachEntryOfTheFilesIsListedWithItsParameters(int architecture) {
    for (String file : catalogue.files()) {
      var module = CompiledKernels.module(file, architecture);
      var listed = new TreeSet<String>();
      for (Kernel kernel : catalogue.kernels()) {
        if (!kernel.file().equals(file)) continue;
        listed.add(kernel.name());
        checkParameters(kernel, module.kernel(kernel.name()));
      }
      var entries = new TreeSet<>(module.kernels().stream().map(PtxKernel::name).toList());
      assertEquals(entries, listed, file);
    }
  }

  private static void checkParameters(Kernel kernel, PtxKernel ptx) {
    assertEquals(ptx.parameters().size(), kernel.parameters().size(), kernel.name());
    for (int i = 0; i < ptx.parameters().size(); i++) {
      var parameter = kernel.parameters().get(i);
      int bytes =
          switch (parameter) {
            case Parameter.Array _ -> 8;
            case Parameter.Int _, Parameter.Float _ -> 4;
            case Parameter.Struct struct -> struct.bytes();
          };
      assertEquals(ptx.parameters().get(i).size(), bytes, kernel.name() + ": " + parameter);
    }
    assertEquals(0, ptx.localBytes(), kernel.name() + ": no stack");
  }

  @Test
  void choosesTheNarrowestVariant() {
    assertEquals("softmax_f32_256", choose(256));
    assertEquals("softmax_f32_1024", choose(257));
    assertEquals("softmax_f32_any", choose(50_257));
  }

  private String choose(long columns) {
    return catalogue.select("softmax", ElementType.F32, Sizes.matrix(8, columns)).name();
  }

  @Test
  void saysWhatThereIsWhereNothingSuits() {
    var error =
        assertThrows(
            IllegalArgumentException.class,
            () -> catalogue.select("topk", ElementType.F32, Sizes.matrix(1, 8).with("k", 9)));
    assertTrue(error.getMessage().contains("topk_f32"), error.getMessage());
  }

  @Test
  void countsBytesAndFlops() {
    var kernel = catalogue.named("layernorm_f32_1024");
    var sizes = Sizes.matrix(10, 1000);
    assertEquals(4 * (2 * 10_000 + 2 * 1000 + 1 + 2 * 10), kernel.bytes(sizes));
    assertEquals(70_000, kernel.flops().applyAsLong(sizes));
  }
}
