/// Data sets: where their files are found or fetched from, and their arrays; images from folders by
/// class, and their random changes during training.
package io.gatun.engine.data;
