using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Jobs.Terminal;
using Analytics.Publishing;
using Analytics.Scheduling;

namespace Analytics.Jobs.Schedule;

/// <summary>Runs a night as <c>run nightly</c> in a process of its own, with a log of its own and a deadline.</summary>
internal sealed partial class NightProcess(LoadedSettings loaded, Lake lake, TimeProvider time) : INightRunner
{
    private const int KilledBySignal = 128 + 9;
    private const int Terminate = 15;
    private const int MessageLines = 6;

    // As long as run nightly itself takes to stop when it is asked, and some.
    internal static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(10);

    public async Task<NightResult> RunAsync(NightRequest request, CancellationToken cancel)
    {
        var start = StartInfo(loaded, request, time.GetUtcNow());
        var path = LogPath(lake, request.Schedule.Name, request.Date, request.Attempt);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var log = new StreamWriter(path, append: true, new UTF8Encoding(false)) { AutoFlush = true };
        await log.WriteLineAsync($"$ {CommandLine(start)}".AsMemory(), CancellationToken.None).ConfigureAwait(false);
        if (Activity.Current is { Id: { } trace, IdFormat: ActivityIdFormat.W3C }) start.Environment["TRACEPARENT"] = trace;
        using var process = new Process { StartInfo = start };
        var errors = new LastLines(MessageLines);
        process.Start();
        var pumps = Task.WhenAll(PumpAsync(process.StandardOutput, log, null), PumpAsync(process.StandardError, log, errors));
        using var deadline = new CancellationTokenSource(Positive(request.Deadline - time.GetUtcNow()), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        var isLate = false;
        try
        {
            await process.WaitForExitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            isLate = !cancel.IsCancellationRequested;
            await StopAsync(process, time).ConfigureAwait(false);
        }
        await pumps.ConfigureAwait(false);
        var message = errors.ToString();
        if (isLate)
            return new NightResult(AttemptResult.Deadline, process.ExitCode, string.Create(CultureInfo.InvariantCulture, $"ended after {request.Schedule.Deadline.TotalMinutes:F0} minutes, its deadline"));
        return new NightResult(Classify(process.ExitCode, message), process.ExitCode, message);
    }

    /// <summary>The log of an attempt.</summary>
    public static string LogPath(Lake lake, string schedule, DateOnly date, int attempt) =>
        Path.Combine(Logs.LakeFolder(lake.Root), "nights", schedule, string.Create(CultureInfo.InvariantCulture, $"{date:yyyy-MM-dd}-{attempt:D4}.log"));

    /// <summary>How an exit code is to be taken; see docs/operations.md.</summary>
    internal static AttemptResult Classify(int exitCode, string message) => exitCode switch
    {
        (int)ExitCode.Done => AttemptResult.Done,
        _ when exitCode == KilledBySignal || message.Contains("Out of memory", StringComparison.OrdinalIgnoreCase) || message.Contains(nameof(OutOfMemoryException), StringComparison.Ordinal) => AttemptResult.OutOfMemory,
        (int)ExitCode.Data => AttemptResult.BadData,
        (int)ExitCode.Bug or (int)ExitCode.Usage => AttemptResult.Broken,
        (int)ExitCode.Locked => AttemptResult.Held,
        (int)ExitCode.Interrupted or 128 + Terminate => AttemptResult.Lost,
        _ => AttemptResult.Outside,
    };

    /// <summary>The command of a night.</summary>
    internal static ProcessStartInfo StartInfo(LoadedSettings loaded, NightRequest request, DateTimeOffset now)
    {
        var settings = loaded.Settings;
        var schedule = settings.Machine.Schedules[request.Schedule.Name];
        var start = Program(schedule.SparkSubmit);
        string[] arguments = ["run", "nightly", "--date", Dates.Text(request.Date), "--lake", settings.Machine.Lake, "--unless-published",
            "--lease-minutes", Math.Max(1, (int)Math.Ceiling((request.Deadline - now).TotalMinutes)).ToString(CultureInfo.InvariantCulture)];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        if (loaded.File is { } file)
        {
            start.ArgumentList.Add("--config");
            start.ArgumentList.Add(Path.GetFullPath(file));
        }
        foreach (var input in schedule.Input)
        {
            start.ArgumentList.Add("--input");
            start.ArgumentList.Add(NightPatterns.Fill(input, request.Date));
        }
        if (request.IsLean)
        {
            start.ArgumentList.Add("--set");
            start.ArgumentList.Add($"machine.memory_mib={Math.Max(128, Memory.EngineBytes(settings.Machine.MemoryMib) / 2 / (1 << 20)).ToString(CultureInfo.InvariantCulture)}");
            start.ArgumentList.Add("--set");
            start.ArgumentList.Add("machine.threads=1");
        }
        foreach (var argument in Words(schedule.Arguments)) start.ArgumentList.Add(argument);
        return start;
    }

    /// <summary>This very program (so that an update under a running service changes nothing in the middle), or spark-submit.sh, with nothing said yet of what to do.</summary>
    internal static ProcessStartInfo Program(string sparkSubmit)
    {
        var start = new ProcessStartInfo { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        if (sparkSubmit.Length > 0)
        {
            start.FileName = Path.Combine(Commands.ProgramHome.Folder, "spark-submit.sh");
            foreach (var option in Words(sparkSubmit)) start.ArgumentList.Add(option);
            return start;
        }
        var isHosted = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";
        start.FileName = isHosted ? Environment.ProcessPath! : Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "analytics.exe" : "analytics");
        if (isHosted) start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "analytics.dll"));
        return start;
    }

    /// <summary>The command as a person would type it.</summary>
    public static string ByHand(LoadedSettings loaded, string schedule, DateOnly date)
    {
        var own = loaded.Settings.Machine.Schedules[schedule];
        var text = new StringBuilder(own.SparkSubmit.Length > 0 ? $"./spark-submit.sh {own.SparkSubmit} run nightly" : "./analytics run nightly");
        text.Append(" --date ").Append(Dates.Text(date)).Append(" --lake ").Append(ShellWord.Quote(loaded.Settings.Machine.Lake));
        if (loaded.File is { } file) text.Append(" --config ").Append(ShellWord.Quote(Path.GetFullPath(file)));
        foreach (var input in own.Input) text.Append(" --input ").Append(ShellWord.Quote(NightPatterns.Fill(input, date)));
        if (own.Arguments.Length > 0) text.Append(' ').Append(own.Arguments);
        return text.ToString();
    }

    internal static string CommandLine(ProcessStartInfo start) => string.Join(' ', start.ArgumentList.Prepend(start.FileName).Select(ShellWord.Quote));

    internal static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static TimeSpan Positive(TimeSpan span) => span > TimeSpan.FromSeconds(1) ? span : TimeSpan.FromSeconds(1);

    internal static async Task StopAsync(Process process, TimeProvider time)
    {
        if (!OperatingSystem.IsWindows()) Kill(process.Id, Terminate);
        using var grace = new CancellationTokenSource(StopGrace, time);
        try
        {
            await process.WaitForExitAsync(grace.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    internal static async Task PumpAsync(StreamReader from, StreamWriter log, LastLines? last)
    {
        while (await from.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            last?.Add(line);
            lock (log) log.WriteLine(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);

    /// <summary>The last lines of a stream.</summary>
    internal sealed class LastLines(int count)
    {
        private readonly Queue<string> _lines = new();

        public void Add(string line)
        {
            if (line.Length == 0) return;
            lock (_lines)
            {
                _lines.Enqueue(line.Length > 2000 ? line[..2000] + " ..." : line);
                if (_lines.Count > count) _lines.Dequeue();
            }
        }

        public override string ToString()
        {
            lock (_lines) return string.Join('\n', _lines);
        }
    }
}
