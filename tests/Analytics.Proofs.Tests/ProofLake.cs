using Analytics.Columns;
using Analytics.Files;
using Analytics.Publishing;
using Analytics.Publishing.Tests;

namespace Analytics.Proofs.Tests;

/// <summary>A lake with runs whose table rules is real Parquet with a tree over its rows.</summary>
internal sealed class ProofLake : IDisposable
{
    private readonly TestLake _test = new();

    public Lake Lake { get; }

    public ProofLake() => Lake = _test.Open();

    public string Folder => _test.Folder;

    public RunRef Night(int day, bool force = false, params string[] rowTrees)
    {
        var date = TestLake.Day(day);
        using var staging = Lake.OpenStaging(TestLake.Plan(Lake, date));
        var draft = TestLake.Work(Lake, staging, force: force);
        WriteRules($"{staging.TableFolder("rules")}/part-0.parquet", 0, 3);
        WriteRules($"{staging.TableFolder("rules")}/part-1.parquet", 3, 4);
        return new Publisher(Lake).Publish(staging, draft with { RowTrees = rowTrees.Length > 0 ? rowTrees : ["rules"] }).Run;
    }

    public string Full(RunRef run, string path) => Lake.Full($"{run.Path}/{path}");

    public FileIdentity Identity(RunRef run, string path) => UnixFsFile.Read(Lake.Files, Full(run, path)).Identity;

    public void Dispose() => _test.Dispose();

    private static void WriteRules(string path, int first, int count)
    {
        var rows = new ColumnBatch(TestLake.RulesSchema.Columns);
        for (var i = first; i < first + count; i++)
        {
            var items = rows.TextLists(0);
            for (var j = 0; j <= i % 3; j++) items.Items.Append($"item {i} {j}");
            items.EndList();
            if (i == 2) rows.Doubles(1).AppendNull();
            else rows.Doubles(1).Append(1.25 * i);
        }
        File.Delete(path);
        using var writer = new ParquetWriter(rows.Columns);
        using var stream = new LocalFileStore().CreateFile(path);
        writer.Begin(stream);
        writer.Append(rows);
        writer.End();
    }
}
