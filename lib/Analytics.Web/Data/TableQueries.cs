using System.Collections.Concurrent;
using System.Data.Common;
using DuckDB.NET.Data;

namespace Analytics.Web.Data;

/// <summary>Rows of a query: every value as DuckDB writes it, null for NULL.</summary>
/// <param name="Columns">The columns.</param>
/// <param name="Rows">The rows.</param>
internal sealed record QueryRows(IReadOnlyList<string> Columns, IReadOnlyList<string?[]> Rows);

/// <summary>
/// The queries behind the pages, on a DuckDB in memory that may read the lake's runs (null where they are fetched) and its own folder, and nothing else. Texts of queries are ours: what a
/// user gives is a value that is bound, or a name that stands in a manifest. Answers about runs are kept, because a run never changes.
/// </summary>
internal sealed class TableQueries : IDisposable
{
    private const int MostKept = 2000;
    private const long MostKeptCharacters = 32 << 20;
    private const int AtOnce = 2;

    private readonly DuckDBConnection _root;
    private readonly ScratchFolder _scratch;
    private readonly TimeSpan _limit;
    private readonly SemaphoreSlim _places = new(AtOnce);
    private readonly ConcurrentDictionary<string, Lazy<Task<QueryRows>>> _kept = new(StringComparer.Ordinal);
    private long _keptCharacters;

    public TableQueries(string? runsFolder, ScratchFolder scratch, long memoryBytes, TimeSpan limit)
    {
        _limit = limit;
        _scratch = scratch;
        _root = new DuckDBConnection("DataSource=:memory:");
        _root.Open();
        using var command = _root.CreateCommand();
        command.CommandText = $"""
            set global threads = {Math.Clamp(Environment.ProcessorCount, 1, 4)};
            set global memory_limit = '{memoryBytes / (1 << 20)}MiB';
            set global temp_directory = {Literal(scratch.Folder)};
            set global timezone = 'UTC';
            set global allowed_directories = [{string.Join(", ", new[] { runsFolder, scratch.Folder }.OfType<string>().Select(static folder => Literal(folder + "/")))}];
            set global enable_external_access = false;
            set global autoinstall_known_extensions = false;
            set global lock_configuration = true;
            """;
        command.ExecuteNonQuery();
    }

    /// <summary>A folder for files that go to a browser, which queries may write to.</summary>
    public string Scratch => _scratch.Folder;

    /// <summary>A text as a literal.</summary>
    public static string Literal(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    /// <summary>A name as an identifier.</summary>
    public static string Name(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    /// <summary>All rows of a query over files of runs; the answer is kept.</summary>
    /// <exception cref="ConsoleException">It took too long, or a file cannot be read.</exception>
    public async Task<QueryRows> ReadAsync(string sql, IReadOnlyList<string> values, CancellationToken cancel)
    {
        var key = string.Join('\0', [sql, .. values]);
        if (_kept.Count > MostKept || Interlocked.Read(ref _keptCharacters) > MostKeptCharacters)
        {
            // Thrown away whole: what is asked for often is soon there again.
            _kept.Clear();
            Interlocked.Exchange(ref _keptCharacters, 0);
        }
        // One viewer who leaves must not take the answer from the others who wait for it.
        var answer = _kept.GetOrAdd(key, _ => new Lazy<Task<QueryRows>>(() => Task.Run(() => LoadAsync(sql, values))));
        try
        {
            return await answer.Value.WaitAsync(cancel).ConfigureAwait(false);
        }
        catch (ConsoleException)
        {
            _kept.TryRemove(new KeyValuePair<string, Lazy<Task<QueryRows>>>(key, answer));
            throw;
        }
    }

    private async Task<QueryRows> LoadAsync(string sql, IReadOnlyList<string> values)
    {
        var rows = new List<string?[]>();
        IReadOnlyList<string> columns = [];
        long characters = 0;
        await RunAsync(sql, values, CancellationToken.None, reader =>
        {
            columns = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
            while (reader.Read())
            {
                var row = Row(reader);
                characters += row.Sum(static value => 16 + (value?.Length ?? 0));
                rows.Add(row);
            }
        }).ConfigureAwait(false);
        Interlocked.Add(ref _keptCharacters, characters);
        return new QueryRows(columns, rows);
    }

    /// <summary>Runs a query and lets the caller read.</summary>
    public async Task RunAsync(string sql, IReadOnlyList<string> values, CancellationToken cancel, Action<DbDataReader> read)
    {
        using var limit = new CancellationTokenSource(_limit);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            await _places.WaitAsync(either.Token).ConfigureAwait(false);
            try
            {
                using var connection = _root.Duplicate();
                connection.Open();
                using var command = connection.CreateCommand();
                command.CommandText = sql;
                foreach (var value in values) command.Parameters.Add(new DuckDBParameter(value));
                await using var stop = either.Token.Register(static running => ((DuckDBCommand)running!).Cancel(), command);
                using var reader = command.ExecuteReader();
                read(reader);
            }
            finally
            {
                _places.Release();
            }
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancel);
        }
        catch (Exception e) when (limit.IsCancellationRequested && e is DuckDBException or OperationCanceledException)
        {
            throw new ConsoleException($"the question took longer than {_limit.TotalSeconds:0} seconds and was stopped; ask for less, with a filter", e);
        }
        catch (DuckDBException e)
        {
            throw new ConsoleException($"the table cannot be read: {e.Message}", e);
        }
    }

    /// <summary>A row of texts.</summary>
    public static string?[] Row(DbDataReader reader)
    {
        var row = new string?[reader.FieldCount];
        for (var i = 0; i < row.Length; i++) row[i] = reader.IsDBNull(i) ? null : reader.GetString(i);
        return row;
    }

    public void Dispose()
    {
        _root.Dispose();
        _scratch.Dispose();
    }
}
