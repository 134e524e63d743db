using System.Globalization;
using Analytics.Engine.Wire;

namespace Analytics.Worker;

/// <summary>What a worker is told on its command line.</summary>
internal sealed class WorkerOptions
{
    public required string Task { get; init; }

    public required string Contract { get; init; }

    public byte[] Parameters { get; init; } = [];

    public string? SideFile { get; init; }

    public string SpillFolder { get; init; } = ".";

    /// <exception cref="ArgumentException">An unknown or missing option, or another protocol.</exception>
    public static WorkerOptions Read(string[] args)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Length; i += 2)
        {
            if (args[i] is not ("--protocol" or "--task" or "--contract" or "--parameters" or "--side" or "--spill")) throw new ArgumentException($"unknown option {args[i]}");
            if (i + 1 == args.Length) throw new ArgumentException($"{args[i]} has no value");
            if (!values.TryAdd(args[i], args[i + 1])) throw new ArgumentException($"{args[i]} comes twice");
        }
        string Needed(string name) => values.GetValueOrDefault(name) ?? throw new ArgumentException($"{name} is missing");
        var protocol = Needed("--protocol");
        if (protocol != WireProtocol.Version.ToString(CultureInfo.InvariantCulture))
            throw new ArgumentException($"the engine speaks version {protocol} of the protocol, this worker version {WireProtocol.Version}: send the worker that was built from the engine's sources (scripts/worker.sh)");
        try
        {
            return new WorkerOptions
            {
                Task = Needed("--task"),
                Contract = Needed("--contract"),
                Parameters = values.TryGetValue("--parameters", out var hex) ? Convert.FromHexString(hex) : [],
                SideFile = values.GetValueOrDefault("--side"),
                SpillFolder = values.GetValueOrDefault("--spill", "."),
            };
        }
        catch (FormatException)
        {
            throw new ArgumentException("--parameters is no text of hex digits");
        }
    }
}
