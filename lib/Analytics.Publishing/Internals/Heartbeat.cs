using System.Globalization;
using System.Text;
using Analytics.Files;

namespace Analytics.Publishing.Internals;

/// <summary>Says every quarter of the timeout, in a file beside a claim, that its owner lives. Apart from the claim: a heartbeat that comes late must never bring back a claim that another has deleted.</summary>
internal sealed class Heartbeat : IDisposable
{
    public const string Suffix = ".beat";

    private readonly IFileStore _files;
    private readonly string _claim;
    private readonly string _beat;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    public Heartbeat(IFileStore files, string folder, string id, LakeOptions options)
    {
        _files = files;
        _claim = StorePath.Combine(folder, id + Claims.Suffix);
        _beat = StorePath.Combine(folder, id + Suffix);
        _time = options.Time;
        var interval = options.HeartbeatTimeout / 4;
        _timer = options.Time.CreateTimer(static state => ((Heartbeat)state!).Beat(), this, interval, interval);
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>An owner with the time of its last heartbeat, which stands in a file beside the claim.</summary>
    public static LockOwner Latest(IFileStore files, string beat, LockOwner owner) =>
        files.FileExists(beat)
        && DateTimeOffset.TryParse(Encoding.UTF8.GetString(files.ReadAllBytes(beat)), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
        && at > owner.Heartbeat ? owner with { Heartbeat = at } : owner;

    private void Beat()
    {
        var temporary = _beat + FileStoreExtensions.TemporarySuffix;
        try
        {
            if (!_files.FileExists(_claim)) return;
            var now = Encoding.UTF8.GetBytes(_time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture));
            if (!_files.HasRename)
            {
                _files.TryPut(_beat, now, overwrite: true);
                return;
            }
            _files.DeleteFile(temporary);
            using (var stream = _files.CreateFile(temporary)) stream.Write(now);
            _files.Replace(temporary, _beat);
        }
        catch (FileStoreException)
        {
            // Others on this machine see the process itself; others elsewhere take over, which is found before anything is published.
        }
    }
}
