namespace AlsterNode.Datasets.SyntheticRooms;

/// <summary>
/// xoshiro256** seeded through SplitMix64: the same numbers on every machine and runtime, which <see cref="Random"/> does not promise.
/// </summary>
internal sealed class Prng
{
    private readonly ulong? _always;
    private ulong _s0, _s1, _s2, _s3;

    public Prng(ulong seed)
    {
        _s0 = SplitMix(ref seed);
        _s1 = SplitMix(ref seed);
        _s2 = SplitMix(ref seed);
        _s3 = SplitMix(ref seed);
    }

    private Prng(double always) : this(0) => _always = (ulong)(always * (1UL << 53)) << 11;

    /// <summary>No randomness: <see cref="Uniform()"/> is always this number in [0, 1).</summary>
    public static Prng Always(double number) => new(number);

    /// <summary>An independent stream of the same seed, so that more draws in one place do not change another.</summary>
    public static Prng Stream(ulong seed, ulong stream) => new(seed ^ ((stream + 1) * 0xD1B54A32D192ED03UL));

    public ulong Next()
    {
        if (_always is { } same) return same;
        var result = ulong.RotateLeft(_s1 * 5, 7) * 9;
        var t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = ulong.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>In [0, 1).</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    public double Uniform(double low, double high) => low + ((high - low) * Uniform());

    /// <summary>In 0 .. <paramref name="count"/> - 1.</summary>
    public int Below(int count) => (int)(Uniform() * count);

    /// <summary>Both ends included.</summary>
    public int Between(int low, int high) => low + Below(high - low + 1);

    public bool Chance(double probability) => Uniform() < probability;

    /// <summary>-1 or 1.</summary>
    public int Sign() => Chance(0.5) ? 1 : -1;

    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    /// <summary>Nearly normal with deviation 1 (a sum of uniforms: exact arithmetic, no libm).</summary>
    public double Gaussian()
    {
        var sum = 0.0;
        for (var i = 0; i < 12; i++) sum += Uniform();
        return sum - 6;
    }

    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>A well mixed 32-bit hash of two integers: noise that does not depend on the order of evaluation.</summary>
    public static uint Hash(uint a, uint b)
    {
        var h = (a * 0x9E3779B1u) ^ ((b + 0x7F4A7C15u) * 0x85EBCA77u);
        h ^= h >> 15;
        h *= 0x2C1B3C6Du;
        h ^= h >> 12;
        h *= 0x297A2D39u;
        return h ^ (h >> 15);
    }

    /// <summary>A hash as a number in [0, 1).</summary>
    public static float Hash01(uint a, uint b) => (Hash(a, b) >> 8) * (1f / (1 << 24));

    private static ulong SplitMix(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
