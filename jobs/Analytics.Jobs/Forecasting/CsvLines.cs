using System.Text;
using Analytics.Jobs.Configuration;

namespace Analytics.Jobs.Forecasting;

/// <summary>Records of a comma-separated file (RFC 4180), with the line on which each starts.</summary>
internal sealed class CsvLines(TextReader reader, string file)
{
    private readonly StringBuilder _field = new();
    private long _next = 1;

    /// <summary>The fields of the current record.</summary>
    public List<string> Fields { get; } = [];

    /// <summary>The physical line on which the current record starts, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Reads the next record.</summary>
    public bool Next()
    {
        if (reader.ReadLine() is not { } line) return false;
        Line = _next++;
        Fields.Clear();
        for (var at = 0; ;)
        {
            if (at < line.Length && line[at] == '"')
            {
                _field.Clear();
                for (at++; ; at++)
                {
                    while (at >= line.Length)
                    {
                        line = reader.ReadLine() ?? throw new UserException(ExitCode.Data, $"{file}, line {Line}: a quote is opened and never closed");
                        _next++;
                        _field.Append('\n');
                        at = 0;
                    }
                    if (line[at] != '"') _field.Append(line[at]);
                    else if (at + 1 < line.Length && line[at + 1] == '"') _field.Append(line[at++]);
                    else break;
                }
                at++;
                if (at < line.Length && line[at] != ',') throw new UserException(ExitCode.Data, $"{file}, line {Line}: text behind a closing quote; a comma is expected");
                Fields.Add(_field.ToString());
            }
            else
            {
                var end = line.IndexOf(',', at);
                if (end < 0) end = line.Length;
                Fields.Add(line[at..end].Trim());
                at = end;
            }
            if (at >= line.Length) return true;
            at++;
            if (at == line.Length)
            {
                Fields.Add("");
                return true;
            }
        }
    }
}
