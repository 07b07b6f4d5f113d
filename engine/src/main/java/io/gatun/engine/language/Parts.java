package io.gatun.engine.language;

import java.util.Optional;

/// How a text is read in parts: a prompt many tokens at a time, what is written one by one.
///
/// Plans attend to so many of the first places, [#leastReach] or twice as many as often as it
/// takes, that those filled are among them: what is not written yet is hardly read, and there are
/// few plans.
///
/// @param leastReach places that the first plans attend to
/// @param tokens of a short prompt, or of the end of a long one
/// @param longTokens tokens of the other parts of a long prompt
record Parts(int leastReach, int tokens, int longTokens) {
  /// To attend to 128 places takes next to no time. With 256 tokens the weights, which are read for
  /// each part, take a small part of the time; with more, attention to tokens that stand after
  /// takes as much as that saves.
  static final Parts USUAL = new Parts(128, 128, 256);

  /// So few tokens take longer together, padded to [#tokens], than one by one.
  private static final int FEW_TOKENS = 4;

  /// What a plan reads at most.
  ///
  /// @param reach places that it attends to
  /// @param answers whether it gives the logits of the token that follows; those of a token in the
  ///     middle of a prompt nobody wants
  record Form(int tokens, int reach, boolean answers) {}

  /// The form that reads the next part of a text.
  ///
  /// @param position tokens read before
  /// @param count tokens that are to be read, at least one
  /// @param context tokens of a text at most
  Form next(int position, int count, int context) {
    int part = Math.min(part(count), context);
    int filled = position + Math.min(count, part);
    long reach = leastReach;
    while (reach < filled) reach *= 2;
    return new Form(part, (int) Math.min(reach, context), part == 1 || count <= part);
  }

  /// The form that will read single tokens when those that the present one attends to are filled:
  /// once half of the places that were left to it are, so that it can be compiled meanwhile.
  ///
  /// @param position tokens read before
  /// @param end tokens that the text may have
  /// @param context tokens of a text at most
  Optional<Form> ahead(int position, int end, int context) {
    int reach = next(position, 1, context).reach();
    int served = reach == leastReach ? 0 : reach / 2;
    boolean isWanted = Math.min(end, context) > reach && 2 * (position - served) >= reach - served;
    return isWanted ? Optional.of(next(reach, 1, context)) : Optional.empty();
  }

  private int part(int count) {
    if (count <= FEW_TOKENS) return 1;
    return count <= tokens + FEW_TOKENS ? tokens : longTokens;
  }
}
