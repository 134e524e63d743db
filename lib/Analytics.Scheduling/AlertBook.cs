using System.Text.Json;
using Analytics.Files;
using Analytics.Publishing;
using Analytics.Scheduling.Internals;

namespace Analytics.Scheduling;

/// <summary>
/// The open alerts, in the lake's <c>state/alerts/</c>, one file each: whoever creates it tells the channels, so each trouble is told once
/// however many schedulers see it, and told as over once when it is. What a channel could not be told is tried again until it is.
/// </summary>
public sealed class AlertBook
{
    private const string Suffix = ".json";
    private const string SilenceSuffix = ".silence";

    // Who died between raising and telling leaves an alert that nobody was told of; after so long another takes it on.
    private static readonly TimeSpan TellGrace = TimeSpan.FromMinutes(2);

    private readonly Lake _lake;
    private readonly IReadOnlyList<IAlertChannel> _channels;
    private readonly TimeProvider _time;
    private readonly Func<AlertCondition, string> _link;

    /// <summary>Opens the book.</summary>
    /// <param name="lake">The lake.</param>
    /// <param name="channels">Where alerts go; none is allowed, then they stand in the book alone.</param>
    /// <param name="time">The clock.</param>
    /// <param name="link">The console's address of a trouble; empty for none.</param>
    public AlertBook(Lake lake, IReadOnlyList<IAlertChannel> channels, TimeProvider time, Func<AlertCondition, string>? link = null)
    {
        (_lake, _channels, _time) = (lake, channels, time);
        _link = link ?? (static _ => "");
    }

    private string Folder => _lake.Full($"{LakeLayout.State}/alerts");

    /// <summary>The open alerts by id.</summary>
    public IReadOnlyList<OpenAlert> Open()
    {
        var open = new List<OpenAlert>();
        foreach (var item in _lake.Files.List(Folder))
        {
            if (item.Kind != FileKind.File || !item.Name.EndsWith(Suffix, StringComparison.Ordinal)) continue;
            if (Read(item.Name[..^Suffix.Length]) is { } alert) open.Add(alert);
        }
        return open;
    }

    /// <summary>How the channels do, by name.</summary>
    public IReadOnlyDictionary<string, ChannelHealth> Channels() =>
        _channels.ToDictionary(static channel => channel.Name, channel => ReadHealth(channel.Name), StringComparer.Ordinal);

