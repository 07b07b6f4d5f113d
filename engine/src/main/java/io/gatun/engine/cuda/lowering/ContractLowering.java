package io.gatun.engine.cuda.lowering;

import io.gatun.graph.kernel.ContractKernel;
import io.gatun.graph.kernel.Store;
import io.gatun.graph.kernel.Var;
import io.gatun.graph.tensor.DType;
import io.gatun.kernels.ContractLaunch;
import io.gatun.kernels.ContractLaunches;
import io.gatun.kernels.ContractUnits;
import java.util.List;
import java.util.Optional;

/// Lowers contractions to the templates `contract_*.cu`: writes the hole that `contract.cuh`
/// describes; [ContractLaunches] chooses the template.
final class ContractLowering {
  private static final int MOST_LANES = 8;

  /// Up to so many rows or columns a contraction is bound by reading the other operand.
  private static final int FEW_ROWS = 8;

  private final ContractKernel kernel;
  private final Buffers buffers;
  private final boolean isSwapped;
  private final Walk walk;
  private final Runs batch;
  private final Runs m;
  private final Runs n;
  private final DeviceShape device;

  ContractLowering(ContractKernel kernel, Buffers buffers, DeviceShape device) {
    this.kernel = kernel;
    this.buffers = buffers;
    this.device = device;
    walk = Walk.from(kernel.stores(), List.of());
    isSwapped = isSwapped(kernel);
    batch = Runs.of(kernel.batch(), walk.indices());
    m = Runs.of(rows(), walk.indices());
    n = Runs.of(columns(), walk.indices());
  }

  /// The few rows are M's; else N is what is contiguous in the result.
  private static boolean isSwapped(ContractKernel kernel) {
    long m = ContractKernel.size(kernel.m());
    long n = ContractKernel.size(kernel.n());
    if (Math.min(m, n) <= FEW_ROWS) return n < m;
    if (kernel.m().isEmpty() || kernel.n().isEmpty()) return false;
    return isAlong(kernel, kernel.m().getLast()) && !isAlong(kernel, kernel.n().getLast());
  }

  private static boolean isAlong(ContractKernel kernel, Var variable) {
    return kernel.stores().stream().allMatch(s -> s.offset().coefficient(variable) == 1);
  }

  private List<Var> rows() {
    return isSwapped ? kernel.n() : kernel.m();
  }

  private List<Var> columns() {
    return isSwapped ? kernel.m() : kernel.n();
  }

  Lowered lower() {
    var a =
        new ContractOperand(
            "A", buffers, isSwapped ? kernel.b() : kernel.a(), kernel.batch(), rows(), kernel.k());
    var b =
        new ContractOperand(
            "B",
            buffers,
            isSwapped ? kernel.a() : kernel.b(),
            kernel.batch(),
            columns(),
            kernel.k());
    long k = ContractKernel.size(kernel.k());
    var compute = compute(a, b);
    var launches = launches(a, b, k, compute);
    var hole = new StringBuilder("#include \"expressions.cuh\"\n");
    int tile = launches.launches().getFirst().tile();
    int stages = launches.launches().getFirst().units().stages();
    if (tile > 0) hole.append("#define CONTRACT_TILE %d\n".formatted(tile));
    if (stages > 0) hole.append("#define CONTRACT_STAGES %d\n".formatted(stages));
    hole.append(buffers.declarations(1, false));
    hole.append("typedef %s Sum;\n".formatted(CudaTypes.value(kernel.a().dtype())));
    hole.append(
        "constexpr int BATCH = %d, M = %d, N = %d, K = %d;\n"
            .formatted(batch.points(), m.points(), n.points(), k));
    hole.append("constexpr Element COMPUTE = %s;\n".formatted(compute.orElse(DType.F32).name()));
    hole.append(a.definitions()).append(b.definitions());
    int lanes = lanes();
    hole.append("constexpr int C_LANES = %d;\n".formatted(lanes));
    hole.append("DEVICE void store_c(\n");
    hole.append("    const Buffers& buffers, int at_batch, int at_m, int at_n, Sum sum) {\n");
    hole.append(stores(1, "  ")).append("}\n");
    hole.append("template <int LANES>\nDEVICE void store_c_vector(\n");
    hole.append(
        "    const Buffers& buffers, int at_batch, int at_m, int at_n, const Sum* sums) {\n");
    for (int count = 2; count <= lanes; count *= 2) {
      hole.append(
          "  if constexpr (LANES == %d) {\n%s  }\n".formatted(count, stores(count, "    ")));
    }
    hole.append("}\n");
    var files = launches.launches().stream().map(ContractLaunch::file).toList();
    var entries = launches.launches().stream().map(ContractLaunch::kernel).toList();
    var unit = SourceText.unit(files, hole.toString(), entries);
    long workspace = launches.partials() * sumBytes();
    return new Lowered(
        unit,
        launches.launches().stream().map(l -> launch(l, launches.splits())).toList(),
        workspace,
        false);
  }

