using System.Globalization;
using System.Text;
using System.Text.Json;
using Analytics.Columns;
using Analytics.Files;

namespace Analytics.Publishing.Tests;

/// <summary>
/// A lake in a folder of one test, and small runs to publish in it. Files hold text rather than Parquet: the publisher looks into
/// them only through its inspector.
/// </summary>
internal sealed class TestLake : IDisposable
{
    public static readonly TableSchema TransactionsSchema = new("transactions", 1, TableKind.Result,
        [new Column("order_id", ColumnType.Text), new Column("amount", ColumnType.Amount)], ["order_id"]);

    public static readonly TableSchema RulesSchema = new("rules", 2, TableKind.Result,
        [new Column("antecedent", ColumnType.TextList), new Column("lift", ColumnType.Double, Nullable: true)], ["antecedent"]);

    public static readonly TableSchema LineageSchema = new("lineage", 1, TableKind.Record,
        [new Column("stage", ColumnType.Text), new Column("started_at", ColumnType.Timestamp)], ["stage"]);

    // Publishing forces hundreds of files to the disk, and the tests publish thousands of times: memory spares the disk.
    private static readonly string Scratch = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    private readonly bool _owns;

    public TestLake(string? folder = null)
    {
        _owns = folder is null;
        Folder = folder ?? Path.Combine(Scratch, $"analytics-{Guid.NewGuid():N}").Replace('\\', '/');
        Directory.CreateDirectory(Folder);
    }

    public string Folder { get; }

    /// <summary>What stands before the folder in the store's paths, such as <c>file:</c> for Hadoop's.</summary>
    public string Prefix { get; init; } = "";

    public string Root => $"{Prefix}{Folder}/lake";

    public TestClock Clock { get; } = new();

    public IFileStore Store { get; set; } = new LocalFileStore();

    public LakeOptions Options => new() { Time = Clock, Threads = 1 };

    public Lake Open(IFileStore? store = null) => Lake.OpenOrCreate(Root, store ?? Store, Options);

    public static DateOnly Day(int day) => new DateOnly(2026, 1, 1).AddDays(day - 1);

    public static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement.Clone();

    /// <summary>The plan of a night that adds one file a day; other text under the same name is a corrected file.</summary>
    public static RunPlan Plan(Lake lake, DateOnly date, string content = "", string settings = """{"support":0.01}""")
    {
        var found = lake.FindBase(date);
        var parent = found is { } run ? lake.ReadBase(run) : null;
        var inputs = found is { } other ? lake.ReadManifest(other).KeyParts.Inputs.ToList() : [];
        var fresh = new RunInput($"{LakeLayout.Date(date)}.csv", Sha($"{LakeLayout.Date(date)} {content}"));
        inputs.RemoveAll(i => i.Name == fresh.Name);
        inputs.Add(fresh);
        return new RunPlan
        {
            KeyParts = RunKey.Parts(date, inputs, Json(settings), "1", parent?.Key),
            Base = parent,
            Changes = new RunChanges([fresh], []),
            ProgramVersion = "0.1.0",
        };
    }

    /// <summary>Does all the stages' work of a night: writes the new dates' curated files and two tables.</summary>
    public static PublishDraft Work(Lake lake, StagingRun staging, string content = "", bool force = false)
    {
        var date = staging.Plan.KeyParts.BusinessDate;
        var curated = staging.Plan.Base is { } plan
            ? lake.ReadManifest(new RunRef(plan.BusinessDate, plan.Id)).Curated.ToDictionary(c => c.Date)
            : [];
        // A night touches its own date and the one before; the one behind it lies in the future of the run.
        foreach (var touched in new[] { date.AddDays(-1), date, date.AddDays(1) })
        {
            var lines = $"{LakeLayout.Date(touched)} from {LakeLayout.Date(date)} {content}\n";
            curated[touched] = new CuratedDate(touched,
                Curate(lake, staging, LakeLayout.Transactions, touched, lines), Curate(lake, staging, LakeLayout.Evidence, touched, "evidence " + lines));
        }
        Write($"{staging.TableFolder("rules")}/part-0.parquet", $"rules {staging.Key} {content}");
        Write($"{staging.TableFolder("rules")}/part-1.parquet", $"more rules {content}");
        Write($"{staging.TableFolder("lineage")}/part-0.parquet", "lineage");
        return new PublishDraft
        {
            Engine = "duckdb",
            EngineVersion = "1.5.6",
            Sources = [.. staging.Plan.KeyParts.Inputs.Select(i => new SourceFile
            {
                Name = i.Name,
                Sha256 = i.Sha256,
                Bytes = 100,
                Origin = i.Name == $"{LakeLayout.Date(date)}.csv" ? SourceOrigin.New : SourceOrigin.Base,
                Fates = new SourceFates(10, 5, 1, 1, 2, 1),
                OrderDates = DateRange.Compact([date, date.AddDays(-1), date.AddDays(1)]),
            })],
            Curated = [.. curated.Values.OrderBy(c => c.Date)],
            Tables = [
                new TableDraft(RulesSchema, [new PartFile("part-0.parquet", 3), new PartFile("part-1.parquet", 4)]),
                new TableDraft(LineageSchema, [new PartFile("part-0.parquet", 5)])],
            Transactions = TransactionsSchema,
            Report = Encoding.UTF8.GetBytes($"<html>{content}</html>"),
            State = new Dictionary<string, JsonElement> { ["segment"] = Json("""{"centroids":[[0.1,2],[3,4]]}""") },
            Force = force,
        };
    }

    public static PublishOutcome Night(Lake lake, DateOnly date, string content = "", bool force = false)
    {
        using var staging = lake.OpenStaging(Plan(lake, date, content));
        return new Publisher(lake).Publish(staging, Work(lake, staging, content, force));
    }

    public static string Sha(string text) => FileHash.Compute(Encoding.UTF8.GetBytes(text));

    public static void Write(string path, string text)
    {
        path = Local(path);
        Directory.CreateDirectory(StorePath.Parent(path));
        File.WriteAllText(path, text);
    }

    // What stages write is no step of publishing: it goes to the disk directly, whatever the store.
    private static string Local(string path) => path.StartsWith("file:", StringComparison.Ordinal) ? path["file:".Length..] : path;

    public static void AssertWhole(Lake lake, RunRef run)
    {
        var verification = Verifier.Verify(lake, run);
        Assert.True(verification.IsWhole, string.Create(CultureInfo.InvariantCulture, $"{run}: {string.Join("; ", verification.Findings)}"));
    }

    public void Dispose()
    {
        if (_owns) Directory.Delete(Folder, recursive: true);
    }

    private static CuratedFile Curate(Lake lake, StagingRun staging, string kind, DateOnly date, string lines)
    {
        var path = LakeLayout.CuratedFile(kind, date, Sha(lines));
        if (!File.Exists(Local(lake.Full(path)))) File.WriteAllText(Local(staging.CuratedFile(path)), lines);
        return new CuratedFile(path, Sha(lines), lines.Length, 2, new DateTimeOffset(date, new TimeOnly(8, 0), TimeSpan.Zero), new DateTimeOffset(date, new TimeOnly(17, 30, 1), TimeSpan.Zero));
    }
}
