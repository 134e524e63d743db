namespace Analytics.Records.Curation;
internal enum DuplicatePolicy { Drop, Keep, Fail }
internal sealed record CurationOptions { public int Threads { get; init; } public long MemoryBytes { get; init; } public string SpillFolder { get; init; } = ""; public DuplicatePolicy Duplicates { get; init; } }
internal sealed record BaseDate(DateOnly Date, string Transactions, string Evidence);
internal sealed record CurationPlan { public string Folder { get; init; } = ""; public required IReadOnlyDictionary<string,string> Labels { get; init; } public required IReadOnlyDictionary<string,string> BaseLabels { get; init; } public required IReadOnlyList<BaseDate> BaseDates { get; init; } public required IReadOnlySet<DateOnly> Rebuild { get; init; } }
internal sealed record CuratedFile(string Path, string Sha256, long Bytes, long Rows);
internal sealed record CuratedDate(DateOnly Date, CuratedFile? Transactions, CuratedFile? Evidence, long? MinOrderedAt, long? MaxOrderedAt);
internal sealed record CurationResult { public IReadOnlyList<CuratedDate> Dates { get; init; } = []; }
internal sealed class Curator(CurationOptions o) : IDisposable { public IRecordSink AddSource(string sha) => throw new NotSupportedException(o.ToString()); public CurationResult Finish(CurationPlan p, CancellationToken c) => throw new NotSupportedException(p.ToString() + c); public void Dispose() {} }