  private ContractLaunches launches(
      ContractOperand a, ContractOperand b, long k, Optional<DType> compute) {
    var tensor = compute.map(_ -> ContractUnits.tensor(device.sharedPerMultiprocessor()));
    var problem =
        new ContractLaunches.Problem(
            Math.toIntExact(batch.points()),
            Math.toIntExact(m.points()),
            Math.toIntExact(n.points()),
            Math.toIntExact(k),
            b.isInnerK(),
            b.lanes() == 4,
            tensor.orElse(ContractUnits.ORDINARY),
            compute.filter(DType.F32::equals).isPresent(),
            compute.filter(type -> a.isCopied(type) && b.isCopied(type)).isEmpty());
    return ContractLaunches.of(problem, device.multiprocessors());
  }

  private static Lowered.Launch launch(ContractLaunch launch, int splits) {
    List<Lowered.Parameter> parameters =
        launch.partial()
            ? List.of(new Lowered.Parameter.Workspace(), new Lowered.Parameter.Number(splits))
            : List.of();
    return new Lowered.Launch(launch.kernel(), launch.geometry(), parameters);
  }

  /// The type of products on the tensor cores: where both operands have only values of that type,
  /// the products are exact; factors of f32 are rounded to tf32 where that is allowed.
  private Optional<DType> compute(ContractOperand a, ContractOperand b) {
    boolean isLarge =
        Math.min(m.points(), n.points()) > FEW_ROWS && ContractKernel.size(kernel.k()) >= FEW_ROWS;
    var exact = a.narrow().filter(type -> b.narrow().equals(Optional.of(type)));
    boolean isRounded = device.tf32() && kernel.a().dtype() == DType.F32;
    return exact.or(() -> isRounded ? Optional.of(DType.F32) : exact).filter(_ -> isLarge);
  }

  private int sumBytes() {
    DType dtype = kernel.a().dtype();
    return dtype == DType.F64 || dtype == DType.I64 ? 8 : 4;
  }

  private String stores(int lanes, String indent) {
    var along =
        lanes == 1 ? Program.Lanes.ONE : new Program.Lanes(n.runs().getLast().inner(), lanes);
    var program = new Program(buffers, walk, along, this::variable, indent);
    program.bindSum(lane -> lanes == 1 ? "sum" : "sums[" + lane + "]");
    List<Store> stores = kernel.stores();
    program.stores(stores);
    return batch.declarations("at_batch", indent)
        + m.declarations("at_m", indent)
        + n.declarations("at_n", indent)
        + program.text();
  }

  private String variable(Var v) {
    boolean isBound =
        batch.variables().contains(v) || m.variables().contains(v) || n.variables().contains(v);
    return isBound ? v.name() : "0";
  }

  /// The greatest number of neighbours along n that every store writes at once.
  private int lanes() {
    if (n.runs().isEmpty()) return 1;
    var last = n.runs().getLast();
    for (int lanes = MOST_LANES; lanes > 1; lanes /= 2) {
      var along = new Program.Lanes(last.inner(), lanes);
      if (last.extent() % lanes == 0
          && kernel.stores().stream()
              .allMatch(s -> buffers.isVector(s.buffer(), s.offset(), along))) {
        return lanes;
      }
    }
    return 1;
  }
}
