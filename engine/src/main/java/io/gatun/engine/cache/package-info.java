/// What is compiled once and kept on disk: objects by the hash of all that went into them.
package io.gatun.engine.cache;
