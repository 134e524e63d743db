namespace Analytics.Sample;

/// <summary>
/// xoshiro256** (Blackman and Vigna, 2018), its state filled by SplitMix64. Each purpose draws from its own stream,
/// so that a change to one part of the shop leaves the others as they were.
/// </summary>
internal sealed class Prng
{
    private ulong _s0, _s1, _s2, _s3;

    public Prng(ulong seed, string purpose)
    {
        // FNV-1a of the purpose's characters; string.GetHashCode differs from process to process.
        var state = 14695981039346656037UL;
        foreach (var letter in purpose) state = (state ^ letter) * 1099511628211UL;
        state ^= seed;
        _s0 = SplitMix(ref state);
        _s1 = SplitMix(ref state);
        _s2 = SplitMix(ref state);
        _s3 = SplitMix(ref state);
    }

    /// <summary>A whole number of [0, bound).</summary>
    public int Next(int bound) => (int)Math.BigMul(Draw(), (ulong)bound, out _);

    /// <summary>A whole number of [least, most].</summary>
    public int Between(int least, int most) => least + Next(most - least + 1);

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

    private static ulong SplitMix(ref ulong state)
    {
        var mixed = state += 0x9E3779B97F4A7C15UL;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9UL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBUL;
        return mixed ^ (mixed >> 31);
    }
}
