using System.Text.Json;

namespace Analytics.Tasks;

/// <summary>
/// What executors must know of a run's sources to build its dates: their labels now and in the base. The side input of
/// <see cref="CurateDateTask"/>.
/// </summary>
/// <param name="Labels">SHA-256 of every source of the run to its label.</param>
/// <param name="BaseLabels">Labels in the base's files to SHA-256.</param>
public sealed record CurationLabels(IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> BaseLabels)
{
    /// <summary>The bytes of the side input; equal labels give equal bytes.</summary>
    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            Write(json, "labels", Labels);
            Write(json, "base_labels", BaseLabels);
            json.WriteEndObject();
        }
        return bytes.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="ArgumentException">Other bytes.</exception>
    public static CurationLabels FromBytes(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return new CurationLabels(Read(document.RootElement.GetProperty("labels")), Read(document.RootElement.GetProperty("base_labels")));
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new ArgumentException($"the side input of {bytes.Length} bytes names no sources: {wrong.Message}", nameof(bytes), wrong);
        }
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> pairs)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static Dictionary<string, string> Read(JsonElement pairs) =>
        pairs.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!, StringComparer.Ordinal);
}
