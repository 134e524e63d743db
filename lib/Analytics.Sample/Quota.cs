namespace Analytics.Sample;

/// <summary>
/// Says yes at a wanted rate, at random moments, but never strays far from the rate: the error of each answer is carried to
/// the next one (dithering). A planted truth can so be found again in a shop of a few thousand baskets, where independent
/// draws would blur it by several per cent.
/// </summary>
internal sealed class Quota(Prng prng)
{
    private const int One = 1_000_000;
    private int _owed;

    /// <summary>Whether this time; <paramref name="millionths"/> is the rate, 1,000,000 being always.</summary>
    public bool Take(int millionths)
    {
        _owed += millionths;
        if (_owed <= prng.Next(One)) return false;
        _owed -= One;
        return true;
    }

    /// <summary>A count whose mean is <paramref name="millionths"/> / 1,000,000.</summary>
    public int Count(long millionths) => (int)(millionths / One) + (Take((int)(millionths % One)) ? 1 : 0);
}
