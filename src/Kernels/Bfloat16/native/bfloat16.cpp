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

// Windows 3x3 on one block with zeros around the image.
struct windows {
    const float *input;           // where row 0 would be, [pixel][16]
    const float *weights;         // [9][16], then the biases; null where nothing is weighted
    std::uint32_t *output;        // of the first pixel, [pixel][8 pairs]
    std::int32_t height, width, stride, dilation;
    std::int32_t first, end;      // pixels of the output
    std::int32_t rectify;         // negative inputs count as zeros
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

// Neighbouring outputs at a time: chains enough to hide a multiplier's latency; with stride and dilation 1 they share inputs.
constexpr int Group = 4;

template <bool Rectify>
BFLOAT16 inline __m512 read(const float *from)
{
    const __m512 x = _mm512_loadu_ps(from);
    return Rectify ? _mm512_max_ps(_mm512_setzero_ps(), x) : x; // the number comes second: NaN stays NaN
}

// One line of the windows of so many neighbouring outputs.
template <bool Rectify, int Count>
BFLOAT16 inline void line(const float *from, const __m512 *weights, std::ptrdiff_t side, std::ptrdiff_t next, bool west, bool east, __m512 *sum)
{
#pragma GCC unroll 4
    for (int i = 0; i < Count && west; i++) sum[i] = _mm512_fmadd_ps(weights[0], read<Rectify>(from + i * next - side), sum[i]);
#pragma GCC unroll 4
    for (int i = 0; i < Count; i++) sum[i] = _mm512_fmadd_ps(weights[1], read<Rectify>(from + i * next), sum[i]);
#pragma GCC unroll 4
    for (int i = 0; i < Count && east; i++) sum[i] = _mm512_fmadd_ps(weights[2], read<Rectify>(from + i * next + side), sum[i]);
}

// Side and Next: floats from tap to tap and from window to window, 0 where only the job knows.
template <bool Rectify, int Side, int Next>
BFLOAT16 void slide(const windows &job)
{
    __m512 weights[9];
#pragma GCC unroll 9
    for (int tap = 0; tap < 9; tap++) weights[tap] = _mm512_loadu_ps(job.weights + tap * Lanes);
    const __m512 bias = _mm512_loadu_ps(job.weights + 9 * Lanes), least = _mm512_set1_ps(job.floor), most = _mm512_set1_ps(job.ceiling);
    const std::ptrdiff_t side = Side ? Side : job.dilation * Lanes, next = Next ? Next : job.stride * Lanes, row = (std::ptrdiff_t)job.width * Lanes;
    const int columns = (job.width + job.stride - 1) / job.stride;
    std::uint32_t *to = job.output;
    for (int pixel = job.first; pixel < job.end;) {
        const int v = pixel / columns, y = v * job.stride;
        int u = pixel - v * columns;
        const int last = columns - u < job.end - pixel ? columns : u + job.end - pixel;
        pixel += last - u;
        const bool above = y >= job.dilation, below = y + job.dilation < job.height;
        while (u < last) {
            const int x = u * job.stride;
            const float *middle = job.input + y * row + (std::ptrdiff_t)x * Lanes, *upper = middle - job.dilation * row, *lower = middle + job.dilation * row;
            if (x >= job.dilation && u + Group <= last && x + (Group - 1) * job.stride + job.dilation < job.width) {
                __m512 sum[Group] = {bias, bias, bias, bias};
                if (above) line<Rectify, Group>(upper, weights, side, next, true, true, sum);
                line<Rectify, Group>(middle, weights + 3, side, next, true, true, sum);
                if (below) line<Rectify, Group>(lower, weights + 6, side, next, true, true, sum);
#pragma GCC unroll 2
                for (int i = 0; i < Group; i += 2, to += 2 * Pairs) {
                    const __m512 low = _mm512_min_ps(most, _mm512_max_ps(least, sum[i])), high = _mm512_min_ps(most, _mm512_max_ps(least, sum[i + 1]));
                    _mm512_storeu_si512(to, (__m512i)_mm512_cvtne2ps_pbh(high, low));
                }
                u += Group;
            } else {
                const bool west = x >= job.dilation, east = x + job.dilation < job.width;
                __m512 sum = bias;
                if (above) line<Rectify, 1>(upper, weights, side, next, west, east, &sum);
                line<Rectify, 1>(middle, weights + 3, side, next, west, east, &sum);
                if (below) line<Rectify, 1>(lower, weights + 6, side, next, west, east, &sum);
                _mm256_storeu_si256((__m256i *)to, (__m256i)_mm512_cvtneps_pbh(_mm512_min_ps(most, _mm512_max_ps(least, sum))));
                to += Pairs;
                u++;
            }
        }
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

// What lies right and down of the windows' centres, rounded, as PixelKernels.Shift.
EXPORT BFLOAT16 void alster_bfloat16_shift(const windows *job, std::int32_t right, std::int32_t down)
{
    const int columns = (job->width + job->stride - 1) / job->stride;
    std::uint32_t *to = job->output;
    for (int pixel = job->first; pixel < job->end;) {
        const int v = pixel / columns, y = v * job->stride + down, first = pixel - v * columns;
        const int last = columns - first < job->end - pixel ? columns : first + job->end - pixel;
        const bool inside = y >= 0 && y < job->height;
        const float *row = job->input + (std::ptrdiff_t)y * job->width * Lanes;
        int x = first * job->stride + right;
        for (int u = first; u < last; u++, x += job->stride, to += Pairs) {
            const __m512 value = inside && x >= 0 && x < job->width ? _mm512_loadu_ps(row + (std::ptrdiff_t)x * Lanes) : _mm512_setzero_ps();
            _mm256_storeu_si256((__m256i *)to, (__m256i)_mm512_cvtneps_pbh(value));
        }
        pixel += last - first;
    }
}

// Depthwise 3x3, clamped and rounded, as PixelKernels.Depthwise.
EXPORT void alster_bfloat16_depthwise(const windows *job)
{
    const bool dense = job->stride == 1 && job->dilation == 1;
    if (job->rectify) {
        if (dense) slide<true, Lanes, Lanes>(*job);
        else slide<true, 0, 0>(*job);
    } else {
        if (dense) slide<false, Lanes, Lanes>(*job);
        else slide<false, 0, 0>(*job);
    }
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
EXPORT void alster_bfloat16_shift(const windows *, std::int32_t, std::int32_t) {}
EXPORT void alster_bfloat16_depthwise(const windows *) {}
EXPORT float alster_bfloat16_chain(std::int32_t) { return 0; }
EXPORT void alster_bfloat16_multiply(const product *) {}

#endif
