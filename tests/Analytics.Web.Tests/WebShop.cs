using System.Globalization;
using System.Text;
using System.Text.Json;
using Analytics.Columns;
using Analytics.Files;
using Analytics.Publishing;
using Analytics.Tests;

namespace Analytics.Web.Tests;

/// <summary>A lake in a folder of its own with three published nights, whose tables have the contract's columns and the worst of names.</summary>
internal sealed class WebShop : IDisposable
{
    public const string Script = "<script>window.pwned=1</script><img src=x onerror=\"window.pwned=1\">";
    public const string Sql = "Robert'); drop table rules;--\"";
    public const string Controls = "bell\u0007 null\u0000 esc\u001b[31m del\u007f";
    public const string RightToLeft = "\u202eevil\u202c \u2066gnp.exe\u2069 שלום";
    public const string Formula = "=cmd|' /C calc'!A0";

    public static readonly string[] Names = [Script, Sql, Controls, RightToLeft, Formula, "Tea pot, blue", "Cup"];

    private static readonly string Scratch = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    public WebShop()
    {
        Folder = Path.Combine(Scratch, $"analytics-web-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Folder);
        Lake = Lake.OpenOrCreate($"{Folder}/lake", new LocalFileStore());
    }

    public string Folder { get; }

    public Lake Lake { get; }

    public List<RunRef> Runs { get; } = [];

    public static DateOnly First { get; } = new(2025, 12, 29);

    /// <summary>Publishes nights from <see cref="First"/> on.</summary>
    public WebShop Publish(int nights)
    {
        for (var i = 0; i < nights; i++) Runs.Add(Night(First.AddDays(i)));
        return this;
    }

    public static TableSchema Schema(string name)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(SharedData.ProjectRoot, "jobs", "Analytics.Jobs", "Schemas", name + ".json")));
        var root = json.RootElement;
        return new TableSchema(name, root.GetProperty("version").GetInt32(), root.GetProperty("kind").GetString() == "record" ? TableKind.Record : TableKind.Result,
            [.. root.GetProperty("columns").EnumerateArray().Select(static column => new Column(column.GetProperty("name").GetString()!, ColumnType.Parse(column.GetProperty("type").GetString()!), column.GetProperty("nullable").GetBoolean()))],
            [.. root.GetProperty("order_by").EnumerateArray().Select(static column => column.GetString()!)]);
    }

    public static ParquetFacts Inspect(string path)
    {
        using var reader = new ParquetFileReader();
        reader.Open(path);
        return new ParquetFacts(reader.Rows, reader.Columns);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private RunRef Night(DateOnly date)
    {
        var parent = Lake.FindBase(date) is { } run ? Lake.ReadBase(run) : null;
        var before = Lake.FindBase(date) is { } other ? Lake.ReadManifest(other) : null;
        var fresh = new RunInput($"{LakeLayout.Date(date)}{(date == First ? Script : "")}.csv".Replace('/', '_'), FileHash.Compute(Encoding.UTF8.GetBytes(LakeLayout.Date(date))));
        var inputs = (before?.KeyParts.Inputs ?? []).Append(fresh).ToList();
        using var configuration = JsonDocument.Parse("""{"shop":"</script><script>window.pwned=1</script>","mine":{"min_support":"0.01"}}""");
        var plan = new RunPlan { KeyParts = RunKey.Parts(date, inputs, configuration.RootElement, "1", parent?.Key), Base = parent, Changes = new RunChanges([fresh], []), ProgramVersion = "0.1.0" };
        using var staging = Lake.OpenStaging(plan);
        var lines = Path.Combine(Folder, Guid.NewGuid().ToString("N"));
        var transactions = WebRows.Transactions(date);
        Write(lines, Schema("transactions"), transactions);
        var sha = FileHash.Compute(File.ReadAllBytes(lines));
        var curated = LakeLayout.CuratedFile(LakeLayout.Transactions, date, sha);
        File.Move(lines, staging.CuratedFile(curated));
        var draft = new PublishDraft
        {
            Engine = "duckdb",
            EngineVersion = "1.5.6",
            Sources = [.. plan.KeyParts.Inputs.Select(input => new SourceFile
            {
                Name = input.Name, Sha256 = input.Sha256, Bytes = 1000, Origin = input == fresh ? SourceOrigin.New : SourceOrigin.Base,
                Fates = new SourceFates(10, 6, 1, 1, 1, 1), OrderDates = [new DateRange(date, date)],
            })],
            Curated = [.. (before?.Curated ?? []).Append(new CuratedDate(date, new CuratedFile(curated, sha, new FileInfo(staging.CuratedFile(curated)).Length, transactions.Count)))],
            Tables = [.. WebRows.Tables(date).Select(table => Part(staging, table.Name, table.Rows))],
            Transactions = Schema("transactions"),
            Report = Encoding.UTF8.GetBytes($"<!DOCTYPE html><html><head><title>report</title></head><body><h1>Report of {LakeLayout.Date(date)}</h1><script>try {{ parent.document.title = 'pwned'; }} catch (e) {{ document.body.dataset.caught = '1'; }}</script></body></html>"),
            Inspect = Inspect,
        };
        return new Publisher(Lake).Publish(staging, draft).Run;
    }

    private static TableDraft Part(StagingRun staging, string name, IReadOnlyList<object?[]> rows)
    {
        var schema = Schema(name);
        Directory.CreateDirectory(staging.TableFolder(name));
        Write($"{staging.TableFolder(name)}/part-0.parquet", schema, rows);
        return new TableDraft(schema, [new PartFile("part-0.parquet", rows.Count)]);
    }

    private static void Write(string path, TableSchema schema, IReadOnlyList<object?[]> rows)
    {
        var batch = new ColumnBatch(schema.Columns);
        foreach (var row in rows)
            for (var i = 0; i < row.Length; i++) Append(batch[i], schema.Columns[i].Type, row[i]);
        using var writer = new ParquetWriter(schema.Columns);
        using var file = File.Create(path);
        writer.Begin(file);
        writer.Append(batch);
        writer.End();
    }

    private static void Append(ColumnVector vector, ColumnType type, object? value)
    {
        switch (vector, value)
        {
            case (_, null): vector.AppendNull(); break;
            case (ValueVector<bool> flags, bool flag): flags.Append(flag); break;
            case (ValueVector<int> days, DateOnly date): days.Append(date.DayNumber - new DateOnly(1970, 1, 1).DayNumber); break;
            case (ValueVector<int> ints, int number): ints.Append(number); break;
            case (ValueVector<long> longs, int number): longs.Append(number); break;
            case (ValueVector<long> times, DateTimeOffset at): times.Append((at.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / 10); break;
            case (ValueVector<double> doubles, double number): doubles.Append(number); break;
            case (ValueVector<long> scaled, decimal number): scaled.Append((long)(number * (decimal)Math.Pow(10, type.Scale))); break;
            case (ValueVector<Int128> scaled, decimal number): scaled.Append((Int128)(number * (decimal)Math.Pow(10, type.Scale))); break;
            case (TextVector texts, string text): texts.Append(text); break;
            case (TextListVector lists, string[] items):
                foreach (var item in items) lists.Items.Append(item);
                lists.EndList();
                break;
            default: throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"a {value.GetType().Name} does not fit a {vector.GetType().Name}"));
        }
    }
}
