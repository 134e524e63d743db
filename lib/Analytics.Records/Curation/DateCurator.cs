using System.Text;
using Analytics.Columns;
using Analytics.Records.Curation.Internals;

namespace Analytics.Records.Curation;

/// <summary>Records of one date that come from one source; a source may have several.</summary>
/// <param name="Sha256">The source's content.</param>
/// <param name="Records">A batch of <see cref="RecordColumns.All"/>, in line order.</param>
public sealed record DateSource(string Sha256, ColumnBatch Records);

/// <summary>The bytes of a date's two base files.</summary>
/// <param name="Date">Their paths, which carry their hashes and are named in messages.</param>
/// <param name="Transactions">The transactions file.</param>
/// <param name="Evidence">The evidence file.</param>
public sealed record BaseBytes(BaseDate Date, ReadOnlyMemory<byte> Transactions, ReadOnlyMemory<byte> Evidence);

/// <summary>The two files of a date as bytes, and what became of the records.</summary>
/// <param name="Transactions">The transactions file; null where no record is left, or the policy is to fail and there are duplicates.</param>
/// <param name="Evidence">The evidence file; null where <paramref name="Transactions"/> is.</param>
/// <param name="MinimumOrderedAt">The first ordered_at in the transactions file, microseconds since 1970 UTC.</param>
/// <param name="MaximumOrderedAt">The last ordered_at.</param>
/// <param name="Fates">Each source's records by fate in the base and now, by SHA-256.</param>
/// <param name="Duplicates">Records that equal an earlier one; 0 where the policy keeps them.</param>
/// <param name="First">What the first of them equals.</param>
/// <param name="FirstDuplicate">The first of them.</param>
public sealed record CuratedDateBytes(CuratedBytes? Transactions, CuratedBytes? Evidence, long MinimumOrderedAt, long MaximumOrderedAt,
    IReadOnlyList<SourceFates> Fates, long Duplicates, RecordPlace First, RecordPlace FirstDuplicate);

/// <summary>A curated file's bytes.</summary>
/// <param name="Sha256">Their SHA-256, 64 lower-case hex digits.</param>
/// <param name="Rows">Rows in it.</param>
/// <param name="Bytes">The bytes; valid until the next date is built.</param>
/// <param name="IsBase">Whether it is the base's own file.</param>
public sealed record CuratedBytes(string Sha256, long Rows, ReadOnlyMemory<byte> Bytes, bool IsBase);

/// <summary>
/// Builds dates one by one from their records, in memory: the same bytes as <see cref="Curator"/> writes, for a place where
/// the records of a date come together by other means. Not for use by several threads at once.
/// </summary>
public sealed class DateCurator : IDisposable
{
    private const string TransactionsTable = "transactions", EvidenceTable = "evidence";

    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    private readonly Dictionary<string, LabelledSource> _sources;
    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);
    private readonly List<string> _hashes = [];
    private readonly MemoryTarget _target = new();
    private readonly DateAssembler _assembler;

    /// <summary>A curator of one run.</summary>
    /// <param name="duplicates">What becomes of duplicates.</param>
    /// <param name="labels">See <see cref="CurationPlan.Labels"/>.</param>
    /// <param name="baseLabels">See <see cref="CurationPlan.BaseLabels"/>.</param>
    public DateCurator(DuplicatePolicy duplicates, IReadOnlyDictionary<string, string> labels, IReadOnlyDictionary<string, string> baseLabels)
    {
        _sources = labels.ToDictionary(label => label.Key, label => new LabelledSource(label.Key, label.Value, StrictUtf8.GetBytes(label.Value)), StringComparer.Ordinal);
        _assembler = new DateAssembler(duplicates, _target, _sources, baseLabels, _hashes);
    }

    /// <summary>Builds one date.</summary>
    /// <param name="date">The order date of all records.</param>
    /// <param name="baseBytes">What the base has of it, or null.</param>
    /// <param name="sources">What is new.</param>
    /// <exception cref="ArgumentException">A source without a label.</exception>
    /// <exception cref="InvalidDataException">A file of the base was altered.</exception>
    public CuratedDateBytes Build(DateOnly date, BaseBytes? baseBytes, IReadOnlyList<DateSource> sources)
    {
        var pieces = new List<Piece>();
        foreach (var source in sources)
        {
            if (source.Records.Count == 0) continue;
            if (!_sources.ContainsKey(source.Sha256)) throw new ArgumentException($"the source {source.Sha256} has no label", nameof(sources));
            if (!_indexes.TryGetValue(source.Sha256, out var index))
            {
                _indexes[source.Sha256] = index = _hashes.Count;
                _hashes.Add(source.Sha256);
            }
            pieces.Add(new MemoryPiece(index, source.Records.Longs(RecordColumns.SourceLine)[0], source.Records, 0, source.Records.Count));
        }
        var outcome = _assembler.Build(new DateJob(CuratedFiles.DaysOf(date), baseBytes?.Date, pieces, baseBytes));
        return new CuratedDateBytes(Bytes(outcome.Date.Transactions, TransactionsTable), Bytes(outcome.Date.Evidence, EvidenceTable), outcome.Date.MinimumOrderedAt, outcome.Date.MaximumOrderedAt,
            outcome.Fates, outcome.Duplicates, outcome.First, outcome.FirstDuplicate);
    }

    /// <inheritdoc/>
    public void Dispose() => _assembler.Dispose();

    private CuratedBytes? Bytes(CuratedFile? file, string table) => file is null ? null : new CuratedBytes(file.Sha256, file.Rows, _target[table], file.IsBase);
}
