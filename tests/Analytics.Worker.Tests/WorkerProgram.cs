using System.Diagnostics;
using System.Text;
using Analytics.Engine;
using Analytics.Engine.Wire;

namespace Analytics.Worker.Tests;

/// <summary>
/// The worker as executors run it: built once by scripts/worker.sh. A machine without a C compiler cannot build the native one; there
/// the same code runs on the shared runtime, which the tests then say.
/// </summary>
public sealed class WorkerProgram
{
    private readonly Lazy<(string File, string[] First)> _command = new(Build);

    public bool IsNative => _command.Value.First.Length == 0;

    /// <summary>Runs a task over its input, in random pieces, and gives the answer.</summary>
    internal byte[] Run(GroupedTask task, byte[] input, int seed = 1)
    {
        using var side = new SideFile(task);
        var (code, output, error) = Start(WireProtocol.Arguments(task, side.Name).Split(' '), input, side.Folder, seed);
        Assert.True(code == 0, $"exit code {code}: {error}");
        Assert.Equal("", error);
        return output;
    }

    /// <summary>Starts the worker with any arguments; feeds it all of the input, unless it stops reading, and waits for its end.</summary>
    internal (int Code, byte[] Output, string Error) Start(string[] arguments, byte[] input, string folder, int seed = 1, bool killed = false)
    {
        using var process = Process.Start(Info(arguments, folder))!;
        var output = new MemoryStream();
        var read = Task.Run(() => process.StandardOutput.BaseStream.CopyTo(output));
        var error = Task.Run(() => process.StandardError.ReadToEnd());
        var random = new Random(seed);
        var stdin = process.StandardInput.BaseStream;
        for (var at = 0; at < input.Length;)
        {
            var count = Math.Min(input.Length - at, random.Next(1, 50_000));
            stdin.Write(input, at, count);
            stdin.Flush();
            at += count;
        }
        if (killed) process.Kill();
        stdin.Close();
        process.WaitForExit();
        Task.WaitAll(read, error);
        return (process.ExitCode, output.ToArray(), error.Result);
    }

    private ProcessStartInfo Info(string[] arguments, string folder)
    {
        var (file, first) = _command.Value;
        var info = new ProcessStartInfo(file)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = folder, StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var argument in first.Concat(arguments)) info.ArgumentList.Add(argument);
        return info;
    }

    private static (string File, string[] First) Build()
    {
        if (!HasCompiler())
        {
            Console.Error.WriteLine("no C compiler (gcc or clang) on this machine: the worker's tests run its code on the shared runtime instead of the native program");
            return (Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) == "dotnet" ? own : "dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "worker.dll")]);
        }
        using var build = Process.Start(new ProcessStartInfo(Path.Combine(Analytics.Tests.SharedData.ProjectRoot, "scripts", "worker.sh")) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var error = Task.Run(build.StandardError.ReadToEnd);
        var path = build.StandardOutput.ReadToEnd().Trim();
        build.WaitForExit();
        Assert.True(build.ExitCode == 0, $"scripts/worker.sh ended with {build.ExitCode}: {error.Result}");
        return (path, []);
    }

    private static bool HasCompiler() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "gcc")) || File.Exists(Path.Combine(folder, "clang")));

    /// <summary>The side input as a file in a folder of its own, as on an executor.</summary>
    internal sealed class SideFile : IDisposable
    {
        public SideFile(GroupedTask task)
        {
            Folder = Directory.CreateTempSubdirectory("worker-").FullName;
            if (task.SideInput.IsEmpty) return;
            Name = "side-" + WireProtocol.SideInputHash(task);
            File.WriteAllBytes(Path.Combine(Folder, Name), task.SideInput.ToArray());
        }

        public string Folder { get; }

        public string? Name { get; }

        public void Dispose() => Directory.Delete(Folder, true);
    }
}

/// <summary>One build for all classes.</summary>
[CollectionDefinition(Name)]
public sealed class WorkerCollection : ICollectionFixture<WorkerProgram>
{
    public const string Name = "worker";
}
