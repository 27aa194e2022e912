// AVX512_BF16's vdpbf16ps, which .NET does not offer: two products of bfloat16 numbers added to a float, in each of 16 lanes.
#include <cstdint>

#define EXPORT extern "C" __attribute__((visibility("default")))

namespace {

constexpr int Lanes = 16;     // floats in a vector, channels in a block
constexpr int Pairs = 8;      // of a block
constexpr int TilePixels = 14; // times two vectors: 28 of the 32 registers, as in PixelTile

} // namespace

// Y = clamp(start + bias + X W), as PixelProduct; X and W in bfloat16.
struct product {
    const std::uint32_t *input;   // [block][pixel][8 pairs of channels]
    std::int64_t input_plane;     // pairs from block to block
    const std::uint32_t *weights; // [panel][pair][32, the last panel 32 or 16]
    const float *bias;            // of the first output
    const float *start;           // [block][pixel][16] or null
    std::int64_t start_plane;     // floats from block to block
    float *output;                // [block][pixel][16]
    std::int64_t output_plane;
    std::int32_t pairs;           // in all
    std::int32_t run;             // pairs used of each block but the last
    std::int32_t vectors;         // of outputs
    std::int32_t pixels;          // whole tiles are written
    float floor, ceiling;
};

#if defined(__x86_64__)
#include <immintrin.h>

#define BFLOAT16 __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16")))

namespace {

template <int Vectors>
BFLOAT16 void tile(const product &job, std::int64_t pixel, int vector, const std::uint32_t *weights)
{
    __m512 sum[TilePixels][Vectors];
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; v++) {
        const __m512 bias = _mm512_loadu_ps(job.bias + (vector + v) * Lanes);
        const float *start = job.start ? job.start + (vector + v) * job.start_plane + pixel * Lanes : nullptr;
#pragma GCC unroll 14
        for (int i = 0; i < TilePixels; i++) sum[i][v] = start ? _mm512_add_ps(bias, _mm512_loadu_ps(start + i * Lanes)) : bias;
    }
    const std::uint32_t *block = job.input + pixel * Pairs;
    for (int left = job.pairs; left > 0; left -= job.run, block += job.input_plane) {
        const std::uint32_t *pair = block, *const end = block + (left < job.run ? left : job.run);
        do {
            __m512bh w[Vectors];
#pragma GCC unroll 2
            for (int v = 0; v < Vectors; v++) w[v] = (__m512bh)_mm512_loadu_si512(weights + v * Lanes);
#pragma GCC unroll 14
            for (int i = 0; i < TilePixels; i++) {
                const __m512bh x = (__m512bh)_mm512_set1_epi32((int)pair[i * Pairs]);
#pragma GCC unroll 2
                for (int v = 0; v < Vectors; v++) sum[i][v] = _mm512_dpbf16_ps(sum[i][v], x, w[v]);
            }
            weights += Vectors * Lanes;
        } while (++pair < end);
    }
    const __m512 least = _mm512_set1_ps(job.floor), most = _mm512_set1_ps(job.ceiling);
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; v++) {
        float *to = job.output + (vector + v) * job.output_plane + pixel * Lanes;
#pragma GCC unroll 14
        for (int i = 0; i < TilePixels; i++) // the number comes second: NaN stays NaN
            _mm512_storeu_ps(to + i * Lanes, _mm512_min_ps(most, _mm512_max_ps(least, sum[i][v])));
    }
}

} // namespace

EXPORT int alster_bfloat16_available() { return __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"); }

// One block [pixel][16 floats] -> [pixel][8 pairs], to the nearest number, ties to even.
EXPORT BFLOAT16 void alster_bfloat16_round(const float *from, std::uint32_t *to, std::int64_t pixels, std::int32_t channels)
{
    const __mmask16 used = (__mmask16)((1u << channels) - 1); // what lies in lanes without a channel may be anything
    std::int64_t pixel = 0;
    for (; pixel + 2 <= pixels; pixel += 2, from += 2 * Lanes, to += 2 * Pairs)
        _mm512_storeu_si512(to, (__m512i)_mm512_cvtne2ps_pbh(_mm512_maskz_loadu_ps(used, from + Lanes), _mm512_maskz_loadu_ps(used, from)));
    if (pixel < pixels) _mm256_storeu_si256((__m256i *)to, (__m256i)_mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(used, from)));
}

// So many steps of independent products in registers: the most that the processor can do. Returns whatever comes out of it.
EXPORT BFLOAT16 float alster_bfloat16_chain(std::int32_t steps)
{
    __m512 sum[TilePixels];
    const __m512bh x = (__m512bh)_mm512_set1_epi32(steps | 0x3f803f80);
#pragma GCC unroll 14
    for (int i = 0; i < TilePixels; i++) sum[i] = _mm512_set1_ps((float)i);
    for (int step = 0; step < steps; step++) {
#pragma GCC unroll 14
        for (int i = 0; i < TilePixels; i++) sum[i] = _mm512_dpbf16_ps(sum[i], x, x);
    }
#pragma GCC unroll 14
    for (int i = 1; i < TilePixels; i++) sum[0] = _mm512_add_ps(sum[0], sum[i]);
    return _mm512_cvtss_f32(sum[0]);
}

EXPORT void alster_bfloat16_multiply(const product *job)
{
    const std::uint32_t *weights = job->weights;
    for (int vector = 0; vector < job->vectors; vector += 2) {
        const bool wide = vector + 1 < job->vectors;
        for (std::int64_t pixel = 0; pixel < job->pixels; pixel += TilePixels) {
            if (wide) tile<2>(*job, pixel, vector, weights);
            else tile<1>(*job, pixel, vector, weights);
        }
        weights += (std::int64_t)job->pairs * 2 * Lanes;
    }
}

#else

EXPORT int alster_bfloat16_available() { return 0; }
EXPORT void alster_bfloat16_round(const float *, std::uint32_t *, std::int64_t, std::int32_t) {}
EXPORT float alster_bfloat16_chain(std::int32_t) { return 0; }
EXPORT void alster_bfloat16_multiply(const product *) {}

#endif
