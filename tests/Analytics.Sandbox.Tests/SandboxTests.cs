using System.Diagnostics;
using Analytics.Sandbox.Internals;

namespace Analytics.Sandbox.Tests;

/// <summary>Whole queries, each in its process.</summary>
public class SandboxTests(TestRun run) : IClassFixture<TestRun>
{
    // Long enough on a machine that has much else to do; what is endless gets another.
    private static readonly SandboxLimits Small = new() { Time = TimeSpan.FromSeconds(90), MemoryBytes = 128L << 20, MaxRows = 100, MaxBytes = 1 << 20, Threads = 1 };

    [Fact]
    public async Task Rows_come_typed()
    {
        var (columns, rows, summary) = await run.ReadAsync("select id, name, amount, share, day, moment, id > 0 as flag, null as nothing, sum(id) over () as total from segments order by id limit 2; -- the end");
        Assert.Equal(["id", "name", "amount", "share", "day", "moment", "flag", "nothing", "total"], columns.Select(c => c.Name));
        Assert.Equal(
            [SandboxKind.Integer, SandboxKind.Text, SandboxKind.Decimal, SandboxKind.Double, SandboxKind.Date, SandboxKind.Timestamp, SandboxKind.Boolean, SandboxKind.Integer, SandboxKind.Decimal],
            columns.Select(c => c.Kind));
        Assert.Equal([1L, "c1", "0.3333333", 0.5, "2026-01-02", "2026-01-01 00:00:01", true, null, "499500"], rows[1]);
        Assert.Equal((2L, null), (summary.Rows, summary.CutBy));
    }

    [Fact]
    public async Task Other_types_come_as_text()
    {
        var (columns, rows, _) = await run.ReadAsync("""
            select ['a', null] as list, {'k': 1, 'l': [true]} as pair, map {'x': 1.5} as map, 'infinity'::double as d, '\xAA\x01'::blob as b, time '01:02:03' as t, uuid '00000000-0000-0000-0000-000000000002' as i,
                   170141183460469231731687303715884105727::hugeint as h, uuid '00000000-0000-0000-0000-000000000001' as u, '101'::bit as bits, 'nan'::float as f, 255::utinyint as s, 18446744073709551615::ubigint as ub
            """);
        Assert.Equal(["[a, NULL]", "{k: 1, l: [true]}", "{x: 1.5}", double.PositiveInfinity, "\\xaa01", "01:02:03", "00000000-0000-0000-0000-000000000002", "170141183460469231731687303715884105727",
            "00000000-0000-0000-0000-000000000001", "101", double.NaN, 255L, "18446744073709551615"], rows[0]);
        Assert.Equal(13, columns.Count);
    }

    [Fact]
    public async Task An_empty_table_has_its_columns()
    {
        var (columns, rows, summary) = await run.ReadAsync("select * from rejects");
        Assert.Equal("raw", Assert.Single(columns).Name);
        Assert.Empty(rows);
        Assert.Equal(0, summary.Rows);
    }

    [Theory]
    [InlineData("select * from range(1000000000000)", "rows", 100)]
    [InlineData("select repeat('x', 100000) from range(100)", "bytes", 10)]
    [InlineData("select repeat('x', 20000000)", "bytes", 0)]
    public async Task What_is_too_much_is_cut_and_told(string sql, string by, int rows)
    {
        var result = await run.ReadAsync(sql, Small);
        Assert.Equal((by, (long)rows), (result.Summary.CutBy, result.Summary.Rows));
        Assert.Equal(rows, result.Rows.Count);
    }

