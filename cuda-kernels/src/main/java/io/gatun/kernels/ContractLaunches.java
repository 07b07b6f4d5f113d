package io.gatun.kernels;

import io.gatun.cuda.LaunchGeometry;
import java.util.List;

/// The launches that do one contraction, in order: mostly one, two where the sum is split.
///
/// @param splits number of parts of the sum
/// @param partials elements of the partial sums between the launches; 0 where there are none
public record ContractLaunches(List<ContractLaunch> launches, int splits, long partials) {
  private static final int MAX_GRID_Z = 65_535;
  private static final int FEW_ROWS = 8;

  /// Parts of a sum are not shorter, and not more.
  private static final int LEAST_SPLIT = 48;

  private static final int MOST_SPLITS = 64;

  public ContractLaunches {
    launches = List.copyOf(launches);
  }

  /// What the choice depends on.
  ///
  /// @param batch products of the same shape
  /// @param m rows of a result
  /// @param n columns of a result
  /// @param k products of a sum
  /// @param innerK the layout of B as its hole gives it, `B_INNER_K`
  /// @param wide whether B is plain and aligned, `B_LANES == 4`
  /// @param units those that may multiply
  /// @param isTf32 whether they round the factors to tf32
  /// @param isGathered whether an operand of the tensor cores passes through registers
  public record Problem(
      int batch,
      int m,
      int n,
      int k,
      boolean innerK,
      boolean wide,
      ContractUnits units,
      boolean isTf32,
      boolean isGathered) {
    boolean isTensor() {
      return units.isTensor();
    }

    long tiles(int tile) {
      return batch * Math.ceilDiv((long) m, tile) * Math.ceilDiv((long) n, tile);
    }

    long outputs() {
      return (long) batch * m * n;
    }

    /// Columns of a lane in contract_rows.cu.
    private int columns() {
      return wide && !innerK && (long) batch * n / 128 >= 128 ? 4 : 1;
    }
  }

  /// The kernel for a problem on a GPU with so many multiprocessors: few rows are a matter of
  /// memory; else the tile and the number of parts of the sum that [ContractCost] expects to be the
  /// fastest.
  public static ContractLaunches of(Problem problem, int multiprocessors) {
    if (problem.m() <= FEW_ROWS && problem.batch() <= MAX_GRID_Z) return rows(problem);
    var cost = new ContractCost(problem, multiprocessors);
    var best = tiled(problem, 64);
    double least = cost.cycles(64, 1);
    for (int tile : problem.isTensor() ? new int[] {128} : new int[] {128, 32}) {
      double cycles = cost.cycles(tile, 1);
      if (cycles >= least) continue;
      least = cycles;
      best = tiled(problem, tile);
    }
    // Partial sums are counted by an int.
    boolean fits = problem.outputs() < Integer.MAX_VALUE / MOST_SPLITS;
    int most = fits ? Math.min(problem.k() / LEAST_SPLIT, MOST_SPLITS) : 1;
    for (int tile : splitTiles(problem)) {
      for (int splits = 2; splits <= most; splits++) {
        double cycles = cost.cycles(tile, splits);
        if (cycles >= least) continue;
        least = cycles;
        best = split(problem, tile, splits);
      }
    }
    return best;
  }

  /// The tiles of this size on the problem's units.
  public static ContractLaunches tiled(Problem problem, int tile) {
    String units = problem.isTensor() ? "tensor" : "simt";
    var launch =
        new ContractLaunch(
            "contract_" + units + ".cu",
            "contract_" + units + "_" + tile,
            tile,
            problem.units(),
            geometry(problem, tile, 1),
            false);
    return new ContractLaunches(List.of(launch), 1, 0);
  }

  /// The tiles of this size of a sum in this many parts, and the addition of the parts.
  public static ContractLaunches split(Problem problem, int tile, int splits) {
    boolean tensor = problem.isTensor();
    var parts =
        new ContractLaunch(
            tensor ? "contract_tensor.cu" : "contract_split.cu",
            (tensor ? "contract_tensor_split_" : "contract_split_") + tile,
            tile,
            problem.units(),
            geometry(problem, tile, splits),
            true);
    int finishing = Math.toIntExact(Math.ceilDiv(problem.outputs(), 256));
    var finish =
        new ContractLaunch(
            "contract_finish.cu",
            "contract_finish",
            0,
            problem.units(),
            LaunchGeometry.of(finishing, 256),
            true);
    return new ContractLaunches(List.of(parts, finish), splits, splits * problem.outputs());
  }

  private static LaunchGeometry geometry(Problem problem, int tile, int splits) {
    int blocks = Math.toIntExact(splits * problem.tiles(tile));
    int threads = problem.isTensor() ? 128 : 2 * tile;
    return new LaunchGeometry(blocks, 1, 1, threads, 1, 1, problem.units().sharedBytes(tile));
  }

  private static int[] splitTiles(Problem problem) {
    if (problem.isTensor()) return new int[] {64, 128};
    return new int[] {problem.m() > 32 && problem.n() > 32 ? 64 : 32};
  }

  /// The kernels for few rows.
  public static ContractLaunches rows(Problem problem) {
    int columns = problem.innerK() ? 8 : 32 * problem.columns();
    var launch =
        new ContractLaunch(
            "contract_rows.cu",
            problem.innerK() ? "contract_rows_k" : "contract_rows_n",
            0,
            ContractUnits.ORDINARY,
            new LaunchGeometry(
                Math.ceilDiv(problem.n(), columns),
                Math.ceilDiv(problem.m(), Math.min(problem.m(), FEW_ROWS)),
                problem.batch(),
                256,
                1,
                1,
                0),
            false);
    return new ContractLaunches(List.of(launch), 1, 0);
  }
}
