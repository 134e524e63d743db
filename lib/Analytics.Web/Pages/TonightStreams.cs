using System.Security.Cryptography;
using System.Text;
using Analytics.Web.Data;

namespace Analytics.Web.Pages;

/// <summary>
/// What all streams of the first page are told: looked at once a second while anybody follows, written once for each role where it changed,
/// and handed on as the same bytes, however many follow.
/// </summary>
internal sealed class TonightStreams(TonightFeed feed, TimeProvider time)
{
    private const int MostWatchers = 1000;
    private static readonly TimeSpan Pulse = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private readonly Channel _viewers = new(mayAct: false);
    private readonly Channel _operators = new(mayAct: true);
    private int _watchers;
    private bool _isRunning;

    /// <summary>Something that streams are told, and what comes after it.</summary>
    /// <param name="bytes">An event, or a comment that keeps the connection.</param>
    /// <param name="version">What names the state in it; empty where it holds none.</param>
    /// <param name="isPulse">Whether it only keeps the connection.</param>
    internal sealed class Frame(byte[] bytes, string version, bool isPulse = false)
    {
        public bool IsPulse => isPulse;

        public byte[] Bytes => bytes;

        public string Version => version;

        public TaskCompletionSource<Frame> Next { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>The state as markup and what names it; the same for all of a role who ask between two looks.</summary>
    public (string Html, string Version) Write(bool mayAct, Tonight tonight) => Of(mayAct).Write(tonight);

    /// <summary>Takes part in following; false where as many follow as may. Each call that gave true is ended by <see cref="Leave"/>.</summary>
    public bool TryJoin()
    {
        lock (_lock)
        {
            if (_watchers >= MostWatchers) return false;
            _watchers++;
            if (_isRunning) return true;
            _isRunning = true;
            // What was told before an hour without anybody is not news.
            _viewers.Begin();
            _operators.Begin();
            Task.Run(LookAgainAsync);
            return true;
        }
    }

    /// <summary>Ends following.</summary>
    public void Leave()
    {
        lock (_lock) _watchers--;
    }

    /// <summary>The newest state, null before the first look, and the last frame, after which the next comes.</summary>
    public (Frame? State, Frame Last) Now(bool mayAct) => Of(mayAct).Now();

    private Channel Of(bool mayAct) => mayAct ? _operators : _viewers;

    private async Task LookAgainAsync()
    {
        while (true)
        {
            lock (_lock)
            {
                if (_watchers == 0 || feed.Stopping.IsCancellationRequested)
                {
                    _isRunning = false;
                    return;
                }
            }
            try
            {
                var tonight = await feed.LookAsync(feed.Stopping).ConfigureAwait(false);
                foreach (var channel in (ReadOnlySpan<Channel>)[_viewers, _operators]) channel.Tell(tonight, time.GetUtcNow());
                await Task.Delay(Pulse, time, feed.Stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (feed.Stopping.IsCancellationRequested)
            {
                // The look above ends it.
            }
            catch (Exception e)
            {
                // Whatever kept us from looking is told to those who look; perhaps the next look goes well.
                foreach (var channel in (ReadOnlySpan<Channel>)[_viewers, _operators]) channel.TellTrouble(e.Message, time.GetUtcNow());
                await Task.Delay(Pulse, time, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What one role is told.</summary>
    private sealed class Channel(bool mayAct)
    {
        private readonly Lock _lock = new();
        private (Tonight Of, string Html, string Version)? _written;
        private Frame? _state;
        private Frame _last = new([], "");
        private DateTimeOffset _toldAt;
        private string _trouble = "";

        public void Begin()
        {
            lock (_lock) (_state, _last, _trouble) = (null, new Frame([], ""), "");
        }

        public (Frame?, Frame) Now()
        {
            lock (_lock) return (_state, _last);
        }

        public (string Html, string Version) Write(Tonight tonight)
        {
            lock (_lock)
            {
                if (_written is { } written && ReferenceEquals(written.Of, tonight)) return (written.Html, written.Version);
                var page = new ConsolePage();
                TonightParts.Write(page, mayAct, tonight);
                var html = page.M.ToString();
                var version = _written is { } before && before.Html == html ? before.Version : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(html)))[..16];
                _written = (tonight, html, version);
                return (html, version);
            }
        }

        public void Tell(Tonight tonight, DateTimeOffset now)
        {
            var (html, version) = Write(tonight);
            lock (_lock)
            {
                _trouble = "";
                if (_state?.Version != version) Add(_state = new Frame(Event("tonight", html, version), version), now);
                else if (now - _toldAt >= Silence) Add(new Frame(": still here\n\n"u8.ToArray(), "", isPulse: true), now);
            }
        }

        public void TellTrouble(string message, DateTimeOffset now)
        {
            lock (_lock)
            {
                if (message == _trouble && now - _toldAt < Silence) return;
                _trouble = message;
                // The state that comes after it is told, be it the one from before.
                _state = null;
                Add(new Frame(Event("trouble", message.ReplaceLineEndings("\n"), ""), ""), now);
            }
        }

        private void Add(Frame frame, DateTimeOffset now)
        {
            _last.Next.SetResult(frame);
            (_last, _toldAt) = (frame, now);
        }

        private static byte[] Event(string name, string content, string version)
        {
            var text = new StringBuilder("event: ").Append(name).Append('\n');
            if (version.Length > 0) text.Append("id: ").Append(version).Append('\n');
            foreach (var line in content.Split('\n')) text.Append("data: ").Append(line).Append('\n');
            return Encoding.UTF8.GetBytes(text.Append('\n').ToString());
        }
    }
}
