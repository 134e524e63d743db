using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Analytics.Columns;

namespace Analytics.Engine.Wire;

/// <summary>
/// The protocol between an engine and a worker process; docs/worker-protocol.md says it in full. Rows go in and answers come out as
/// lines of tab-separated fields. Every answer line starts with its kind: one handshake, rows and one closing record a key, one end.
/// </summary>
public static class WireProtocol
{
    /// <summary>Raised whenever a line of either direction changes its meaning.</summary>
    public const int Version = 1;

    /// <summary>First line: kind, version, task, contract.</summary>
    public const string Handshake = "H";

    /// <summary>One row of output: kind, key fields, output fields.</summary>
    public const string Row = "R";

    /// <summary>The end of a key, behind its rows: kind, key fields, rows in, rows that the task read, rows out, error or NULL.</summary>
    public const string Closing = "K";

    /// <summary>Last line: kind, keys, rows in, rows out, keys that failed.</summary>
    public const string End = "E";

    /// <summary>
    /// What both sides must agree on, as 64 hex digits: SHA-256 over version, name, columns, order, parameters and the hash of the side
    /// input. A worker of another build of the tasks, or with another side input, has another one.
    /// </summary>
    public static string Contract(GroupedTask task)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"analytics-wire {Version}\n{task.Name}\n{task.KeyColumns}\n");
        foreach (var column in task.Input) Append(text, column);
        text.Append('\n').AppendJoin(',', task.OrderBy).Append('\n');
        foreach (var column in task.Output) Append(text, column);
        text.Append('\n').Append(Convert.ToHexStringLower(SHA256.HashData(task.Parameters.Span)));
        text.Append('\n').Append(SideInputHash(task)).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>SHA-256 of a task's side input, 64 hex digits: the name of its file on the executors.</summary>
    public static string SideInputHash(GroupedTask task) => Convert.ToHexStringLower(SHA256.HashData(task.SideInput.Span));

    /// <summary>The arguments with which a worker is started for a task: words that no shell changes.</summary>
    /// <param name="task">The task.</param>
    /// <param name="sideFile">
    /// Where the worker finds the side input, relative to its working directory; null for a task without any.
    /// Letters, digits and <c>. _ - /</c> only.
    /// </param>
    /// <exception cref="ArgumentException">A side input without a file, or a name that a shell could change.</exception>
    public static string Arguments(GroupedTask task, string? sideFile)
    {
        if (task.SideInput.IsEmpty != sideFile is null)
            throw new ArgumentException(sideFile is null ? $"{task.Name} has a side input: name the file that it lies in" : $"{task.Name} has no side input", nameof(sideFile));
        if (sideFile is not null && !sideFile.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/'))
            throw new ArgumentException($"'{sideFile}' would not pass a shell unchanged: use letters, digits and . _ - /", nameof(sideFile));
        var arguments = new StringBuilder("run");
        arguments.Append(CultureInfo.InvariantCulture, $" --protocol {Version} --task {task.Name} --contract {Contract(task)}");
        if (!task.Parameters.IsEmpty) arguments.Append(" --parameters ").Append(Convert.ToHexStringLower(task.Parameters.Span));
        if (sideFile is not null) arguments.Append(" --side ").Append(sideFile);
        return arguments.ToString();
    }

    /// <summary>The most fields that an answer line of a task has, its kind included.</summary>
    public static int AnswerFields(GroupedTask task) => Math.Max(5, 1 + task.KeyColumns + Math.Max(task.Output.Count, 4));

    private static void Append(StringBuilder text, Column column) =>
        text.Append(CultureInfo.InvariantCulture, $"{column.Name} {column.Type}{(column.Nullable ? "" : " not null")},");
}
