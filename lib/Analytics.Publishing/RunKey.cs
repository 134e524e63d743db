using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Analytics.Files;

namespace Analytics.Publishing;

/// <summary>
/// A run's key: the same key, the same results. SHA-256 of the line <c>analytics run key 1</c>, a line feed and the canonical JSON
/// (<see cref="CanonicalJson"/>) of
/// <c>{"base":KEY or null,"business_date":"YYYY-MM-DD","configuration":SHA-256,"inputs":[["name","sha256"],...],"results_version":"..."}</c>,
/// inputs sorted by the UTF-8 bytes of their names.
/// </summary>
public static class RunKey
{
    /// <summary>Hex digits of the key that make the run id.</summary>
    public const int IdDigits = 16;

    /// <summary>The key's parts, in order and with the configuration's hash.</summary>
    /// <param name="businessDate">The business date.</param>
    /// <param name="inputs">All source files that the run rests on; any order, no name twice.</param>
    /// <param name="configuration">The effective results part of the configuration.</param>
    /// <param name="resultsVersion">The pipeline's results version.</param>
    /// <param name="baseKey">The base run's key, or null.</param>
    /// <exception cref="ArgumentException">A name stands twice, or a hash is none.</exception>
    public static RunKeyParts Parts(
        DateOnly businessDate, IEnumerable<RunInput> inputs, JsonElement configuration, string resultsVersion, string? baseKey)
    {
        ArgumentException.ThrowIfNullOrEmpty(resultsVersion);
        var sorted = new List<RunInput>(inputs);
        sorted.Sort(static (a, b) => Utf8Order.Comparer.Compare(a.Name, b.Name));
        for (var i = 0; i < sorted.Count; i++)
        {
            if (i > 0 && sorted[i].Name == sorted[i - 1].Name) throw new ArgumentException($"the input {sorted[i].Name} stands twice", nameof(inputs));
            if (!IsSha256(sorted[i].Sha256)) throw new ArgumentException($"the input {sorted[i].Name} has the hash '{sorted[i].Sha256}', not 64 lower-case hex digits", nameof(inputs));
        }
        if (baseKey is not null && !IsSha256(baseKey)) throw new ArgumentException($"'{baseKey}' is no key", nameof(baseKey));
        // The canonical form is kept, not what the user wrote: the manifest is then the same for the same settings.
        var canonical = CanonicalJson.Write(configuration);
        using var document = JsonDocument.Parse(canonical);
        return new RunKeyParts
        {
            BusinessDate = businessDate,
            BaseKey = baseKey,
            ResultsVersion = resultsVersion,
            ConfigurationSha256 = FileHash.Compute(canonical),
            Configuration = document.RootElement.Clone(),
            Inputs = sorted,
        };
    }

    /// <summary>The key: 64 lower-case hex digits.</summary>
    public static string Compute(RunKeyParts parts)
    {
        var text = new ArrayBufferWriter<byte>();
        text.Write("analytics run key 1\n{\"base\":"u8);
        if (parts.BaseKey is null) text.Write("null"u8);
        else CanonicalJson.AppendText(text, parts.BaseKey);
        text.Write(",\"business_date\":"u8);
        CanonicalJson.AppendText(text, LakeLayout.Date(parts.BusinessDate));
        text.Write(",\"configuration\":"u8);
        CanonicalJson.AppendText(text, parts.ConfigurationSha256);
        text.Write(",\"inputs\":["u8);
        for (var i = 0; i < parts.Inputs.Count; i++)
        {
            text.Write(i == 0 ? "["u8 : ",["u8);
            CanonicalJson.AppendText(text, parts.Inputs[i].Name);
            text.Write(","u8);
            CanonicalJson.AppendText(text, parts.Inputs[i].Sha256);
            text.Write("]"u8);
        }
        text.Write("],\"results_version\":"u8);
        CanonicalJson.AppendText(text, parts.ResultsVersion);
        text.Write("}"u8);
        return Convert.ToHexStringLower(SHA256.HashData(text.WrittenSpan));
    }

    /// <summary>The run id of a key: its first 16 digits, with -2, -3 for its second, third forced repetition.</summary>
    public static string Id(string key, int repetition = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(repetition, 1);
        return repetition == 1 ? key[..IdDigits] : string.Create(CultureInfo.InvariantCulture, $"{key.AsSpan(0, IdDigits)}-{repetition}");
    }

    internal static bool IsSha256(string text) => text.Length == 64 && IsHex(text);

    /// <summary>Whether a folder's name is a run id, and the repetition it says.</summary>
    internal static bool TryParseId(string name, out int repetition)
    {
        repetition = 1;
        if (name.Length < IdDigits || !IsHex(name.AsSpan(0, IdDigits))) return false;
        if (name.Length == IdDigits) return true;
        return name[IdDigits] == '-' && name.Length > IdDigits + 1 && name[IdDigits + 1] != '0'
            && int.TryParse(name.AsSpan(IdDigits + 1), NumberStyles.None, CultureInfo.InvariantCulture, out repetition) && repetition > 1;
    }

    private static bool IsHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept("0123456789abcdef");
}
