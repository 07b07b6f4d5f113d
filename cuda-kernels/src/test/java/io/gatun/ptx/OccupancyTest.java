package io.gatun.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gatun.cuda.Architecture;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import org.junit.jupiter.api.Test;

/// `occupancy.csv` was written by `src/test/c/occupancy.c`, which asks the toolkit's own header.
class OccupancyTest {
  @Test
  void agreesWithTheToolkit() throws IOException {
    try (var lines =
        new BufferedReader(
            new InputStreamReader(OccupancyTest.class.getResourceAsStream("occupancy.csv")))) {
      var rows = lines.lines().skip(1).toList();
      assertEquals(2016, rows.size());
      for (var row : rows) {
        var cells = row.split(",");
        var device = DeviceProfile.of(Architecture.of(cells[0])).orElseThrow().properties();
        var occupancy =
            Occupancy.of(
                device,
                Integer.parseInt(cells[1]),
                Integer.parseInt(cells[2]),
                Integer.parseInt(cells[3]));
        assertEquals(Integer.parseInt(cells[4]), occupancy.blocks(), row);
      }
    }
  }

  @Test
  void namesTheLimit() {
    var device = DeviceProfile.A100.properties();
    assertEquals(
        new Occupancy(2, 16, 0.25, Occupancy.Limit.REGISTERS),
        Occupancy.of(device, 256, 128, 16640));
    assertEquals(
        new Occupancy(1, 8, 0.125, Occupancy.Limit.SHARED_MEMORY),
        Occupancy.of(device, 256, 64, 100_000));
    assertEquals(new Occupancy(8, 64, 1, Occupancy.Limit.WARPS), Occupancy.of(device, 256, 32, 0));
    assertEquals(
        new Occupancy(32, 32, 0.5, Occupancy.Limit.BLOCKS), Occupancy.of(device, 32, 32, 0));
  }

  @Test
  void peaksAreThoseOfTheTables() {
    assertEquals(19.5e12, DeviceProfile.A100.floatFlops(), 0.05e12);
    assertEquals(35.6e12, DeviceProfile.RTX3090.floatFlops(), 0.05e12);
    assertEquals(82.6e12, DeviceProfile.RTX4090.floatFlops(), 0.05e12);
    assertEquals(66.9e12, DeviceProfile.H100.floatFlops(), 0.05e12);
    assertEquals(1555e9, DeviceProfile.A100.memoryBandwidth(), 1e9);
    assertEquals(936e9, DeviceProfile.RTX3090.memoryBandwidth(), 1e9);
    assertEquals(1008e9, DeviceProfile.RTX4090.memoryBandwidth(), 1e9);
    assertEquals(3352e9, DeviceProfile.H100.memoryBandwidth(), 1e9);
  }
}
