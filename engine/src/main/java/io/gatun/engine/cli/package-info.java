/// The `gatun` command. Each subcommand is a small class that [Commands] lists; `Gatun` runs them.
package io.gatun.engine.cli;
