using System.Buffers;
using System.Buffers.Text;
using Analytics.Columns;

namespace Analytics.Tasks;

/// <summary>Bytes in a text column: base64, which every engine's SQL knows and no wire has to escape.</summary>
public static class Base64Text
{
    /// <summary>Appends bytes to a text column.</summary>
    public static void Append(TextVector texts, ReadOnlySpan<byte> bytes)
    {
        var rented = ArrayPool<byte>.Shared.Rent(Base64.GetMaxEncodedToUtf8Length(bytes.Length));
        Base64.EncodeToUtf8(bytes, rented, out _, out var written);
        texts.Append(rented.AsSpan(0, written));
        ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>The bytes; white space in the text is passed over.</summary>
    /// <param name="text">The text.</param>
    /// <param name="what">What messages call it.</param>
    /// <exception cref="FormatException">It is no base64.</exception>
    public static ReadOnlyMemory<byte> Decode(ReadOnlySpan<byte> text, string what)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (Base64.DecodeFromUtf8(text, bytes, out _, out var written) != OperationStatus.Done) throw new FormatException($"{what}: the data are no base64");
        return bytes.AsMemory(0, written);
    }
}
