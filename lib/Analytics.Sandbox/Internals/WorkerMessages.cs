using System.Text.Json.Serialization;
using Analytics.Publishing;

namespace Analytics.Sandbox.Internals;

/// <summary>What the worker is asked: one line of JSON on its standard input, which stays open for as long as somebody wants the answer.</summary>
internal sealed record WorkerRequest(string Sql, IReadOnlyList<SandboxTable> Tables, long MemoryBytes, long MaxRows, long MaxBytes, int Threads, long DataLimitBytes, long CpuSeconds);

/// <summary>The first line of an answer.</summary>
internal sealed record WorkerColumns(IReadOnlyList<SandboxColumn> Columns);

/// <summary>The last line of a whole answer.</summary>
internal sealed record WorkerEnd(long Rows, long Bytes, string? CutBy);

/// <summary>The last line of an answer that failed.</summary>
internal sealed record WorkerError(SandboxFault Fault, string Message);

/// <summary>One line of the worker's output: columns, then rows, then end or error.</summary>
internal sealed record WorkerLine(WorkerColumns? Columns = null, WorkerEnd? End = null, WorkerError? Error = null);

[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WorkerRequest))]
[JsonSerializable(typeof(WorkerLine))]
[JsonSerializable(typeof(TableColumn))]
internal sealed partial class WorkerJson : JsonSerializerContext;
