/// Reading of JSON; not for users of the engine.
package io.gatun.engine.json;
