using System.Text.Json;
using System.Text.Json.Serialization;

namespace Analytics.Publishing;

/// <summary>
/// How far an open run is, in the file <c>progress.json</c> of its folder in staging. The run writes it as it goes on, the console reads
/// it; it goes when the run is published.
/// </summary>
/// <param name="Stages">All stages of the run, in order.</param>
/// <param name="Stage">The running one; empty between two.</param>
/// <param name="StageStartedAt">When it began.</param>
/// <param name="Share">How far it is, 0 to 1.</param>
/// <param name="Doing">What it is doing, in a few words.</param>
/// <param name="At">When this was written.</param>
public sealed record RunProgress(IReadOnlyList<string> Stages, string Stage, DateTimeOffset StageStartedAt, double Share, string Doing, DateTimeOffset At)
{
    /// <summary>The file's name.</summary>
    public const string FileName = "progress.json";

    /// <summary>Reads one; null where there is none, or where it is just being written.</summary>
    public static RunProgress? Read(string folder)
    {
        try
        {
            var path = Path.Combine(folder, FileName);
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), ProgressJson.Default.RunProgress) : null;
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            // The next look is a second away.
            return null;
        }
    }

    /// <summary>Writes one beside the run's own files; it is no part of the run, so it is not forced to the disk.</summary>
    public void Write(string folder)
    {
        var temporary = Path.Combine(folder, FileName + ".new");
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(this, ProgressJson.Default.RunProgress));
        File.Move(temporary, Path.Combine(folder, FileName), overwrite: true);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RunProgress))]
internal sealed partial class ProgressJson : JsonSerializerContext;
