/// What a library for matrix products or convolutions is asked and answers, and the tuner that
/// chooses between its launches and hand-written kernels. Pure Java: the libraries themselves are
/// bound in `engine.cuda.driver`.
package io.gatun.engine.cuda.library;
