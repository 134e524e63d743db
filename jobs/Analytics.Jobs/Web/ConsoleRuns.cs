using System.Diagnostics;
using System.Globalization;
using System.Text;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Jobs.Schedule;
using Analytics.Jobs.Terminal;
using Analytics.Publishing;
using Analytics.Web;

namespace Analytics.Jobs.Web;

/// <summary>
/// Runs that were ordered in the console: date by date, each <c>run nightly</c> in a process of its own; the first that fails ends the order.
/// The lease of a date and the lake's locks keep them apart from the schedule's. They end with the console, which leaves the lake whole.
/// </summary>
internal sealed class ConsoleRuns(LoadedSettings loaded, Lake lake, TimeProvider time)
{
    private const int MostAtOnce = 4;
    private const int MostRemembered = 100;

    private readonly Lock _lock = new();
    private readonly List<StartedRuns> _started = [];
    private readonly List<Task> _tasks = [];
    private readonly CancellationTokenSource _stop = new();
    private int _count;

    public IReadOnlyList<StartedRuns> Started()
    {
        lock (_lock) return [.. Enumerable.Reverse(_started)];
    }

    /// <exception cref="ConsoleException">Too many go on already.</exception>
    public StartedRuns Start(RunOrder order)
    {
        lock (_lock)
        {
            if (_started.Count(static one => one.EndedAt is null) >= MostAtOnce)
                throw new ConsoleException($"{MostAtOnce} orders go on already; expected fewer. Wait until one is done");
            var now = time.GetUtcNow();
            var id = string.Create(CultureInfo.InvariantCulture, $"{now.UtcDateTime:yyyyMMdd'T'HHmmss}x{++_count}");
            var folder = Path.Combine(Logs.LakeFolder(lake.Root), "console");
            Directory.CreateDirectory(folder);
            var one = new StartedRuns(id, order, now, null, "", false, Path.Combine(folder, id + ".log"));
            _started.Add(one);
            if (_started.Count > MostRemembered) _started.RemoveAt(_started.FindIndex(static old => old.EndedAt is not null));
            _tasks.RemoveAll(static task => task.IsCompleted);
            _tasks.Add(Task.Run(() => RunAsync(one)));
            return one;
        }
    }

    /// <summary>Ends what goes on and waits for it.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        Task[] tasks;
        lock (_lock) tasks = [.. _tasks];
        await Task.WhenAll(tasks).ConfigureAwait(false);
    }

    private async Task RunAsync(StartedRuns one)
    {
        var outcome = "";
        var hasFailed = true;
        try
        {
            await using var log = new StreamWriter(one.Log, append: true, new UTF8Encoding(false)) { AutoFlush = true };
            var steps = Steps(one.Order).ToList();
            hasFailed = false;
            foreach (var (name, start) in steps)
            {
                var code = await RunOneAsync(start, log).ConfigureAwait(false);
                if (code == (int)ExitCode.Done) continue;
                hasFailed = true;
                outcome = $"{name} ended with exit code {code.ToString(CultureInfo.InvariantCulture)}{(steps.Count > 1 ? "; later dates were not tried" : "")}";
                break;
            }
            if (!hasFailed) outcome = steps.Count == 1 ? "done" : $"{steps.Count.ToString(CultureInfo.InvariantCulture)} dates done";
        }
        catch (OperationCanceledException)
        {
            outcome = "interrupted: the console was stopped";
        }
        catch (Exception e)
        {
            // Whatever kept the program from being started or its log from being written.
            outcome = e.Message;
        }
        lock (_lock)
        {
            var at = _started.FindIndex(other => other.Id == one.Id);
            if (at >= 0) _started[at] = one with { EndedAt = time.GetUtcNow(), Outcome = outcome, HasFailed = hasFailed };
        }
    }

    private async Task<int> RunOneAsync(ProcessStartInfo start, StreamWriter log)
    {
        _stop.Token.ThrowIfCancellationRequested();
        await log.WriteLineAsync($"$ {NightProcess.CommandLine(start)}").ConfigureAwait(false);
        using var process = new Process { StartInfo = start };
        process.Start();
        process.StandardInput.Close();
        var pumps = Task.WhenAll(NightProcess.PumpAsync(process.StandardOutput, log, null), NightProcess.PumpAsync(process.StandardError, log, null));
        try
        {
            await process.WaitForExitAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await NightProcess.StopAsync(process, time).ConfigureAwait(false);
            throw;
        }
        await pumps.ConfigureAwait(false);
        return process.ExitCode;
    }

    private IEnumerable<(string Name, ProcessStartInfo Start)> Steps(RunOrder order)
    {
        if (order.Schedule.Length == 0)
        {
            var start = NightProcess.Program("");
            string[] span = order.From == order.To ? ["--date", Dates.Text(order.From)] : ["--from", Dates.Text(order.From), "--to", Dates.Text(order.To)];
            Add(start, ["run", "nightly", .. span], order);
            yield return ($"{Dates.Text(order.From)}{(order.From == order.To ? "" : $" to {Dates.Text(order.To)}")}", start);
            yield break;
        }
        var schedule = loaded.Settings.Machine.Schedules[order.Schedule];
        for (var date = order.From; date <= order.To; date = date.AddDays(1))
        {
            var start = NightProcess.Program(schedule.SparkSubmit);
            Add(start, ["run", "nightly", "--date", Dates.Text(date)], order);
            foreach (var input in schedule.Input)
            {
                start.ArgumentList.Add("--input");
                start.ArgumentList.Add(NightPatterns.Fill(input, date));
            }
            foreach (var argument in NightProcess.Words(schedule.Arguments)) start.ArgumentList.Add(argument);
            yield return (Dates.Text(date), start);
        }
    }

    private void Add(ProcessStartInfo start, string[] arguments, RunOrder order)
    {
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.ArgumentList.Add("--lake");
        start.ArgumentList.Add(loaded.Settings.Machine.Lake);
        if (!order.Anew && order.From == order.To | order.Schedule.Length > 0) start.ArgumentList.Add("--unless-published");
        if (loaded.File is not { } file) return;
        start.ArgumentList.Add("--config");
        start.ArgumentList.Add(Path.GetFullPath(file));
    }
}
