using Analytics.Publishing;
using Analytics.Publishing.Internals;
using Analytics.Publishing.Tests;

namespace Analytics.Scheduling.Tests;

/// <summary>What happens to a shop's nights in a simulation: when input comes, how attempts end, what was published and who was called.</summary>
internal sealed class NightShop : IDisposable
{
    public static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    public readonly TestLake Test = new();
    public readonly List<(DateOnly Date, DateTimeOffset At)> Published = [];
    public readonly List<AlertMessage> Messages = [];
    public readonly List<Child> Children = [];
    public readonly Dictionary<DateOnly, DateTimeOffset> Arrives = [];
    public readonly Dictionary<DateOnly, DateTimeOffset> Corrected = [];
    public readonly Queue<DateTimeOffset> ChannelDown = [];

    public ScheduleDefinition Schedule { get; init; } = new()
    {
        Name = "nightly",
        Cron = CronCalendar.Parse("0 30 2 * * ?"),
        Zone = Zone,
    };

    public DateTimeOffset Now => Test.Clock.Now;

    public bool IsDiskFull { get; set; }

    /// <summary>How an attempt goes: how long it takes, and how it ends where the data are good.</summary>
    public Func<DateOnly, int, (TimeSpan Takes, AttemptResult Ends)> Fate { get; set; } = static (_, _) => (TimeSpan.FromMinutes(10), AttemptResult.Done);

    public Host Start(string name) => new(this, name);

    public void Advance(TimeSpan by)
    {
        Test.Clock.Advance(by, fireTimers: false);
        foreach (var child in Children.ToList()) child.GoOn();
    }

    public void Dispose() => Test.Dispose();

    public InputState Input(DateOnly date)
    {
        var arrives = Arrives.TryGetValue(date, out var at) ? at : DateTimeOffset.MinValue;
        if (Now < arrives) return InputState.NotYet($"the file of {date:yyyy-MM-dd} is not there");
        return InputState.Ready(IsBad(date) ? "bad" : "good");
    }

    public bool IsBad(DateOnly date) => Corrected.TryGetValue(date, out var at) && Now < at;

    /// <summary>A machine with a scheduler on it.</summary>
    public sealed class Host : INightRunner, IInputProbe, IAlertChannel
    {
        private readonly NightShop _shop;
        private readonly NightScheduler _scheduler;

        public Host(NightShop shop, string name)
        {
            (_shop, MachineName) = (shop, name);
            Lake = shop.Test.Open();
            _scheduler = new NightScheduler(new NightSchedulerOptions
            {
                Lake = Lake,
                Schedules = [shop.Schedule],
                Runner = this,
                Input = this,
                Channels = [this],
                Time = shop.Test.Clock,
                Host = name,
            });
        }

        public string MachineName { get; }

        public Lake Lake { get; }

        public bool IsDead { get; private set; }

        public string Name => "duty";

        public IReadOnlyList<NightDecision> Decisions => _scheduler.Decisions[_shop.Schedule.Name];

        public AlertBook Alerts => _scheduler.Alerts;

        public void Look()
        {
            if (!IsDead) _scheduler.LookAsync(CancellationToken.None).GetAwaiter().GetResult();
        }

        /// <summary>The scheduler's process dies; its child goes on, as processes do, or dies with it.</summary>
        public void Kill(bool childToo)
        {
            IsDead = true;
            foreach (var child in _shop.Children.Where(child => child.Host == this).ToList())
            {
                if (childToo) child.Kill();
                else child.Orphan();
            }
        }

        public InputState Look(ScheduleDefinition schedule, DateOnly date, DateTimeOffset now) => _shop.Input(date);

        public Task<NightResult> RunAsync(NightRequest request, CancellationToken cancel)
        {
            var child = new Child(_shop, this, request);
            _shop.Children.Add(child);
            return child.Result;
        }

        public Task SendAsync(AlertMessage message, CancellationToken cancel)
        {
            if (_shop.ChannelDown.TryPeek(out var until) && _shop.Now < until) throw new IOException("connection refused");
            _shop.Messages.Add(message);
            return Task.CompletedTask;
        }
    }

    /// <summary>The process of one attempt.</summary>
    public sealed class Child
    {
        private readonly NightShop _shop;
        private readonly TaskCompletionSource<NightResult> _result = new();
        private readonly NightRequest _request;
        private readonly Lake _lake;
        private readonly DateTimeOffset _endsAt;
        private readonly AttemptResult _ends;
        private readonly DateLease? _lease;
        private bool _isOrphan;

        public Child(NightShop shop, Host host, NightRequest request)
        {
            (_shop, Host, _request) = (shop, host, request);
            (var takes, _ends) = shop.Fate(request.Date, request.Attempt);
            _endsAt = shop.Now + takes;
            _lake = shop.Test.Open();
            try
            {
                _lease = _lake.AcquireLease(request.Date, "run nightly", request.Deadline);
            }
            catch (LakeLockedException)
            {
                _ends = AttemptResult.Held;
                _endsAt = shop.Now;
            }
        }

        public Host Host { get; }

        public DateOnly Date => _request.Date;

        public Task<NightResult> Result => _result.Task;

        public void Orphan() => _isOrphan = true;

        /// <summary>Dies between two instructions: its lease is left behind.</summary>
        public void Kill()
        {
            _shop.Children.Remove(this);
            if (_lease is { } lease) Claims.LetGo(lease.HeldAs);
        }

        public void GoOn()
        {
            // One that hangs is ended by its scheduler at the deadline; where that is dead it wakes up late.
            if (_ends == AttemptResult.Deadline && !_isOrphan && !Host.IsDead && _shop.Now >= _request.Deadline)
            {
                Kill();
                End(AttemptResult.Deadline, null, "took longer than its deadline");
                return;
            }
            if (_shop.Now < _endsAt) return;
            _shop.Children.Remove(this);
            if (_ends == AttemptResult.Held)
            {
                End(AttemptResult.Held, 5, "another has it");
                return;
            }
            if (_ends is AttemptResult.Done or AttemptResult.Deadline) Publish();
            else Finish(_ends, 4, "the disk failed");
        }

        private void Publish()
        {
            if (_shop.IsDiskFull)
            {
                Finish(AttemptResult.Outside, 4, "no space left on device");
                return;
            }
            if (_shop.IsBad(Date))
            {
                Finish(AttemptResult.BadData, 3, "rejected_share: 60 % of the lines");
                return;
            }
            try
            {
                // As run nightly --unless-published does, with the lease in hand.
                if (_lake.Current(Date) is null)
                {
                    TestLake.Night(_lake, Date);
                    _shop.Published.Add((Date, _shop.Now));
                }
                Finish(AttemptResult.Done, 0, "");
            }
            catch (LakeLockedException e)
            {
                Finish(AttemptResult.Held, 5, e.Message);
            }
        }

        private void Finish(AttemptResult result, int? exitCode, string message)
        {
            _lease?.Dispose();
            End(result, exitCode, message);
        }

        private void End(AttemptResult result, int? exitCode, string message)
        {
            // Nobody waits for an orphan: how it ended is never noted.
            if (!_isOrphan && !Host.IsDead) _result.SetResult(new NightResult(result, exitCode, message));
        }
    }
}
