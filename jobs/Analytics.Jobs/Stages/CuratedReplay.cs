using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Publishing;
using Analytics.Records.Curation;

namespace Analytics.Jobs.Stages;

/// <summary>A source whose lines came out of another run's curated files instead of its own file.</summary>
/// <param name="Sha256">The source.</param>
/// <param name="From">The run that has it.</param>
/// <param name="Source">Its entry there.</param>
internal sealed record Replay(string Sha256, Manifest From, Publishing.SourceFile Source);

/// <summary>
/// Brings a source's lines from the date's existing run onto a new base, as in a cascade: the curated files keep every record with its
/// fingerprint, dropped duplicates too, so the source's own file is not needed again.
/// </summary>
internal static class CuratedReplay
{
    /// <summary>Whether the date's existing run has the source, cleaned as this run would.</summary>
    public static bool CanReplay(StageContext context, string sha256) => Find(context, sha256) is not null;

    /// <summary>Hands the source's records to the loader.</summary>
    public static Replay Load(StageContext context, ISourceLoader loader, string sha256, string label)
    {
        var (manifest, source) = Find(context, sha256) ?? throw new UserException(ExitCode.Usage, $"{label}: its lines are in no run that this one builds on; name its file with --input");
        var days = source.OrderDates.SelectMany(range => range.Days()).ToHashSet();
        loader.Replay(sha256, manifest.Curated.Where(date => days.Contains(date.Date)).Select(date =>
        {
            context.Cancel.ThrowIfCancellationRequested();
            using var copy = new LocalCopy(_ => context.Lake.Files);
            return CuratedRecords.Read(copy.Of(new BaseDate(date.Date, context.Lake.Full(date.Transactions.Path), context.Lake.Full(date.Evidence!.Path))), source.Name);
        }));
        return new Replay(sha256, manifest, source);
    }

    private static (Manifest, Publishing.SourceFile)? Find(StageContext context, string sha256)
    {
        if (context.Target.ExistingManifest is not { } manifest || RunPlanner.InputHash(manifest) != RunPlanner.InputHash(context.Results)) return null;
        var source = manifest.Sources.FirstOrDefault(source => source.Sha256 == sha256);
        return source is null ? null : (manifest, source);
    }
}
