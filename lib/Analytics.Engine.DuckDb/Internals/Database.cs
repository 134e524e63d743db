using System.Globalization;
using System.Runtime.InteropServices;
using DuckDB.NET.Native;

namespace Analytics.Engine.DuckDb.Internals;

/// <summary>The native database: opened with everything that could reach the network or load code switched off.</summary>
internal sealed class Database : IDisposable
{
    private readonly DuckDBDatabase _native;

    private Database(DuckDBDatabase native) => _native = native;

    /// <summary>Opens it.</summary>
    /// <exception cref="EngineException">The native library is missing, or DuckDB refuses an option or the file.</exception>
    public static Database Open(DuckDbOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MemoryLimitBytes, 16L << 20);
        try
        {
            Directory.CreateDirectory(options.SpillFolder);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new EngineException($"the spill folder {options.SpillFolder} cannot be made: {wrong.Message}", kind: EngineErrorKind.Io, inner: wrong);
        }
        try
        {
            return OpenNative(options);
        }
        catch (Exception missing) when (missing is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException or TypeInitializationException)
        {
            throw new EngineException(
                $"DuckDB's native library cannot be loaded on {RuntimeInformation.RuntimeIdentifier}: {missing.Message} "
                + "Expected runtimes/<platform>/native/ beside the program (linux-x64, linux-arm64, osx, win-x64, win-arm64, glibc 2.28 or newer on Linux): install the program whole.",
                kind: EngineErrorKind.Io, inner: missing);
        }
    }

    /// <summary>The library's version without the leading v.</summary>
    public static string LibraryVersion() => NativeMethods.Startup.DuckDBLibraryVersion().TrimStart('v');

    public Connection Connect() => new(_native);

    public void Dispose() => _native.Dispose();

    private static Database OpenNative(DuckDbOptions options)
    {
        NativeMethods.Configuration.DuckDBCreateConfig(out var config);
        using (config)
        {
            foreach (var (name, value) in Settings(options))
                if (NativeMethods.Configuration.DuckDBSetConfig(config, name, value) != DuckDBState.Success)
                    throw new EngineException($"DuckDB refuses the setting {name} = {value}", kind: EngineErrorKind.Io);
            var state = NativeMethods.Startup.DuckDBOpen(options.DatabasePath ?? ":memory:", out var database, config, out var error);
            if (state == DuckDBState.Success) return new Database(database);
            database.Dispose();
            throw DuckDbErrors.Translate(DuckDBErrorType.Io, error, options.DatabasePath ?? "database in memory");
        }
    }

    private static IEnumerable<(string Name, string Value)> Settings(DuckDbOptions options) =>
    [
        ("memory_limit", string.Create(CultureInfo.InvariantCulture, $"{options.MemoryLimitBytes}B")),
        ("threads", options.Threads.ToString(CultureInfo.InvariantCulture)),
        ("temp_directory", options.SpillFolder),
        ("autoinstall_known_extensions", "false"),
        ("autoload_known_extensions", "false"),
        ("allow_community_extensions", "false"),
        ("allow_unsigned_extensions", "false"),
        // Spark's order of NULLs, should a query forget to write it.
        ("default_null_order", "nulls_first_on_asc_last_on_desc"),
    ];
}
