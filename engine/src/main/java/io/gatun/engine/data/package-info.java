/// Data sets: where their files are found or fetched from, and their arrays.
package io.gatun.engine.data;
