package io.gatun.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gatun.kernels.ContractLaunches.Problem;
import io.gatun.ptx.DeviceProfile;
import io.gatun.ptx.Occupancy;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Which kernels contractions on the tensor cores get.
class ContractLaunchesTest {
  private static ContractLaunches choose(int m, int k, int n, boolean isTf32, boolean isGathered) {
    var device = DeviceProfile.H100.properties();
    var units = ContractUnits.tensor(device.sharedPerMultiprocessor());
    var problem = new Problem(1, m, n, k, false, true, units, isTf32, isGathered);
    return ContractLaunches.of(problem, device.multiprocessors());
  }

  private static List<String> kernels(ContractLaunches launches) {
    return launches.launches().stream().map(ContractLaunch::kernel).toList();
  }

  @Test
  void manyTilesAreLarge() {
    var launches = choose(8192, 768, 768, false, false);
    assertEquals(List.of("contract_tensor_128"), kernels(launches));
    var geometry = launches.launches().getFirst().geometry();
    assertEquals(64 * 6, geometry.blocks());
    assertEquals(80 << 10, geometry.sharedBytes());
  }

  @Test
  void fewTilesAreSmall() {
    assertEquals(List.of("contract_tensor_64"), kernels(choose(1024, 768, 768, false, false)));
  }

  @Test
  void longSumsAreSplit() {
    var launches = choose(768, 8192, 768, false, false);
    assertEquals(List.of("contract_tensor_split_128", "contract_finish"), kernels(launches));
    assertEquals(3, launches.splits());
    assertEquals(3 * 768 * 768, launches.partials());
  }

  /// Products of tf32 take longer, so that a split pays sooner.
  @Test
  void tf32IsSplitSooner() {
    assertEquals(1, choose(768, 1024, 768, false, false).splits());
    assertEquals(3, choose(768, 1024, 768, true, false).splits());
  }

  /// What is read to registers needs more blocks to hide it.
  @Test
  void gatheredOperandsAreSplitSooner() {
    assertEquals(1, choose(3136, 576, 64, false, false).splits());
    var launches = choose(3136, 576, 64, false, true);
    assertEquals(List.of("contract_tensor_split_64", "contract_finish"), kernels(launches));
  }

  @Test
  void twoLargeTilesFitOnEveryMultiprocessor() {
    for (var profile : DeviceProfile.all()) {
      var device = profile.properties();
      int shared = ContractUnits.tensor(device.sharedPerMultiprocessor()).sharedBytes(128);
      assertTrue(shared <= device.sharedPerBlockOptIn(), profile.name());
      assertEquals(2, Occupancy.of(device, 128, 255, shared).blocks(), profile.name());
    }
  }
}
