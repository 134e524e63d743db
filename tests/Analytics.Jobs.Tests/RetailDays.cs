using System.IO.Compression;
using System.Text;

namespace Analytics.Jobs.Tests;

/// <summary>Cuts the file of Online Retail into its days; no record of it spans two lines.</summary>
internal static class RetailDays
{
    public static (string Header, SortedDictionary<string, string> Days) Cut(string path, int days)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress), Encoding.UTF8);
        var header = reader.ReadLine()! + "\n";
        var texts = new SortedDictionary<string, StringBuilder>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            // The one field that looks like this.
            var at = line.IndexOf(":00,", StringComparison.Ordinal);
            var day = line.Substring(at - 16, 10);
            if (!texts.TryGetValue(day, out var text))
            {
                // The file is in the order of its days.
                if (texts.Count == days) break;
                texts.Add(day, text = new StringBuilder());
            }
            text.Append(line).Append('\n');
        }
        var result = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (day, text) in texts) result.Add(day, text.ToString());
        return (header, result);
    }
}
