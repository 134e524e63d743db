using System.Buffers.Binary;
using System.Buffers.Text;

namespace Analytics.Tasks;

/// <summary>
/// A series' last one-step errors on their way to the driver: whole numbers of 16 bits, the largest error ±32,767, little-endian, in base64. Minimum
/// trace reconciliation takes correlations from them and the scale from elsewhere, so that the scale is left behind, and two bytes are exact enough.
/// </summary>
public static class ErrorTrace
{
    /// <summary>
    /// The most errors of a series that are carried: sixteen weeks of days. The covariance is shrunk by what so many leave uncertain, and its cost grows with
    /// their square.
    /// </summary>
    public const int Most = 112;

    private const short None = short.MinValue;

    /// <summary>Packs the last errors.</summary>
    /// <param name="errors">Errors by period; NaN where there is none.</param>
    /// <returns>The text, or null where no error differs from 0.</returns>
    public static string? Pack(ReadOnlySpan<double> errors)
    {
        var last = errors[^Math.Min(Most, errors.Length)..];
        double largest = 0;
        foreach (var e in last)
            if (double.IsFinite(e)) largest = Math.Max(largest, Math.Abs(e));
        if (!(largest > 0)) return null;
        Span<byte> bytes = stackalloc byte[sizeof(short) * Most];
        for (var k = 0; k < last.Length; k++)
            BinaryPrimitives.WriteInt16LittleEndian(bytes[(sizeof(short) * k)..], double.IsFinite(last[k]) ? (short)Math.Round(last[k] / largest * short.MaxValue) : None);
        return Convert.ToBase64String(bytes[..(sizeof(short) * last.Length)]);
    }

    /// <summary>Reads what <see cref="Pack"/> wrote.</summary>
    /// <param name="text">The text's UTF-8 bytes.</param>
    /// <exception cref="FormatException">The bytes are no such text.</exception>
    public static short[] Unpack(ReadOnlySpan<byte> text)
    {
        Span<byte> bytes = stackalloc byte[sizeof(short) * Most];
        if (Base64.DecodeFromUtf8(text, bytes, out var read, out var written) != System.Buffers.OperationStatus.Done || read != text.Length || written % sizeof(short) != 0)
            throw new FormatException($"{text.Length} bytes are no base64 of at most {Most} errors of two bytes");
        var errors = new short[written / sizeof(short)];
        for (var k = 0; k < errors.Length; k++) errors[k] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(sizeof(short) * k)..]);
        return errors;
    }

    /// <summary>The errors in units of their own; NaN where there is none.</summary>
    public static double[] Values(short[] errors) => Array.ConvertAll(errors, e => e == None ? double.NaN : e);
}
