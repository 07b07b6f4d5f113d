package io.gatun.engine.plot;

import java.awt.Color;

/// Colours that are told apart also by the colour-blind (Okabe and Ito 2008), the lightest darkened
/// for white paper.
final class Palette {
  static final Color TEXT = Color.DARK_GRAY;
  static final Color RIGHT = new Color(0x1b5e20);
  static final Color WRONG = new Color(0xc62828);

  private Palette() {}

  static Color colour(int index) {
    return switch (Math.floorMod(index, 7)) {
      case 0 -> new Color(0x0072B2);
      case 1 -> new Color(0xD55E00);
      case 2 -> new Color(0x009E73);
      case 3 -> new Color(0xCC79A7);
      case 4 -> new Color(0xE69F00);
      case 5 -> new Color(0x56B4E9);
      default -> new Color(0x5D4037);
    };
  }
}
