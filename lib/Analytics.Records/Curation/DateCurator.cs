using System.Security.Cryptography;
using System.Text;
using Analytics.Columns;
using Analytics.Records.Curation.Internals;

namespace Analytics.Records.Curation;

/// <summary>The records of one date that come from one source.</summary>
/// <param name="Label">The source's label.</param>
/// <param name="Records">A batch of <see cref="RecordColumns.All"/>, in line order.</param>
public sealed record DateSource(string Label, ColumnBatch Records);

/// <summary>The two files of a date as bytes, and what became of the records.</summary>
/// <param name="Transactions">The transactions file; null where the policy is to fail and there are duplicates.</param>
/// <param name="Evidence">The evidence file; null where <paramref name="Transactions"/> is.</param>
/// <param name="MinimumOrderedAt">The first ordered_at in the transactions file, microseconds since 1970 UTC.</param>
/// <param name="MaximumOrderedAt">The last ordered_at.</param>
/// <param name="Fates">Each source's records by fate, by label.</param>
/// <param name="Duplicates">Records that equal an earlier one; 0 where the policy keeps them.</param>
/// <param name="First">What the first of them equals.</param>
/// <param name="FirstDuplicate">The first of them.</param>
public sealed record CuratedDateBytes(CuratedBytes? Transactions, CuratedBytes? Evidence, long MinimumOrderedAt, long MaximumOrderedAt,
    IReadOnlyList<(string Label, FateCounts Fates)> Fates, long Duplicates, RecordPlace First, RecordPlace FirstDuplicate);

/// <summary>A curated file's bytes.</summary>
/// <param name="Sha256">Their SHA-256, 64 lower-case hex digits.</param>
/// <param name="Rows">Rows in it.</param>
/// <param name="Bytes">The bytes; valid until the next date is built.</param>
public sealed record CuratedBytes(string Sha256, long Rows, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// Builds dates one by one from all their records, in memory: the same bytes as <see cref="Curator"/> writes, for a place where
/// the records of a date come together by other means. Not for use by several threads at once.
/// </summary>
public sealed class DateCurator : IDisposable
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    private readonly Dictionary<string, LabelledSource> _sources = new(StringComparer.Ordinal);
    private readonly List<string> _hashes = [];
    private readonly MemoryTarget _target = new();
    private readonly DateAssembler _assembler;

    /// <summary>A curator with a policy on duplicates.</summary>
    public DateCurator(DuplicatePolicy duplicates) =>
        _assembler = new DateAssembler(duplicates, _target, _sources, new Dictionary<string, string>(), _hashes);

    /// <summary>Builds one date.</summary>
    /// <param name="date">The order date of all records.</param>
    /// <param name="sources">Every source with records of the date, each once.</param>
    public CuratedDateBytes Build(DateOnly date, IReadOnlyList<DateSource> sources)
    {
        _sources.Clear();
        _hashes.Clear();
        _target.Clear();
        var pieces = new List<Piece>();
        foreach (var source in sources)
        {
            if (source.Records.Count == 0) continue;
            // Here a source is known by its label alone; the assembler wants a hash as its name.
            var label = StrictUtf8.GetBytes(source.Label);
            var hash = Convert.ToHexStringLower(SHA256.HashData(label));
            if (!_sources.TryAdd(hash, new LabelledSource(hash, source.Label, label))) throw new ArgumentException($"the source {source.Label} comes twice", nameof(sources));
            pieces.Add(new MemoryPiece(_hashes.Count, source.Records.Longs(RecordColumns.SourceLine)[0], source.Records, 0, source.Records.Count));
            _hashes.Add(hash);
        }
        var outcome = _assembler.Build(new DateJob(CuratedFiles.DaysOf(date), null, pieces));
        var fates = outcome.Fates.Select(fate => (_sources[fate.Sha256].Label, fate.After)).OrderBy(fate => fate.Label, StringComparer.Ordinal).ToArray();
        return new CuratedDateBytes(Bytes(outcome.Date.Transactions, 0), Bytes(outcome.Date.Evidence, 1), outcome.Date.MinimumOrderedAt, outcome.Date.MaximumOrderedAt,
            fates, outcome.Duplicates, outcome.First, outcome.FirstDuplicate);
    }

    /// <inheritdoc/>
    public void Dispose() => _assembler.Dispose();

    private CuratedBytes? Bytes(CuratedFile? file, int index) => file is null
        ? null
        : new CuratedBytes(file.Sha256, file.Rows, _target.Files[index].Bytes.GetBuffer().AsMemory(0, (int)_target.Files[index].Bytes.Length));
}
