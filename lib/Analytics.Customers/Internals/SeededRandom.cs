namespace Analytics.Customers.Internals;

/// <summary>xoshiro256** (Blackman and Vigna, 2018) whose state SplitMix64 fills from a seed and the numbers of a stream.</summary>
internal sealed class SeededRandom
{
    private ulong _s0, _s1, _s2, _s3;

    public SeededRandom(ulong seed, params ReadOnlySpan<int> stream)
    {
        var state = seed;
        foreach (var number in stream) state = Mix(state + 0x9E3779B97F4A7C15UL) ^ (uint)number;
        _s0 = Mix(state += 0x9E3779B97F4A7C15UL);
        _s1 = Mix(state += 0x9E3779B97F4A7C15UL);
        _s2 = Mix(state += 0x9E3779B97F4A7C15UL);
        _s3 = Mix(state + 0x9E3779B97F4A7C15UL);
    }

    /// <summary>A whole number of [0, bound).</summary>
    public int Next(int bound) => (int)Math.BigMul(Draw(), (ulong)bound, out _);

    /// <summary>A number of [0, 1) with 53 bits.</summary>
    public double NextDouble() => (Draw() >> 11) * (1.0 / (1UL << 53));

    /// <summary>The finalizer of SplitMix64: every bit of the result hangs on every bit of the value.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }

    private ulong Draw()
    {
        var result = ulong.RotateLeft(_s1 * 5, 7) * 9;
        var shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = ulong.RotateLeft(_s3, 45);
        return result;
    }
}