    [Theory]
    [InlineData("with recursive t(i) as (select 1 union all select i + 1 from t) select max(i) from t")]
    [InlineData("select count(*) from range(1000000000000) where range % 7 = 3")]
    [InlineData("select sum(a.id * b.id * c.id * d.id) from segments a, segments b, segments c, segments d")]
    [InlineData("select levenshtein(repeat('a', 400000), repeat('b', 400000))")]
    public async Task What_has_no_end_ends_at_the_time_limit(string sql)
    {
        var wrong = await Assert.ThrowsAsync<SandboxException>(() => run.ReadAsync(sql, Small with { Time = TimeSpan.FromSeconds(1) }));
        Assert.Equal(SandboxFault.Time, wrong.Fault);
        Assert.Contains("longer than 1 s", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("select repeat('x', 2000000000)")]
    [InlineData("select list_transform(range(1000), x -> repeat('x', 10000000))")]
    [InlineData("select array_agg(i) from range(1000000000) t(i)")]
    [InlineData("select * from range(1000000000) t(i) order by hash(i)")]
    [InlineData("select format('{:>2000000000}', 'x')")]
    public async Task What_needs_more_than_its_memory_ends_there(string sql)
    {
        var wrong = await Assert.ThrowsAsync<SandboxException>(() => run.ReadAsync(sql, Small));
        Assert.Equal(SandboxFault.Memory, wrong.Fault);
        Assert.Contains("128 MiB", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Statements_nested_beyond_reason_end_with_a_reason()
    {
        foreach (var sql in (string[])
        [
            "select " + new string('(', 40_000) + "1" + new string(')', 40_000),
            "select " + string.Concat(Enumerable.Repeat("1+", 40_000)) + "1",
            "select " + string.Concat(Enumerable.Repeat("(select ", 10_000)) + "1" + new string(')', 10_000),
        ])
        {
            var wrong = await Assert.ThrowsAsync<SandboxException>(() => run.ReadAsync(sql, Small));
            Assert.Matches("memory exhausted|Max expression depth|nested too deep", wrong.Message);
        }
        Assert.Equal([1000L], (await run.ReadAsync("select count(*) from segments")).Rows[0]);
    }

    [Fact]
    public async Task A_cancelled_query_is_killed()
    {
        using var source = new CancellationTokenSource();
        var running = run.ReadAsync("select count(*) from range(1000000000000) where range % 7 = 3", Small, source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_reader_that_leaves_frees_the_place_of_its_query()
    {
        using var sandbox = new SqlSandbox(SandboxProgram.Own("Analytics.Sandbox.Tests"), concurrent: 1);
        var large = Small with { MaxRows = long.MaxValue, MaxBytes = long.MaxValue / 16 };
        await using (var query = await sandbox.StartAsync(run.Folder, run.Tables, "select * from range(1000000000000)", large, default))
        {
            await foreach (var row in query.ReadAsync())
            {
                Assert.Equal([0L], row);
                break;
            }
            Assert.Null(query.Summary);
            var busy = await Assert.ThrowsAsync<SandboxException>(() => sandbox.StartAsync(run.Folder, run.Tables, "select 1", Small with { Time = TimeSpan.FromMilliseconds(50) }, default));
            Assert.Equal(SandboxFault.Busy, busy.Fault);
        }
        await using var next = await sandbox.StartAsync(run.Folder, run.Tables, "select 1 as one", Small, default);
        Assert.Equal("one", next.Columns[0].Name);
    }

    [Fact]
    public async Task The_worker_is_locked_up_and_does_not_outlive_who_asked()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("looks into /proc");
        var program = SandboxProgram.Own("Analytics.Sandbox.Tests");
        var start = new ProcessStartInfo(program.FileName, program.Arguments) { WorkingDirectory = run.Folder, RedirectStandardInput = true, RedirectStandardOutput = true };
        using var worker = Process.Start(start)!;
        var request = new WorkerRequest("select count(*) from range(1000000000000) where range % 7 = 3", run.Tables, 128L << 20, 100, 1000, 1, 640L << 20, 100);
        await worker.StandardInput.WriteLineAsync(System.Text.Json.JsonSerializer.Serialize(request, WorkerJson.Default.WorkerRequest));
        await worker.StandardInput.FlushAsync();
        var limits = "";
        while (!limits.Contains("Max data size             671088640", StringComparison.Ordinal))
        {
            Assert.False(worker.HasExited);
            limits = await File.ReadAllTextAsync($"/proc/{worker.Id}/limits");
            await Task.Delay(10);
        }
        Assert.Matches(@"Max file size +0 +0 ", limits);
        Assert.Matches(@"Max core file size +0 +0 ", limits);
        Assert.Matches(@"Max cpu time +100 +100 ", limits);
        worker.StandardInput.Close();
        await worker.WaitForExitAsync();
        Assert.Equal(0, worker.ExitCode);
    }

    [Fact]
    public async Task A_worker_that_cannot_start_or_talks_nonsense_is_told()
    {
        using var missing = new SqlSandbox(new SandboxProgram("/nowhere/analytics", []));
        Assert.Equal(SandboxFault.Outside, (await Assert.ThrowsAsync<SandboxException>(() => missing.StartAsync(run.Folder, run.Tables, "select 1", Small, default))).Fault);
        if (OperatingSystem.IsWindows()) return;
        using var mad = new SqlSandbox(new SandboxProgram("/bin/sh", ["-c", "echo '[1, 2'; cat"]));
        Assert.Equal(SandboxFault.Crashed, (await Assert.ThrowsAsync<SandboxException>(() => mad.StartAsync(run.Folder, run.Tables, "select 1", Small, default))).Fault);
        using var dying = new SqlSandbox(new SandboxProgram("/bin/sh", ["-c", "kill -SEGV $$"]));
        Assert.Contains("code 139", (await Assert.ThrowsAsync<SandboxException>(() => dying.StartAsync(run.Folder, run.Tables, "select 1", Small, default))).Message, StringComparison.Ordinal);
        // Secrets of the service's environment are not the worker's.
        Environment.SetEnvironmentVariable("DUTY_WEBHOOK", TestRun.Secret);
        using var telling = new SqlSandbox(new SandboxProgram("/bin/sh", ["-c", "printf '{\"Error\":{\"Fault\":\"Sql\",\"Message\":\"<%s>\"}}\\n' \"$DUTY_WEBHOOK\""]));
        Assert.Equal("<>", (await Assert.ThrowsAsync<SandboxException>(() => telling.StartAsync(run.Folder, run.Tables, "select 1", Small, default))).Message);
    }

    [Theory]
    [InlineData("", "no statement")]
    [InlineData("select '\0'", "NUL")]
    public async Task What_is_no_text_of_a_statement_is_refused(string sql, string part)
    {
        var refused = await Assert.ThrowsAsync<SandboxException>(() => run.ReadAsync(sql));
        Assert.Contains(part, refused.Message, StringComparison.Ordinal);
        var length = await Assert.ThrowsAsync<SandboxException>(() => run.ReadAsync("select " + new string(' ', SqlSandbox.MaxSqlLength)));
        Assert.Contains("100,000", length.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("select * from read_text('../secret.txt')", SandboxFault.Refused)]
    [InlineData("select 1 + 'x'", SandboxFault.Sql)]
    [InlineData("select cast(name as integer) from segments", SandboxFault.Sql)]
    public async Task A_wrong_query_says_why(string sql, SandboxFault fault)
    {
        var wrong = await Assert.ThrowsAsync<SandboxException>(() => run.ReadAsync(sql));
        Assert.Equal(fault, wrong.Fault);
        Assert.DoesNotContain(run.Folder, wrong.Message, StringComparison.Ordinal);
    }
}
