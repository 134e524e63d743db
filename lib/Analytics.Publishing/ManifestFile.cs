using System.Text.Json;
using Analytics.Files;
using Analytics.Publishing.Internals;

namespace Analytics.Publishing;

/// <summary>Reads and writes manifest.json. The same manifest, the same bytes.</summary>
public static class ManifestFile
{
    // The head of a manifest is about 800 bytes; one block a run is all that a list reads.
    private const int HeadBytes = 4096;

    /// <summary>The canonical bytes: UTF-8, two spaces, line feeds, a line feed at the end.</summary>
    public static byte[] Write(Manifest manifest) => LakeJson.Write(manifest);

    /// <summary>Reads a manifest of this version or an older one.</summary>
    /// <param name="text">The file's bytes.</param>
    /// <param name="where">The file, for messages.</param>
    /// <exception cref="PublishingException">It is no manifest, or of a newer version.</exception>
    public static Manifest Read(ReadOnlySpan<byte> text, string where)
    {
        CheckVersion(text, where);
        try
        {
            return LakeJson.Read<Manifest>(text);
        }
        catch (JsonException e)
        {
            throw NotAManifest(where, e);
        }
    }

    /// <summary>Reads the head of a manifest and no more of the file than it needs.</summary>
    internal static RunHeader ReadHeader(IFileStore files, string path)
    {
        var text = new byte[HeadBytes];
        var length = 0;
        using var stream = files.OpenRead(path);
        while (true)
        {
            var read = stream.ReadAtLeast(text.AsSpan(length), text.Length - length, throwOnEndOfStream: false);
            length += read;
            var isWhole = length < text.Length;
            if (TryReadHeader(text.AsSpan(0, length), isWhole, path) is { } header) return header;
            if (isWhole) throw NotAManifest(path, null);
            Array.Resize(ref text, text.Length * 2);
        }
    }

    private static RunHeader? TryReadHeader(ReadOnlySpan<byte> text, bool isWhole, string where)
    {
        CheckVersion(text, where);
        var reader = new Utf8JsonReader(text, isWhole, default);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1 || !reader.ValueTextEquals("run"u8)) continue;
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                if (!reader.TrySkip()) return null;
                return LakeJson.Read<RunHeader>(text[start..(int)reader.BytesConsumed]);
            }
            return null;
        }
        catch (JsonException e)
        {
            throw NotAManifest(where, e);
        }
    }

    /// <summary>A newer manifest may have members that this program does not know, so its version is looked at before all else.</summary>
    private static void CheckVersion(ReadOnlySpan<byte> text, string where)
    {
        // Not the final block: only the first member is looked at, and the text may be cut.
        var reader = new Utf8JsonReader(text, isFinalBlock: false, default);
        try
        {
            var isManifest = reader.Read() && reader.TokenType == JsonTokenType.StartObject
                && reader.Read() && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("manifest_version"u8)
                && reader.Read() && reader.TokenType == JsonTokenType.Number;
            if (!isManifest || !reader.TryGetInt32(out var version) || version < 1) throw NotAManifest(where, null);
            if (version > Manifest.CurrentVersion)
                throw new PublishingException(Fault.Usage, $"the manifest has version {version}", where,
                    $"version {Manifest.CurrentVersion} or older", "It was written by a newer program: update this one.");
        }
        catch (JsonException e)
        {
            throw NotAManifest(where, e);
        }
    }

    private static PublishingException NotAManifest(string where, JsonException? e) =>
        new(Fault.Contract, e is null ? "not a manifest" : $"not a manifest: {e.Message}", where, "a manifest.json that begins with manifest_version",
            "The file was changed or cut after publishing: restore it from a copy, or prune the run.", e);
}
