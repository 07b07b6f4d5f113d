package io.gatun.engine.nn;

import io.gatun.engine.nn.Variable.Role;
import io.gatun.graph.tensor.DType;
import io.gatun.graph.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/// What training keeps besides the variables of layers.
final class TrainingVariables {
  private static final TensorType COUNT = TensorType.of(DType.I64);
  private static final TensorType SUM = TensorType.of(DType.F64);

  /// Batches done.
  static final Variable STEP = Variable.zeros("train:step", COUNT, Role.TRAINING);

  /// Epochs done.
  static final Variable EPOCH = Variable.zeros("train:epoch", COUNT, Role.TRAINING);

  /// Batches done of the epoch that has begun; counted by [ModelLearner], not in the graph.
  static final Variable EPOCH_STEP = Variable.zeros("train:epoch_step", COUNT, Role.TRAINING);

  /// Samples in the epoch that has begun.
  static final Variable EPOCH_SIZE = Variable.zeros("train:epoch_size", COUNT, Role.TRAINING);

  /// The model's seed.
  static final Variable SEED = Variable.zeros("train:seed", COUNT, Role.TRAINING);

  static final Variable LEARNING_RATE =
      Variable.zeros("train:learning_rate", TensorType.f32(), Role.TRAINING);

  /// Samples whose gradients are gathered and not yet used.
  static final Variable GATHERED =
      Variable.zeros("train:gathered", TensorType.f32(), Role.TRAINING);

  /// Loss over all samples since the sums were zero.
  static final Variable LOSS_SUM = Variable.zeros("train:loss_sum", SUM, Role.RUNNING);

  /// Samples since the sums were zero; counted by [ModelLearner], not in the graph.
  static final Variable SAMPLES = Variable.zeros("train:samples", COUNT, Role.RUNNING);

  /// The first step with a loss that is no finite number, from 1; 0 where there is none.
  static final Variable FIRST_BAD_STEP =
      Variable.zeros("train:first_bad_step", COUNT, Role.RUNNING);

  /// What every model keeps besides [#STEP], [#SEED] and its sums.
  static final List<Variable> COUNTERS =
      List.of(EPOCH, EPOCH_STEP, EPOCH_SIZE, LEARNING_RATE, FIRST_BAD_STEP, SAMPLES);

  /// What no graph uses.
  static final List<Variable> COUNTED_BY_HOST = List.of(EPOCH, EPOCH_STEP, EPOCH_SIZE, SAMPLES);

  private TrainingVariables() {}

  /// The optimizer's tensor of this name for a parameter.
  static Variable slot(Optimizer optimizer, String slot, Variable parameter) {
    var name = optimizer.kind() + "." + slot + ":" + parameter.name();
    return Variable.zeros(name, parameter.type(), Role.TRAINING);
  }

  /// The gathered gradient of a parameter, each times its samples.
  static Variable gathered(Variable parameter) {
    return Variable.zeros("gradient:" + parameter.name(), parameter.type(), Role.TRAINING);
  }

  /// Loss of one of several outputs over all samples.
  static Variable lossSum(String output) {
    return Variable.zeros("train:loss_sum:" + output, SUM, Role.RUNNING);
  }

  /// The states of a metric.
  static List<Variable> states(String output, Metric metric, TensorType prediction) {
    var states = new ArrayList<Variable>();
    for (var type : metric.states(prediction)) {
      var name = "metric." + output + "." + metric.name() + ":" + states.size();
      states.add(Variable.zeros(name, type, Role.RUNNING));
    }
    return states;
  }
}
