/// Memory of the operating system for large arrays.
package io.gatun.engine.memory;
