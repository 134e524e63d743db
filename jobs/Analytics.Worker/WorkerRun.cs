using Analytics.Engine;
using Analytics.Engine.Wire;
using Analytics.Tasks;

namespace Analytics.Worker;

/// <summary>Runs one task over the standard streams.</summary>
internal static class WorkerRun
{
    // As deep as the embedded engine's threads: what does not overflow there must not overflow here.
    private const int StackBytes = 16 << 20;

    /// <summary>Runs on a thread with room for deep recursions.</summary>
    public static int Start(string[] args)
    {
        var code = 1;
        var thread = new Thread(() => code = Run(args), StackBytes);
        thread.Start();
        thread.Join();
        return code;
    }

    /// <summary>Reads the input to its end, so that the engine sees this text and exit code rather than a broken pipe.</summary>
    public static int Refuse(string message, int code = 2)
    {
        using (var input = Console.OpenStandardInput())
        {
            var rest = new byte[1 << 16];
            while (input.Read(rest) > 0)
            {
            }
        }
        return Fail(message, code);
    }

    private static int Run(string[] args)
    {
        GroupedTask task;
        WorkerOptions options;
        try
        {
            options = WorkerOptions.Read(args);
            task = TaskCatalog.Create(options.Task, options.Parameters, options.SideFile is null ? default : File.ReadAllBytes(options.SideFile));
            if (WireProtocol.Contract(task) != options.Contract)
                throw new ArgumentException(
                    $"task {options.Task} has another contract here ({WireProtocol.Contract(task)}) than the engine expects ({options.Contract}): send the worker that was built from the engine's sources (scripts/worker.sh), and the side input of this run");
        }
        catch (Exception wrong) when (wrong is ArgumentException or IOException or UnauthorizedAccessException)
        {
            return Refuse(wrong.Message);
        }
        try
        {
            using var input = Console.OpenStandardInput();
            using var output = Console.OpenStandardOutput();
            WorkerHost.Run(task, input, output, options.SpillFolder);
            return 0;
        }
        catch (WireFormatException wrong)
        {
            return Fail($"task {task.Name}: {wrong.Message}", 4);
        }
        catch (IOException wrong)
        {
            return Fail($"task {task.Name}: {wrong.Message}", 4);
        }
        catch (Exception wrong)
        {
            return Fail($"task {task.Name}: {wrong}", 1);
        }
    }

    private static int Fail(string message, int code)
    {
        Console.Error.WriteLine($"analytics worker: {message}");
        return code;
    }
}
