// The two products of attention on the ordinary units, in f32.
//
// A block of 128 threads works on ROWS rows (queries, or keys in the gradient of keys) against
// tiles of COLUMNS others. Thread (x, y) of 16 x 8 has rows y + 8 i and columns x + 16 j, so the 16
// lanes of half a warp share rows: row sums are shuffles, and the weights that they pass on through
// shared memory need no barrier of the block.
//
// Tiles lie in shared memory row by row, 4 floats apart beyond D: reads are 16 bytes wide along D,
// and 8 lanes with 8 neighbouring rows touch different banks.
#pragma once
#include "attention.cuh"

constexpr unsigned ALL_LANES = 0xffffffffu;
constexpr int ATTENTION_THREADS = 128;

template <int D_, int ROWS_, int COLUMNS_>
struct AttentionTile {
  static constexpr int D = D_, ROWS = ROWS_, COLUMNS = COLUMNS_;
  static constexpr int OWN_ROWS = ROWS / 8, OWN_COLUMNS = COLUMNS / 16;
  static constexpr int OWN_D = D / 16;                        // elements of an output row
  static constexpr int WIDTH = OWN_D < 4 ? OWN_D : 4;         // of them neighbours
  static constexpr int PITCH = D + 4;
  static constexpr int WEIGHT_PITCH = COLUMNS + 16;
};

__device__ __forceinline__ int tile_x() { return threadIdx.x % 16; }
__device__ __forceinline__ int tile_y() { return threadIdx.x / 16; }

// Copies rows first .. first + COUNT - 1 of D elements to shared memory; zeros past `rows`.
template <int D, int COUNT>
__device__ __forceinline__ void load_rows(
    float* shared, const float* from, long long stride, int first, int rows) {
  constexpr int FOURS = D / 4;
#pragma unroll 4
  for (int i = threadIdx.x; i < COUNT * FOURS; i += ATTENTION_THREADS) {
    int row = i / FOURS, column = i % FOURS * 4;
    float4 four = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
    if (first + row < rows) {
      four = *reinterpret_cast<const float4*>(from + (first + row) * stride + column);
    }
    *reinterpret_cast<float4*>(shared + row * (D + 4) + column) = four;
  }
}

// scores[i][j] = row y + 8 i . column x + 16 j
template <typename Tile>
__device__ __forceinline__ void dot_tile(
    float (&scores)[Tile::OWN_ROWS][Tile::OWN_COLUMNS], const float* rows, const float* columns) {
#pragma unroll
  for (int i = 0; i < Tile::OWN_ROWS; i++) {
#pragma unroll
    for (int j = 0; j < Tile::OWN_COLUMNS; j++) scores[i][j] = 0.0f;
  }
#pragma unroll 1
  for (int d = 0; d < Tile::D; d += 4) {
    float4 column[Tile::OWN_COLUMNS];
#pragma unroll
    for (int j = 0; j < Tile::OWN_COLUMNS; j++) {
      int at = (tile_x() + 16 * j) * Tile::PITCH + d;
      column[j] = *reinterpret_cast<const float4*>(columns + at);
    }
#pragma unroll
    for (int i = 0; i < Tile::OWN_ROWS; i++) {
      int at = (tile_y() + 8 * i) * Tile::PITCH + d;
      float4 row = *reinterpret_cast<const float4*>(rows + at);
#pragma unroll
      for (int j = 0; j < Tile::OWN_COLUMNS; j++) {
        float sum = fmaf(row.x, column[j].x, scores[i][j]);
        sum = fmaf(row.y, column[j].y, sum);
        sum = fmaf(row.z, column[j].z, sum);
        scores[i][j] = fmaf(row.w, column[j].w, sum);
      }
    }
  }
}

// Makes a thread's weights readable for the lanes that share its rows.
template <typename Tile>
__device__ __forceinline__ void share_weights(
    float* shared, const float (&weights)[Tile::OWN_ROWS][Tile::OWN_COLUMNS]) {
  __syncwarp();
#pragma unroll
  for (int i = 0; i < Tile::OWN_ROWS; i++) {
#pragma unroll
    for (int j = 0; j < Tile::OWN_COLUMNS; j++) {
      shared[(tile_y() + 8 * i) * Tile::WEIGHT_PITCH + tile_x() + 16 * j] = weights[i][j];
    }
  }
  __syncwarp();
}

// Element of D where group g of a thread's output begins.
template <typename Tile>
__device__ __forceinline__ int output_column(int g) {
  return (tile_x() + 16 * g) * Tile::WIDTH;
}

// out[i][.] += sum over the tile's columns of weights[row y + 8 i][column] * columns[column][.]
template <typename Tile>
__device__ __forceinline__ void add_products(
    float (&out)[Tile::OWN_ROWS][Tile::OWN_D], const float* weights, const float* columns) {
  constexpr int WIDTH = Tile::WIDTH;
  struct alignas(WIDTH * 4) Part {
    float at[WIDTH];
  };
#pragma unroll 1
  for (int c = 0; c < Tile::COLUMNS; c += 4) {
    float4 weight[Tile::OWN_ROWS];
#pragma unroll
    for (int i = 0; i < Tile::OWN_ROWS; i++) {
      int at = (tile_y() + 8 * i) * Tile::WEIGHT_PITCH + c;
      weight[i] = *reinterpret_cast<const float4*>(weights + at);
    }
#pragma unroll
    for (int l = 0; l < 4; l++) {
#pragma unroll
      for (int g = 0; g < Tile::OWN_D / WIDTH; g++) {
        int at = (c + l) * Tile::PITCH + output_column<Tile>(g);
        Part part = *reinterpret_cast<const Part*>(columns + at);
#pragma unroll
        for (int i = 0; i < Tile::OWN_ROWS; i++) {
          float4 four = weight[i];
          float w = l == 0 ? four.x : l == 1 ? four.y : l == 2 ? four.z : four.w;
#pragma unroll
          for (int e = 0; e < WIDTH; e++) {
            out[i][g * WIDTH + e] = fmaf(w, part.at[e], out[i][g * WIDTH + e]);
          }
        }
      }
    }
  }
}

template <typename Tile>
__device__ __forceinline__ void clear(float (&out)[Tile::OWN_ROWS][Tile::OWN_D]) {
#pragma unroll
  for (int i = 0; i < Tile::OWN_ROWS; i++) {
#pragma unroll
    for (int e = 0; e < Tile::OWN_D; e++) out[i][e] = 0.0f;
  }
}

// Writes a thread's part of row i, which is row `row` of the array, times `factor`.
template <typename Tile>
__device__ __forceinline__ void store_row(
    float* row, const float (&out)[Tile::OWN_D], float factor) {
  constexpr int WIDTH = Tile::WIDTH;
  struct alignas(WIDTH * 4) Part {
    float at[WIDTH];
  };
#pragma unroll
  for (int g = 0; g < Tile::OWN_D / WIDTH; g++) {
    Part part;
#pragma unroll
    for (int e = 0; e < WIDTH; e++) part.at[e] = out[g * WIDTH + e] * factor;
    *reinterpret_cast<Part*>(row + output_column<Tile>(g)) = part;
  }
}
