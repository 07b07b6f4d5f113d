/// The layers of networks.
package io.gatun.engine.nn.layer;
