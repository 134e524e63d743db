using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Analytics.Sandbox.Internals;

namespace Analytics.Sandbox;

/// <summary>A running query: its columns are known, its rows come as they are read.</summary>
public sealed class SandboxQuery : IAsyncDisposable
{
    private const int ErrorCharacters = 4096;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);
    private const int Killed = 128 + 9;
    private const int CpuLimit = 128 + 24;

    private readonly Process _process;
    private readonly SandboxLimits _limits;
    private readonly long _started;
    private readonly Action _ended;
    private readonly CancellationToken _cancel;
    private readonly CancellationTokenSource _time;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenRegistration _killing;
    private readonly PipeReader _output;
    private readonly Task<string> _errors;
    private bool _isRead;
    private bool _disposed;

    internal SandboxQuery(Process process, SandboxLimits limits, TimeSpan left, long started, Action ended, CancellationToken cancel)
    {
        (_process, _limits, _started, _ended, _cancel) = (process, limits, started, ended, cancel);
        _time = new CancellationTokenSource(left);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, _time.Token);
        _killing = _stop.Token.Register(Kill);
        _output = PipeReader.Create(process.StandardOutput.BaseStream);
        _errors = ReadErrorsAsync();
    }

    /// <summary>The columns.</summary>
    public IReadOnlyList<SandboxColumn> Columns { get; private set; } = [];

    /// <summary>How it ended; null until the last row was read.</summary>
    public SandboxSummary? Summary { get; private set; }

    /// <summary>The rows, once. Values are null, <see cref="bool"/>, <see cref="long"/>, <see cref="double"/> or <see cref="string"/>, as <see cref="SandboxColumn.Kind"/> says.</summary>
    /// <exception cref="SandboxException">It stopped giving rows: a limit, or a value that cannot be computed.</exception>
    /// <exception cref="OperationCanceledException">The token that it was started with, or this one.</exception>
    public async IAsyncEnumerable<object?[]> ReadAsync([EnumeratorCancellation] CancellationToken cancel = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_isRead) throw new InvalidOperationException("the rows of a query are read once");
        _isRead = true;
        await using var killing = cancel.Register(Kill).ConfigureAwait(false);
        while (true)
        {
            using var line = await NextAsync(cancel).ConfigureAwait(false);
            var root = line.RootElement;
            if (root.ValueKind == JsonValueKind.Array)
            {
                foreach (var row in root.EnumerateArray()) yield return Row(row);
                continue;
            }
            if (root.Deserialize(WorkerJson.Default.WorkerLine)?.End is not { } end) throw Garbled("neither rows nor an end");
            Summary = new SandboxSummary(end.Rows, end.Bytes, end.CutBy, Stopwatch.GetElapsedTime(_started));
            yield break;
        }
    }

    /// <summary>Ends the query, if it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        await _killing.DisposeAsync().ConfigureAwait(false);
        Kill();
        try
        {
            await CloseInputAsync().ConfigureAwait(false);
            await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            await _errors.ConfigureAwait(false);
            await _output.CompleteAsync().ConfigureAwait(false);
        }
        finally
        {
            _process.Dispose();
            _stop.Dispose();
            _time.Dispose();
            _ended();
        }
    }

    internal async Task AskAsync(byte[] request)
    {
        try
        {
            // The pipe stays open: its end tells the worker that nobody waits.
            await _process.StandardInput.BaseStream.WriteAsync(request, _stop.Token).ConfigureAwait(false);
            await _process.StandardInput.BaseStream.FlushAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (Exception wrong) when (wrong is IOException or OperationCanceledException)
        {
            // It is dead or dying; what it said, or how it ended, comes below.
        }
        using var line = await NextAsync(default).ConfigureAwait(false);
        Columns = (line.RootElement.ValueKind == JsonValueKind.Object ? line.RootElement.Deserialize(WorkerJson.Default.WorkerLine)?.Columns?.Columns : null)
            ?? throw Garbled("no columns");
    }

    /// <summary>The next line, an error already thrown.</summary>
    private async Task<JsonDocument> NextAsync(CancellationToken cancel)
    {
        // A value is at most six times as long in JSON, and names of columns come on top.
        var longest = _limits.MaxBytes * 6 + (8L << 20);
        while (true)
        {
            ReadResult read;
            try
            {
                read = await _output.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (IOException)
            {
                throw await WhyAsync(cancel).ConfigureAwait(false);
            }
            var buffer = read.Buffer;
            if (buffer.PositionOf((byte)'\n') is not { } end)
            {
                if (buffer.Length > longest)
                {
                    Kill();
                    throw Garbled("a line that is too long");
                }
                _output.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted) throw await WhyAsync(cancel).ConfigureAwait(false);
                continue;
            }
            JsonDocument line;
            try
            {
                line = JsonDocument.Parse(buffer.Slice(0, end).ToArray());
            }
            catch (JsonException wrong)
            {
                throw Garbled(wrong.Message);
            }
            _output.AdvanceTo(buffer.GetPosition(1, end));
            if (line.RootElement.ValueKind != JsonValueKind.Object || line.RootElement.Deserialize(WorkerJson.Default.WorkerLine)?.Error is not { } error) return line;
            line.Dispose();
            throw error.Fault == SandboxFault.Memory ? TooMuch() : new SandboxException(error.Fault, error.Message);
        }
    }

    private object?[] Row(JsonElement row)
    {
        if (row.ValueKind != JsonValueKind.Array || row.GetArrayLength() != Columns.Count) throw Garbled("a row of another width");
        var values = new object?[Columns.Count];
        var i = 0;
        foreach (var value in row.EnumerateArray())
        {
            values[i] = value.ValueKind switch
            {
                JsonValueKind.Null => (object?)null,
                JsonValueKind.True or JsonValueKind.False => value.GetBoolean(),
                JsonValueKind.Number when Columns[i].Kind == SandboxKind.Integer => value.GetInt64(),
                JsonValueKind.Number => value.GetDouble(),
                JsonValueKind.String when Columns[i].Kind == SandboxKind.Double => double.Parse(value.GetString()!, CultureInfo.InvariantCulture),
                JsonValueKind.String => value.GetString(),
                _ => throw Garbled("a value that is none"),
            };
            i++;
        }
        return values;
    }

    /// <summary>Why the worker fell silent.</summary>
    private async Task<Exception> WhyAsync(CancellationToken cancel)
    {
        // What closed its output by dying has a moment to be dead, so that its own code is seen.
        using (var grace = new CancellationTokenSource(Grace))
        {
            try
            {
                await _process.WaitForExitAsync(grace.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                Kill();
                await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
        var errors = await _errors.ConfigureAwait(false);
        if (_cancel.IsCancellationRequested) return new OperationCanceledException("the query was cancelled", _cancel);
        if (cancel.IsCancellationRequested) return new OperationCanceledException("the query was cancelled", cancel);
        if (_time.IsCancellationRequested || _process.ExitCode == CpuLimit)
            return new SandboxException(SandboxFault.Time, $"the query took longer than {SqlSandbox.Seconds(_limits.Time)}: read fewer rows, or look for a join without a condition.");
        // What the runtime, the C++ library and the kernel say when an allocation is refused.
        string[] signs = ["bad_alloc", "OutOfMemory", "Out of memory", "Cannot allocate memory", "GC heap initialization failed"];
        if (_process.ExitCode == Killed || signs.Any(sign => errors.Contains(sign, StringComparison.OrdinalIgnoreCase))) return TooMuch();
        return new SandboxException(SandboxFault.Crashed,
            string.Create(CultureInfo.InvariantCulture, $"the query brought its engine down (code {_process.ExitCode}); nothing else is affected. Write it in another way."));
    }

    private SandboxException TooMuch() => new(SandboxFault.Memory,
        string.Create(CultureInfo.InvariantCulture, $"the query needs more than {_limits.MemoryBytes >> 20} MiB of memory: read fewer columns or rows, or group before joining."));

    private static SandboxException Garbled(string what) => new(SandboxFault.Crashed, $"the process of the query answered with {what}; it was ended, and nothing else is affected.");

    private async Task<string> ReadErrorsAsync()
    {
        var last = new char[ErrorCharacters];
        var buffer = new char[1024];
        var length = 0;
        int count;
        while ((count = await _process.StandardError.ReadAsync(buffer.AsMemory(), CancellationToken.None).ConfigureAwait(false)) > 0)
        {
            var room = Math.Min(count, last.Length - length);
            buffer.AsSpan(0, room).CopyTo(last.AsSpan(length));
            length += room;
        }
        return new string(last, 0, length);
    }

    private async Task CloseInputAsync()
    {
        try
        {
            await _process.StandardInput.BaseStream.DisposeAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The other end is closed already.
        }
    }

    private void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }
}
