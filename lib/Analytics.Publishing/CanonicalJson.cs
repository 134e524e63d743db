using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Analytics.Files;

namespace Analytics.Publishing;

/// <summary>
/// JSON with one form for one value, for hashing: no spaces, members sorted by the UTF-8 bytes of their names, text with the
/// shortest escapes, numbers without needless zeros (1.50 and 1.5e0 are 1.5).
/// </summary>
/// <remarks>
/// Text is written as RFC 8785 does. Numbers keep all their digits where they fit a decimal (28 digits) and are otherwise the
/// shortest text that gives the same double, so that 0.1 is 0.1.
/// </remarks>
public static class CanonicalJson
{
    /// <summary>The canonical UTF-8 bytes of a value.</summary>
    /// <exception cref="FormatException">A member stands twice in one object, or a number fits neither a decimal nor a double.</exception>
    public static byte[] Write(JsonElement value)
    {
        var text = new ArrayBufferWriter<byte>();
        Append(text, value);
        return text.WrittenSpan.ToArray();
    }

    /// <summary>The SHA-256 of the canonical bytes: 64 lower-case hex digits.</summary>
    public static string Hash(JsonElement value) => FileHash.Compute(Write(value));

    internal static void AppendText(IBufferWriter<byte> to, string text)
    {
        to.Write("\""u8);
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            if (letter >= ' ' && letter is not ('"' or '\\')) continue;
            Encoding.UTF8.GetBytes(text.AsSpan(start, i - start), to);
            start = i + 1;
            var escape = letter switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
            };
            Encoding.UTF8.GetBytes(escape, to);
        }
        Encoding.UTF8.GetBytes(text.AsSpan(start), to);
        to.Write("\""u8);
    }

    private static void Append(ArrayBufferWriter<byte> to, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                AppendObject(to, value);
                break;
            case JsonValueKind.Array:
                to.Write("["u8);
                var first = true;
                foreach (var item in value.EnumerateArray())
                {
                    if (!first) to.Write(","u8);
                    first = false;
                    Append(to, item);
                }
                to.Write("]"u8);
                break;
            case JsonValueKind.String:
                AppendText(to, value.GetString()!);
                break;
            case JsonValueKind.Number:
                Encoding.UTF8.GetBytes(Number(value), to);
                break;
            case JsonValueKind.True:
                to.Write("true"u8);
                break;
            case JsonValueKind.False:
                to.Write("false"u8);
                break;
            default:
                to.Write("null"u8);
                break;
        }
    }

    private static void AppendObject(ArrayBufferWriter<byte> to, JsonElement value)
    {
        var members = new List<JsonProperty>(value.EnumerateObject());
        members.Sort(static (a, b) => Utf8Order.Comparer.Compare(a.Name, b.Name));
        to.Write("{"u8);
        for (var i = 0; i < members.Count; i++)
        {
            if (i > 0)
            {
                if (members[i].Name == members[i - 1].Name) throw new FormatException($"the member \"{members[i].Name}\" stands twice in one object");
                to.Write(","u8);
            }
            AppendText(to, members[i].Name);
            to.Write(":"u8);
            Append(to, members[i].Value);
        }
        to.Write("}"u8);
    }

    private static string Number(JsonElement value)
    {
        var raw = value.GetRawText();
        // A decimal keeps 28 digits and rounds the rest away: it serves only where it holds exactly what was written.
        if (Digits(raw) <= 28 && !raw.AsSpan().ContainsAny('e', 'E') && value.TryGetDecimal(out var exact))
            return (exact == 0 ? 0m : exact).ToString("0.############################", CultureInfo.InvariantCulture);
        if (!value.TryGetDouble(out var rounded) || !double.IsFinite(rounded)) throw new FormatException($"the number {raw} fits neither a decimal nor a double");
        // 1e3 is 1000: what a double holds exactly in few digits is written as the decimal would be.
        if (Math.Abs(rounded) is 0 or (>= 1e-7 and < 1e21) && decimal.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out exact) && (double)exact == rounded)
            return (exact == 0 ? 0m : exact).ToString("0.############################", CultureInfo.InvariantCulture);
        return rounded.ToString("R", CultureInfo.InvariantCulture);
    }

    private static int Digits(string number)
    {
        var digits = 0;
        foreach (var letter in number)
            if (char.IsAsciiDigit(letter)) digits++;
        return digits;
    }
}
