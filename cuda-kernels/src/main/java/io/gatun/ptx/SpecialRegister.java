package io.gatun.ptx;

import io.gatun.cuda.LaunchGeometry;

/// A register that the hardware fills.
enum SpecialRegister {
  TID_X("%tid.x"),
  TID_Y("%tid.y"),
  TID_Z("%tid.z"),
  NTID_X("%ntid.x"),
  NTID_Y("%ntid.y"),
  NTID_Z("%ntid.z"),
  CTAID_X("%ctaid.x"),
  CTAID_Y("%ctaid.y"),
  CTAID_Z("%ctaid.z"),
  NCTAID_X("%nctaid.x"),
  NCTAID_Y("%nctaid.y"),
  NCTAID_Z("%nctaid.z"),
  LANEID("%laneid"),
  WARPID("%warpid"),
  NWARPID("%nwarpid"),
  SMID("%smid"),
  NSMID("%nsmid"),
  LANEMASK_EQ("%lanemask_eq"),
  LANEMASK_LE("%lanemask_le"),
  LANEMASK_LT("%lanemask_lt"),
  LANEMASK_GE("%lanemask_ge"),
  LANEMASK_GT("%lanemask_gt"),
  DYNAMIC_SMEM_SIZE("%dynamic_smem_size"),
  TOTAL_SMEM_SIZE("%total_smem_size");

  private final String ptx;

  SpecialRegister(String ptx) {
    this.ptx = ptx;
  }

  /// The register of this name.
  static SpecialRegister of(String name, PtxInstruction instruction) {
    for (var register : values()) {
      if (register.ptx.equals(name)) {
        return register;
      }
    }
    throw instruction.error("unknown register " + name);
  }

  /// Whether its value changes from block to block.
  boolean ofBlock() {
    return this == CTAID_X || this == CTAID_Y || this == CTAID_Z;
  }

  int value(Block block, int warp, int lane) {
    LaunchGeometry g = block.geometry;
    var thread = warp * Lanes.WIDTH + lane;
    return switch (this) {
      case TID_X -> thread % g.blockX();
      case TID_Y -> thread / g.blockX() % g.blockY();
      case TID_Z -> thread / g.blockX() / g.blockY();
      case NTID_X -> g.blockX();
      case NTID_Y -> g.blockY();
      case NTID_Z -> g.blockZ();
      case CTAID_X -> block.x();
      case CTAID_Y -> block.y();
      case CTAID_Z -> block.z();
      case NCTAID_X -> g.gridX();
      case NCTAID_Y -> g.gridY();
      case NCTAID_Z -> g.gridZ();
      case LANEID -> lane;
      case WARPID -> warp;
      case NWARPID -> (g.threadsPerBlock() + Lanes.WIDTH - 1) / Lanes.WIDTH;
      case SMID -> 0;
      case NSMID -> 1;
      case LANEMASK_EQ -> 1 << lane;
      case LANEMASK_LE -> -1 >>> 31 - lane;
      case LANEMASK_LT -> (1 << lane) - 1;
      case LANEMASK_GE -> -1 << lane;
      case LANEMASK_GT -> -1 << lane << 1;
      case DYNAMIC_SMEM_SIZE -> g.sharedBytes();
      case TOTAL_SMEM_SIZE -> (int) block.shared.size;
    };
  }
}
