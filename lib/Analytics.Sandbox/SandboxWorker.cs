using System.Text.Json;
using Analytics.Sandbox.Internals;
using DuckDB.NET.Data;
using Microsoft.Win32.SafeHandles;

namespace Analytics.Sandbox;

/// <summary>
/// The inside of the sandbox: a process that answers one query over standard input and output and ends. It locks itself up before
/// it sees the SQL; the outside kills it when time is over or nobody waits any longer.
/// </summary>
public static class SandboxWorker
{
    // What a line of rows holds before it is sent.
    private const int LineBytes = 32 << 10;

    /// <summary>Serves one query over standard input and output. The current folder is the run's.</summary>
    /// <returns>0 where an answer was given, be it an error.</returns>
    public static int Run()
    {
        // Not the console's streams: their first use asks for memory that may be gone by then.
        using var input = new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        using var output = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        var reader = new StreamReader(input);
        var line = reader.ReadLine();
        if (line is null) return 0;
        var request = JsonSerializer.Deserialize(line, WorkerJson.Default.WorkerRequest)!;
        // Where the asking process dies, its end of the pipe closes, and nobody wants the answer.
        new Thread(() =>
        {
            reader.Read();
            Environment.Exit(0);
        })
        { IsBackground = true }.Start();
        try
        {
            Answer(request, output);
        }
        catch (Exception wrong)
        {
            WriteLine(output, new WorkerLine(Error: Translate(wrong)));
        }
        output.Flush();
        return 0;
    }

    private static void Answer(WorkerRequest request, Stream output)
    {
        // The views look at one footer each, so files that are missing are told before the limits, with the run's own names.
        using var connection = LockedDatabase.Open(request);
        ProcessLimits.Apply(request.DataLimitBytes, request.CpuSeconds);
        StatementCheck.Check(connection, request.Sql, request.Tables);
        using var command = connection.CreateCommand();
        command.CommandText = request.Sql;
        command.UseStreamingMode = true;
        using var reader = command.ExecuteReader();
        var columns = new SandboxColumn[reader.FieldCount];
        for (var i = 0; i < columns.Length; i++)
            columns[i] = new SandboxColumn(reader.GetName(i), reader.GetDataTypeName(i), ValueText.KindOf(reader.GetDataTypeName(i)));
        WriteLine(output, new WorkerLine(Columns: new WorkerColumns(columns)));
        WriteLine(output, new WorkerLine(End: WriteRows(reader, columns, request, output)));
    }

    private static WorkerEnd WriteRows(DuckDBDataReader reader, SandboxColumn[] columns, WorkerRequest request, Stream output)
    {
        long rows = 0, bytes = 0;
        string? cut = null;
        using var line = new MemoryStream();
        using var json = new Utf8JsonWriter(line);
        json.WriteStartArray();
        while (reader.Read())
        {
            if (rows == request.MaxRows) cut = "rows";
            if (cut is not null) break;
            var values = new object?[columns.Length];
            long size = 0;
            for (var i = 0; i < columns.Length; i++)
            {
                values[i] = Value(reader, i, columns[i]);
                size += Size(values[i]);
            }
            if (bytes + size > request.MaxBytes)
            {
                cut = "bytes";
                break;
            }
            bytes += size;
            rows++;
            json.WriteStartArray();
            foreach (var value in values) Write(json, value);
            json.WriteEndArray();
            if (json.BytesCommitted + json.BytesPending < LineBytes) continue;
            Send(json, line, output);
            json.WriteStartArray();
        }
        Send(json, line, output);
        return new WorkerEnd(rows, bytes, cut);
    }

    private static void Send(Utf8JsonWriter json, MemoryStream line, Stream output)
    {
        json.WriteEndArray();
        json.Flush();
        line.WriteByte((byte)'\n');
        line.Position = 0;
        line.CopyTo(output);
        output.Flush();
        line.SetLength(0);
        json.Reset();
    }

    private static object? Value(DuckDBDataReader reader, int column, SandboxColumn shape)
    {
        if (reader.IsDBNull(column)) return null;
        try
        {
            return shape.Kind switch
            {
                SandboxKind.Boolean => reader.GetBoolean(column),
                SandboxKind.Integer => Convert.ToInt64(reader.GetValue(column), System.Globalization.CultureInfo.InvariantCulture),
                SandboxKind.Double => Convert.ToDouble(reader.GetValue(column), System.Globalization.CultureInfo.InvariantCulture),
                // A whole text, however long, is on its way to the limit of bytes at once.
                _ => ValueText.Of(reader.GetValue(column)),
            };
        }
        catch (Exception wrong) when (wrong is not OutOfMemoryException and not DuckDBException)
        {
            throw new SandboxException(SandboxFault.Sql, $"column {shape.Name}: a value of type {shape.Type} cannot be shown ({ValueText.Clean(wrong.Message)}): cast it to VARCHAR.", wrong);
        }
    }

    private static int Size(object? value) => value switch
    {
        null or bool => 1,
        string text => System.Text.Encoding.UTF8.GetByteCount(text),
        _ => 8,
    };

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case long number: json.WriteNumberValue(number); break;
            case double number when double.IsFinite(number): json.WriteNumberValue(number); break;
            case double number: json.WriteStringValue(number.ToString("R", System.Globalization.CultureInfo.InvariantCulture)); break;
            case string text: json.WriteStringValue(text); break;
            default: throw new InvalidOperationException($"no form for a {value.GetType()}");
        }
    }

    private static void WriteLine(Stream output, WorkerLine line)
    {
        output.Write(JsonSerializer.SerializeToUtf8Bytes(line, WorkerJson.Default.WorkerLine));
        output.WriteByte((byte)'\n');
        output.Flush();
    }

    private static WorkerError Translate(Exception wrong) => wrong switch
    {
        SandboxException known => new WorkerError(known.Fault, known.Message),
        OutOfMemoryException => new WorkerError(SandboxFault.Memory, ""),
        DuckDBException duck when duck.Message.Contains("Out of Memory", StringComparison.OrdinalIgnoreCase) || duck.Message.Contains("bad_alloc", StringComparison.Ordinal)
            || duck.Message.Contains("temp_directory", StringComparison.Ordinal) => new WorkerError(SandboxFault.Memory, ""),
        DuckDBException duck when duck.Message.StartsWith("Permission Error", StringComparison.Ordinal) =>
            new WorkerError(SandboxFault.Refused, "a query here reads no files, writes none and loads nothing. Expected one SELECT over this run's tables."),
        DuckDBException duck when duck.Message.StartsWith("IO Error", StringComparison.Ordinal) => new WorkerError(SandboxFault.Outside, ValueText.Clean(duck.Message)),
        DuckDBException duck => new WorkerError(SandboxFault.Sql, ValueText.Clean(duck.Message)),
        _ => new WorkerError(SandboxFault.Crashed, $"{wrong.GetType().Name}: {ValueText.Clean(wrong.Message)}"),
    };
}
