using System.Globalization;
using System.Net.Http.Headers;

namespace Analytics.Telemetry.Lineage;

/// <summary>Where events go.</summary>
/// <param name="Url">The receiver's whole address; empty for none.</param>
/// <param name="Key">What it is sent as bearer token; null for none.</param>
/// <param name="File">A file to which events are appended, one a line; empty for none.</param>
public sealed record LineageTargets(string Url, string? Key, string File);

/// <summary>
/// Hands events over beside the run: sending happens on a thread of its own, a receiver that is down or slow neither holds up nor fails
/// anything, and what did not get through is counted and told once.
/// </summary>
public sealed class LineageSender : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly LineageTargets _targets;
    private readonly HttpClient? _http;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _giveUp = new();
    private Task _sending = Task.CompletedTask;
    private string _firstError = "";

    /// <summary>Makes one; nothing is opened before the first event.</summary>
    /// <param name="targets">Where events go.</param>
    /// <param name="handler">Replaces the network in tests.</param>
    public LineageSender(LineageTargets targets, HttpMessageHandler? handler = null)
    {
        _targets = targets;
        if (targets.Url.Length > 0) _http = handler is null ? new HttpClient() : new HttpClient(handler);
    }

    /// <summary>Events that every target took.</summary>
    public int Sent { get; private set; }

    /// <summary>Events that a target did not take.</summary>
    public int Lost { get; private set; }

    /// <summary>Takes an event; returns at once.</summary>
    public void Send(byte[] line)
    {
        lock (_gate) _sending = _sending.ContinueWith(_ => SendAsync(line), TaskScheduler.Default).Unwrap();
    }

    /// <summary>Waits a little for what is on its way, and says what did not get through; null where all did.</summary>
    /// <param name="patience">How long at most; what is not sent then is lost.</param>
    public string? Finish(TimeSpan? patience = null)
    {
        var limit = patience ?? Patience;
        _giveUp.CancelAfter(limit);
        _sending.GetAwaiter().GetResult();
        return Lost == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{Lost} of {Lost + Sent} OpenLineage events were not taken: {_firstError}. The run is not affected; see machine.lineage");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _giveUp.Cancel();
        _http?.Dispose();
        _giveUp.Dispose();
    }

    private async Task SendAsync(byte[] line)
    {
        var isTaken = true;
        if (_targets.File.Length > 0) isTaken &= await TryAsync($"file {_targets.File}", () => AppendAsync(line)).ConfigureAwait(false);
        if (_http is not null) isTaken &= await TryAsync(new Uri(_targets.Url).GetLeftPart(UriPartial.Path), () => PostAsync(line)).ConfigureAwait(false);
        if (isTaken) Sent++;
        else Lost++;
    }

    private async Task<bool> TryAsync(string where, Func<Task> send)
    {
        try
        {
            await send().ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HttpRequestException or OperationCanceledException)
        {
            if (_firstError.Length == 0) _firstError = $"{where}: {(e is OperationCanceledException ? "no answer in time" : e.Message.TrimEnd('.'))}";
            return false;
        }
    }

    private async Task AppendAsync(byte[] line)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(_targets.File)) is { } folder) Directory.CreateDirectory(folder);
        // One write a line, at the end: lines of two runs at once do not mix.
        await using var file = new FileStream(_targets.File, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        await file.WriteAsync((byte[])[.. line, (byte)'\n'], _giveUp.Token).ConfigureAwait(false);
    }

    private async Task PostAsync(byte[] line)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(_giveUp.Token);
        time.CancelAfter(Patience);
        using var request = new HttpRequestMessage(HttpMethod.Post, _targets.Url) { Content = new ByteArrayContent(line) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (_targets.Key is { } key) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await _http!.SendAsync(request, time.Token).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode) throw new HttpRequestException($"it answered {(int)answer.StatusCode}");
    }
}
