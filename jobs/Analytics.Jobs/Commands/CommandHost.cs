using System.CommandLine;
using System.Runtime.InteropServices;
using Analytics.Anchoring;
using Analytics.Engine;
using Analytics.Files;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Records;
using Analytics.Records.Curation;

namespace Analytics.Jobs.Commands;

/// <summary>Runs a command: exit codes, Ctrl-C, and errors as one clear message.</summary>
internal static class CommandHost
{
    // After Ctrl-C a run has this long to stop by itself; whatever is visible in the lake is whole at any moment, so leaving hard is safe.
    private static readonly TimeSpan RunGrace = TimeSpan.FromSeconds(1.5);

    private static readonly CancellationTokenSource Interrupt = new();

    private static volatile bool _interrupted;

    /// <summary>How long a command may take to stop. A service that waits for a process of its own needs longer than a run.</summary>
    public static TimeSpan Grace { get; set; } = RunGrace;

    /// <summary>Cancelled by Ctrl-C and by a termination request.</summary>
    public static CancellationToken Cancel => Interrupt.Token;

    public static int Invoke(RootCommand root, string[] args)
    {
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        var parsed = root.Parse(args);
        var verbose = args.Contains("--verbose");
        try
        {
            // A usage error has code 2; help and suggestions are actions, not errors.
            if (parsed.Errors.Count > 0 && parsed.Action is System.CommandLine.Invocation.ParseErrorAction)
            {
                foreach (var error in parsed.Errors) Console.Error.WriteLine($"analytics: {error.Message}");
                var path = parsed.CommandResult.Command == root ? "" : " " + CommandPath(parsed.CommandResult);
                Console.Error.WriteLine($"See: analytics{path} --help");
                return (int)ExitCode.Usage;
            }
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception e)
        {
            return Report(e, verbose);
        }
        finally
        {
            FileSystems.Close();
        }
    }

    /// <summary>An exception as a message and an exit code.</summary>
    public static int Report(Exception e, bool verbose)
    {
        if (e is AggregateException { InnerExceptions.Count: 1 } aggregate) e = aggregate.InnerExceptions[0];
        var code = Classify(e);
        var message = code switch
        {
            ExitCode.Interrupted => "interrupted; the lake is as it was",
            ExitCode.Outside when e is not FileStoreException && FileStoreException.SaysFull(e) => $"{e.Message.TrimEnd('.')}; expected room for it. Free some space (runs prune helps) and run the command again.",
            ExitCode.Bug => $"a bug in analytics, please report it with the log file: {e.GetType().Name}: {e.Message}",
            _ => e.Message,
        };
        Console.Error.WriteLine($"analytics: {message}");
        if (verbose || Environment.GetEnvironmentVariable("ANALYTICS_TRACE") == "1") Console.Error.WriteLine(e);
        else if (code == ExitCode.Bug) Console.Error.WriteLine("(--verbose shows where)");
        return (int)code;
    }

    private static ExitCode Classify(Exception e) => e switch
    {
        OperationCanceledException when _interrupted => ExitCode.Interrupted,
        _ when _interrupted && e is EngineException => ExitCode.Interrupted,
        UserException user => user.Code,
        RecordFormatException or DuplicateRecordsException => ExitCode.Data,
        EngineException engine => engine.IsContractBreach ? ExitCode.Bug : ExitCode.Outside,
        AnchoringException anchoring => anchoring.Fault switch { AnchorFault.Usage => ExitCode.Usage, AnchorFault.Contract => ExitCode.Data, _ => ExitCode.Outside },
        FileStoreException or IOException or UnauthorizedAccessException or TimeoutException => ExitCode.Outside,
        _ => PublishingErrors.Code(e),
    };

    private static void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        _interrupted = true;
        Interrupt.Cancel();
        // The thread must not keep the process alive, and a run that ends in time ends it first.
        new Thread(() =>
        {
            Thread.Sleep(Grace);
            Console.Error.WriteLine("analytics: interrupted; the lake is as it was");
            Environment.Exit((int)ExitCode.Interrupted);
        })
        { IsBackground = true }.Start();
    }

    private static string CommandPath(System.CommandLine.Parsing.SymbolResult result)
    {
        var names = new List<string>();
        for (var at = result; at is System.CommandLine.Parsing.CommandResult { Command: not RootCommand } command; at = at.Parent!) names.Insert(0, command.Command.Name);
        return string.Join(' ', names);
    }
}
