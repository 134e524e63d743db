using System.Text;

namespace Analytics.Sample;

/// <summary>JSON texts, written out here so that their bytes don't follow a serializer's version.</summary>
internal static class Json
{
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
            quoted.Append(letter switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' => $"\\u{(int)letter:x4}",
                _ => letter.ToString(),
            });
        return quoted.Append('"').ToString();
    }
}
