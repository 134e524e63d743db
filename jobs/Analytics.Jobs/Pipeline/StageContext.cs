using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Analytics.Columns;
using Analytics.Engine;
using Analytics.Files;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Terminal;
using Analytics.Publishing;

namespace Analytics.Jobs.Pipeline;

/// <summary>What a stage may use. Nothing here says which engine runs.</summary>
internal sealed class StageContext
{
    private readonly Lazy<Relations> _relations;

    public StageContext(Func<StageContext, Relations> relations) => _relations = new Lazy<Relations>(() => relations(this));

    public required ResultsSettings Results { get; init; }

    public required MachineSettings Machine { get; init; }

    public required Lake Lake { get; init; }

    public required StagingRun Staging { get; init; }

    public required RunTarget Target { get; init; }

    /// <summary>Where source files are read; the planner may have read some of them already.</summary>
    public required ISourceLoader Loader { get; init; }

    public required IRunReporter Reporter { get; init; }

    public required TimeProvider Time { get; init; }

    public required int Threads { get; init; }

    public required CancellationToken Cancel { get; init; }

    /// <summary>What the finished stages of this run did, by stage.</summary>
    public Dictionary<string, StageFacts> Done { get; } = new(StringComparer.Ordinal);

    public DateOnly Date => Target.Date;

    public Relations Relations => _relations.Value;

    public IEngine Engine => Relations.Engine;

    /// <summary>Whether an engine was started.</summary>
    public bool EngineStarted => _relations.IsValueCreated;

    /// <summary>The run's cleaned files and sources, once ingest is done.</summary>
    public IngestState Ingest => _ingest ??= Done["ingest"].State!.Value.Deserialize<IngestState>(JsonOptions)!;

    private IngestState? _ingest;

    /// <summary>The curated dates that a run of this date reads.</summary>
    public IEnumerable<CuratedDate> ReadDates => Ingest.Curated.Where(date => date.Date <= Date);

    /// <summary>Where a curated file is now: in the open run, or already in the lake.</summary>
    public string CuratedPath(CuratedFile file)
    {
        var staged = StorePath.Combine(Staging.Folder, file.Path);
        return Lake.Files.FileExists(staged) ? staged : Lake.Full(file.Path);
    }

    /// <summary>A hash of texts, each with its length.</summary>
    public static string Hash(params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>A hash of the lines that the run reads.</summary>
    public string LinesHash() => Hash([Dates.Text(Date), .. ReadDates.Select(date => date.Transactions.Sha256)]);

    /// <summary>Writes a relation as a table of the open run.</summary>
    /// <param name="relation">The relation.</param>
    /// <param name="table">The table.</param>
    /// <param name="each">Sees the rows on their way, in the table's order; null for nobody.</param>
    public TableFact Write(string relation, string table, Action<ColumnBatch>? each = null)
    {
        var folder = Staging.TableFolder(table);
        var parent = StorePath.Parent(folder);
        Lake.Files.CreateFolder(parent);
        Lake.Files.DeleteTree(folder);
        var written = Engine.Write(relation, TableSchemas.Of(table), folder, each, Cancel);
        return new TableFact(table, written.Files.Select((file, index) => new PartFact(StorePath.Name(file), written.RowsOf(index))).ToArray());
    }

    /// <summary>Writes rows that the program holds as a table of the open run.</summary>
    public TableFact Write(IEnumerable<ColumnBatch> rows, string table)
    {
        if (Engine.Executors is null) return WriteByEngine(rows, table);
        using var source = rows.GetEnumerator();
        var held = new ColumnBatch(TableSchemas.Of(table).Columns);
        while (source.MoveNext())
        {
            held.AppendRows(source.Current, 0, source.Current.Count);
            if (held.MemoryBytes <= HeldTable.HeldBytes) continue;
            IEnumerable<ColumnBatch> All()
            {
                yield return held;
                while (source.MoveNext()) yield return source.Current;
            }
            return WriteByEngine(All(), table);
        }
        return HeldTable.Write(this, held, table);
    }

    private TableFact WriteByEngine(IEnumerable<ColumnBatch> rows, string table)
    {
        var relation = "rows_of_" + table;
        Engine.DefineRows(relation, TableSchemas.Of(table).Columns, rows, Cancel);
        try
        {
            return Write(relation, table);
        }
        finally
        {
            Engine.Drop(relation);
        }
    }

    /// <summary>How facts and states are written.</summary>
    public static JsonSerializerOptions JsonOptions => FactsJson.Default.Options;
}
