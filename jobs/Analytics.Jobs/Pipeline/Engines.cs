using Analytics.Engine;
using Analytics.Engine.DuckDb;
using Analytics.Jobs.Configuration;

namespace Analytics.Jobs.Pipeline;

/// <summary>The one place that knows which engines there are.</summary>
internal static class Engines
{
    /// <summary>The engine that a run would use, without starting it.</summary>
    public static (string Name, string Version) Describe(MachineSettings machine) => machine.Engine switch
    {
        "duckdb" => ("duckdb", DuckDbEngine.LibraryVersion),
        _ => throw new UserException(ExitCode.Usage, $"machine.engine is '{machine.Engine}', but one of duckdb is expected"),
    };

    public static IEngine Open(MachineSettings machine, int threads, string spillFolder) => machine.Engine switch
    {
        "duckdb" => new DuckDbEngine(new DuckDbOptions(Memory.EngineBytes(machine.MemoryMib), threads, spillFolder)),
        _ => throw new UserException(ExitCode.Usage, $"machine.engine is '{machine.Engine}', but one of duckdb is expected"),
    };
}