    /// <summary>Tells nobody of a trouble until a time; what is over meanwhile is closed in silence.</summary>
    public void Silence(string id, DateTimeOffset until) =>
        _lake.Files.WriteDurably(StorePath.Combine(Folder, CheckId(id) + SilenceSuffix), System.Text.Encoding.UTF8.GetBytes(until.ToString("O", System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>Raises what is new, closes what is over, and tells the channels what they do not know yet.</summary>
    /// <param name="active">All that is wrong now.</param>
    /// <param name="isOver">Whether an open alert that is not among them is over; one that cannot be told stays open.</param>
    /// <param name="cancel">Stops between two messages.</param>
    public async Task SyncAsync(IReadOnlyList<AlertCondition> active, Func<OpenAlert, bool> isOver, CancellationToken cancel)
    {
        _lake.Files.CreateFolder(Folder);
        var ids = active.Select(static condition => condition.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var condition in active)
        {
            var now = _time.GetUtcNow();
            var alert = new OpenAlert(condition, now, Environment.MachineName);
            if (Read(condition.Id) is not null || !_lake.Files.TryCreateExclusive(PathOf(condition.Id), SchedulingJson.Write(alert))) continue;
            await TellAsync(alert, cancel).ConfigureAwait(false);
        }
        foreach (var alert in Open())
        {
            if (!ids.Contains(alert.Condition.Id) && isOver(alert)) await CloseAsync(alert, cancel).ConfigureAwait(false);
            else if (_channels.Any(channel => !alert.ToldTo.Contains(channel.Name)) && _time.GetUtcNow() - alert.RaisedAt >= TellGrace)
                await TellAsync(alert, cancel).ConfigureAwait(false);
        }
    }

    private async Task TellAsync(OpenAlert alert, CancellationToken cancel)
    {
        if (alert.SilencedUntil > _time.GetUtcNow()) return;
        var told = alert.ToldTo.ToList();
        foreach (var channel in _channels)
        {
            if (told.Contains(channel.Name)) continue;
            var message = new AlertMessage(alert.Condition.Id, alert.Condition, false, alert.RaisedAt, alert.RaisedAt, _link(alert.Condition));
            if (await SendAsync(channel, message, cancel).ConfigureAwait(false)) told.Add(channel.Name);
        }
        if (told.Count != alert.ToldTo.Count && _lake.Files.FileExists(PathOf(alert.Condition.Id)))
            _lake.Files.WriteDurably(PathOf(alert.Condition.Id), SchedulingJson.Write(alert with { ToldTo = told, SilencedUntil = null }));
    }

    private async Task CloseAsync(OpenAlert alert, CancellationToken cancel)
    {
        // The rename is what decides, of several schedulers, who tells.
        var closed = StorePath.Combine(Folder, $"closed/{alert.Condition.Id}.{alert.RaisedAt.UtcTicks}{Suffix}");
        _lake.Files.CreateFolder(StorePath.Parent(closed));
        if (!TryTake(PathOf(alert.Condition.Id), closed)) return;
        _lake.Files.DeleteFile(StorePath.Combine(Folder, alert.Condition.Id + SilenceSuffix));
        var now = _time.GetUtcNow();
        foreach (var channel in _channels)
        {
            // Who was never told of the trouble need not hear that it is over.
            if (!alert.ToldTo.Contains(channel.Name)) continue;
            await SendAsync(channel, new AlertMessage(alert.Condition.Id, alert.Condition, true, now, alert.RaisedAt, _link(alert.Condition)), cancel).ConfigureAwait(false);
        }
    }

    private bool TryTake(string path, string target)
    {
        try
        {
            return _lake.Files.TryMove(path, target);
        }
        catch (FileStoreException) when (!_lake.Files.FileExists(path))
        {
            return false;
        }
    }

    private async Task<bool> SendAsync(IAlertChannel channel, AlertMessage message, CancellationToken cancel)
    {
        try
        {
            await channel.SendAsync(message, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            var before = ReadHealth(channel.Name);
            WriteHealth(channel.Name, new ChannelHealth(before.FailingSince ?? _time.GetUtcNow(), e.Message, before.Failures + 1));
            return false;
        }
        if (ReadHealth(channel.Name).FailingSince is not null) WriteHealth(channel.Name, new ChannelHealth(null, "", 0));
        return true;
    }

    private OpenAlert? Read(string id)
    {
        var path = PathOf(id);
        try
        {
            if (!_lake.Files.FileExists(path)) return null;
            var alert = SchedulingJson.Read<OpenAlert>(_lake.Files.ReadAllBytes(path));
            var silence = StorePath.Combine(Folder, id + SilenceSuffix);
            return _lake.Files.FileExists(silence)
                && DateTimeOffset.TryParse(System.Text.Encoding.UTF8.GetString(_lake.Files.ReadAllBytes(silence)), System.Globalization.CultureInfo.InvariantCulture, out var until)
                ? alert with { SilencedUntil = until }
                : alert;
        }
        catch (JsonException)
        {
            // Of another version or made by hand: raised anew under this version's form, which tells once more rather than never.
            _lake.Files.DeleteFile(path);
            return null;
        }
        catch (FileStoreException) when (!_lake.Files.FileExists(path))
        {
            return null;
        }
    }

    private ChannelHealth ReadHealth(string channel)
    {
        var path = HealthPath(channel);
        try
        {
            if (_lake.Files.FileExists(path)) return SchedulingJson.Read<ChannelHealth>(_lake.Files.ReadAllBytes(path));
        }
        catch (JsonException)
        {
            // Unreadable is unknown, and the next message tells.
        }
        return new ChannelHealth(null, "", 0);
    }

    private void WriteHealth(string channel, ChannelHealth health)
    {
        _lake.Files.CreateFolder(StorePath.Parent(HealthPath(channel)));
        _lake.Files.WriteDurably(HealthPath(channel), SchedulingJson.Write(health));
    }

    private string HealthPath(string channel) => StorePath.Combine(Folder, $"channels/{channel}{Suffix}");

    private string PathOf(string id) => StorePath.Combine(Folder, CheckId(id) + Suffix);

    private static string CheckId(string id) => id.Length is > 0 and < 200 && !id.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789_-")
        ? id
        : throw new ArgumentException($"'{id}' is no id of an alert", nameof(id));
}
