using System.Text.Json;

namespace Analytics.Publishing;

/// <summary>
/// JSON with one form for one value, for hashing: no spaces, members sorted by the UTF-8 bytes of their names, text with the
/// shortest escapes, numbers without needless zeros (1.50 and 1.5e0 are 1.5).
/// </summary>
public static class CanonicalJson
{
    /// <summary>The canonical UTF-8 bytes of a value.</summary>
    /// <exception cref="FormatException">A member stands twice in one object, or a number does not fit a decimal or a double.</exception>
    public static byte[] Write(JsonElement value) => throw new NotImplementedException();

    /// <summary>The SHA-256 of the canonical bytes: 64 lower-case hex digits.</summary>
    public static string Hash(JsonElement value) => throw new NotImplementedException();
}
