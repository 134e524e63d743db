using Analytics.Columns;

namespace Analytics.Engine.DuckDb.Tests;

/// <summary>An engine in memory with a folder of its own, both gone at the end.</summary>
internal sealed class TestEngine : IDisposable
{
    public TestEngine(int threads = 2, long memory = 1L << 30)
    {
        Folder = Directory.CreateTempSubdirectory("analytics-engine-").FullName;
        Engine = new DuckDbEngine(new DuckDbOptions(memory, threads, Path.Combine(Folder, "spill")));
    }

    public string Folder { get; }

    public DuckDbEngine Engine { get; }

    /// <summary>One column of a query as strings.</summary>
    public List<string?> Texts(string sql)
    {
        var texts = new List<string?>();
        foreach (var batch in Engine.Read(new SqlText("test.sql", sql), SqlParameters.None, [new Column("x", ColumnType.Text, true)], CancellationToken.None))
            for (var i = 0; i < batch.Count; i++) texts.Add(batch.Texts(0).GetString(i));
        return texts;
    }

    /// <summary>The only value of a query, as text.</summary>
    public string? Text(string expression) => Assert.Single(Texts($"select cast({expression} as varchar) as x"));

    public void Table(string name, string sql) => Engine.DefineTable(name, new SqlText(name + ".sql", sql), SqlParameters.None, CancellationToken.None);

    public void Dispose()
    {
        Engine.Dispose();
        Directory.Delete(Folder, true);
    }
}
