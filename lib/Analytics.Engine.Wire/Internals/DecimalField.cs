using System.Buffers.Text;

namespace Analytics.Engine.Wire.Internals;

/// <summary>Exact decimals as text: what an engine's cast to text writes, in plain or scientific form.</summary>
internal static class DecimalField
{
    private static readonly Int128[] Powers = MakePowers();

    /// <summary>Whether a number has at most so many digits.</summary>
    public static bool Fits(Int128 unscaled, int digits) => unscaled < Powers[digits] && unscaled > -Powers[digits];

    /// <summary>Reads <c>-12.5</c>, <c>0E-7</c>, <c>1.2E+3</c>: exact within the type, or not at all.</summary>
    public static bool TryRead(ReadOnlySpan<byte> field, int precision, int scale, out Int128 unscaled)
    {
        unscaled = 0;
        var exponent = 0;
        var mark = field.IndexOfAny((byte)'E', (byte)'e');
        if (mark >= 0)
        {
            if (!Utf8Parser.TryParse(field[(mark + 1)..], out exponent, out var used) || used != field.Length - mark - 1 || Math.Abs((long)exponent) > 1000) return false;
            field = field[..mark];
        }
        var negative = field.Length > 0 && field[0] == '-';
        if (field.Length > 0 && field[0] is (byte)'-' or (byte)'+') field = field[1..];
        var point = field.IndexOf((byte)'.');
        var behind = point < 0 ? 0 : field.Length - point - 1;
        var any = false;
        foreach (var digit in field)
        {
            if (digit == '.') continue;
            if (digit is < (byte)'0' or > (byte)'9') return false;
            if (unscaled >= Powers[37]) return false;
            unscaled = unscaled * 10 + (digit - '0');
            any = true;
        }
        if (!any || (point >= 0 && field[(point + 1)..].Contains((byte)'.'))) return false;
        // Now the value is unscaled * 10^(exponent - behind); it is wanted as a multiple of 10^-scale.
        for (var shift = scale + exponent - behind; shift != 0 && unscaled != 0;)
        {
            if (shift > 0)
            {
                if (unscaled >= Powers[37]) return false;
                unscaled *= 10;
                shift--;
                continue;
            }
            if (unscaled % 10 != 0) return false;
            unscaled /= 10;
            shift++;
        }
        if (negative) unscaled = -unscaled;
        return Fits(unscaled, precision);
    }

    private static Int128[] MakePowers()
    {
        var powers = new Int128[39];
        powers[0] = 1;
        for (var i = 1; i < powers.Length; i++) powers[i] = powers[i - 1] * 10;
        return powers;
    }
}
