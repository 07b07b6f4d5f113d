/// CUDA C++ to PTX at run time: what compiles, and the cache of what has been compiled.
package io.gatun.engine.cuda.compile;
