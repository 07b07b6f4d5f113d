package io.gatun.engine.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.cuda.CudaException;
import io.gatun.engine.EngineException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("stand-in")
class CudaLibrariesTest {
  private StandIn blas;
  private StandIn dnn;

  @BeforeEach
  void clear() {
    StandIn.driver().reset();
    blas = StandIn.cublasLt();
    dnn = StandIn.cudnn();
    blas.clear();
    dnn.clear();
  }

  @Test
  void theyAreOpenedWhenTheyAreAskedForAndClosedInOrder() {
    var libraries = CudaLibraries.ofThisMachine(Map.of());
    assertEquals(List.of(), blas.calls());
    assertEquals("cuBLASLt 130100", libraries.contractions().orElseThrow().version());
    assertEquals(1, blas.calls("cublasLtCreate").size());
    assertEquals(List.of(), dnn.calls());
    assertEquals("cuDNN 92400", libraries.convolutions().orElseThrow().version());
    assertEquals("cuDNN 92400", libraries.convolutions().orElseThrow().version());
    assertEquals(1, dnn.calls("cudnnCreate").size());
    libraries.close();
    assertEquals(1, blas.calls("cublasLtDestroy").size());
    assertEquals(1, dnn.calls("cudnnDestroy").size());
  }

  @Test
  void whatIsNotOpenedIsNotClosed() {
    CudaLibraries.ofThisMachine(Map.of()).close();
    assertEquals(List.of(), blas.calls());
    assertEquals(List.of(), dnn.calls());
  }

  @Test
  void offMeansThatNothingIsCalled() {
    var off = CudaLibraries.ofThisMachine(Map.of("GATUN_LIBRARIES", "off"));
    assertEquals(Optional.empty(), off.contractions());
    assertEquals(Optional.empty(), off.convolutions());
    assertEquals(List.of(), blas.calls());
    var e =
        assertThrows(
            EngineException.class,
            () -> CudaLibraries.ofThisMachine(Map.of("GATUN_LIBRARIES", "no")));
    assertTrue(e.getMessage().contains("neither on nor off"), e.getMessage());
  }

  @Test
  void aLibraryThatDoesNotStartIsAnError() {
    dnn.fail("cudnnCreate", 1, 1001);
    var libraries = CudaLibraries.ofThisMachine(Map.of());
    var e = assertThrows(CudaException.class, libraries::convolutions);
    assertTrue(e.getMessage().contains("GATUN_LIBRARIES=off"), e.getMessage());
    libraries.close();
    assertEquals(1, blas.calls("cublasLtDestroy").size());
  }

  @Test
  void theReportNamesEachGpu() {
    var lines = CudaReport.lines();
    assertEquals("CUDA 13.0, GPUs: 2", lines.get("driver"));
    assertEquals("Stand-in 1, sm_86, 80.0 GiB, 1016 multiprocessors", lines.get("gpu 1"));
    assertEquals("products by cublaslt, convolutions by cudnn", lines.get("libraries"));
  }
}
