using System.Globalization;
using System.Text.RegularExpressions;
using DuckDB.NET.Native;

namespace Analytics.Engine.DuckDb.Internals;

/// <summary>Turns DuckDB's messages into ours: its first words, without hints for another tool and stack traces, then file and line.</summary>
internal static partial class DuckDbErrors
{
    public static EngineException Translate(DuckDBErrorType type, string? message, string source, RenderedSql? sql = null)
    {
        var text = message is null or "" ? "DuckDB gave no message" : message;
        var kind = KindOf(type, text);
        int? line = null;
        if (LinePattern().Match(text) is { Success: true } match)
        {
            line = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            if (sql is not null) line = sql.SourceLine(line.Value);
        }
        // Lines are ours only where the statement is a query file; statements that the engine itself made have no file.
        if (sql is null) line = null;
        var where = line is null ? source : $"{source}, line {line.Value.ToString(CultureInfo.InvariantCulture)}";
        return new EngineException($"{Clean(text)} ({where}){WhatToDo(kind)}", source, kind: kind, line: line);
    }

    public static EngineException Contract(string message, string source) => new(message, source, isContractBreach: true);

    /// <summary>What the file system said while we wrote.</summary>
    public static EngineException File(Exception wrong, string relation, string path)
    {
        var kind = KindOf(DuckDBErrorType.Io, wrong.Message);
        return new EngineException($"{wrong.Message} ({relation}, writing {path}){(kind == EngineErrorKind.DiskFull ? ": free space on that disk" : "")}", relation, inner: wrong, kind: kind);
    }

    private static EngineErrorKind KindOf(DuckDBErrorType type, string text)
    {
        if (text.Contains("No space left on device", StringComparison.OrdinalIgnoreCase)
            || text.Contains("not enough space on the disk", StringComparison.OrdinalIgnoreCase)
            || text.Contains("max_temp_directory_size", StringComparison.Ordinal)
            || text.Contains("Disk quota exceeded", StringComparison.OrdinalIgnoreCase)) return EngineErrorKind.DiskFull;
        return type switch
        {
            DuckDBErrorType.OutOfMemory => EngineErrorKind.OutOfMemory,
            DuckDBErrorType.Io or DuckDBErrorType.Permission or DuckDBErrorType.Network or DuckDBErrorType.Http => EngineErrorKind.Io,
            DuckDBErrorType.Interrupt => EngineErrorKind.Interrupted,
            // A result that was opened as a stream carries its type in words alone.
            _ when text.StartsWith("Out of Memory Error", StringComparison.Ordinal) => EngineErrorKind.OutOfMemory,
            _ when text.StartsWith("IO Error", StringComparison.Ordinal) => EngineErrorKind.Io,
            _ when text.StartsWith("INTERRUPT Error", StringComparison.OrdinalIgnoreCase) => EngineErrorKind.Interrupted,
            _ => EngineErrorKind.Sql,
        };
    }

    private static string WhatToDo(EngineErrorKind kind) => kind switch
    {
        EngineErrorKind.OutOfMemory => ": raise the engine's memory limit or lower its threads",
        EngineErrorKind.DiskFull => ": free space on the disk of the spill folder, or name another spill folder",
        _ => "",
    };

    private static string Clean(string text)
    {
        foreach (var noise in (ReadOnlySpan<string>)["\n\nLINE ", "\nLINE ", "\n\nPossible solutions", "\nStack Trace:", "\n\nStack Trace:", "\nThis error signals an assertion failure"])
        {
            var at = text.IndexOf(noise, StringComparison.Ordinal);
            if (at > 0) text = text[..at];
        }
        return text.ReplaceLineEndings(" ").Trim();
    }

    [GeneratedRegex(@"^LINE (\d+):", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex LinePattern();
}
