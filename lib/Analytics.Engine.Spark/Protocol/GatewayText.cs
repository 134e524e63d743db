using System.Globalization;
using System.Text;

namespace Analytics.Engine.Spark.Protocol;

/// <summary>
/// The one place that writes commands and reads answers: lines of UTF-8, in which a text's backslash, CR and LF are escaped.
/// A command is a letter, its fields a line each, and <c>e</c> for those with arguments.
/// </summary>
internal static class GatewayText
{
    public const string Authenticated = "!yv";

    /// <summary>Opens every connection.</summary>
    /// <exception cref="ArgumentException">The secret holds a line break.</exception>
    public static string Authenticate(string secret) => "A\n" + Plain(secret) + "\n";

    /// <summary>Calls a method of an object (its id) or of a class (<c>z:</c> and its full name).</summary>
    public static string Call(string target, string method, ReadOnlySpan<JavaArgument> arguments) =>
        Write("c", target, method, arguments);

    /// <summary>Makes an object of a class.</summary>
    public static string New(string className, ReadOnlySpan<JavaArgument> arguments)
    {
        var text = new StringBuilder("i\n").Append(Plain(className)).Append('\n');
        Append(text, arguments);
        return text.Append("e\n").ToString();
    }

    /// <summary>Reads a field of an object.</summary>
    public static string Field(string target, string name) => $"f\ng\n{Plain(target)}\n{Plain(name)}\ne\n";

    /// <summary>Makes an array.</summary>
    public static string NewArray(string elementClass, int length) =>
        string.Create(CultureInfo.InvariantCulture, $"a\nc\ns{Plain(elementClass)}\ni{length}\ne\n");

    /// <summary>The length of an array.</summary>
    public static string ArrayLength(string id) => $"a\ne\n{Plain(id)}\ne\n";

    /// <summary>An element of an array.</summary>
    public static string ArrayItem(string id, int index) => string.Create(CultureInfo.InvariantCulture, $"a\ng\n{Plain(id)}\ni{index}\ne\n");

    /// <summary>Lets the JVM forget an object.</summary>
    public static string Release(string id) => $"m\nd\n{Plain(id)}\ne\n";

    /// <summary>Reads an answer line.</summary>
    /// <returns>The value, and whether it is an error: a reference to a Java exception, or a text.</returns>
    /// <exception cref="FormatException">It is no answer.</exception>
    public static (JavaValue Value, bool IsError) ReadAnswer(string line)
    {
        if (line.Length < (line.StartsWith("!x", StringComparison.Ordinal) ? 2 : 3) || line[0] != '!' || line[1] is not ('y' or 'x')) throw new FormatException($"'{Shown(line)}' is no answer");
        if (line[1] == 'x' && line.Length == 2) return (new JavaValue(JavaKind.Text, ""), true);
        return (ReadValue(line.AsSpan(2)), line[1] == 'x');
    }

    /// <summary>Undoes the escaping of a text.</summary>
    /// <exception cref="FormatException">A backslash stands before something else.</exception>
    public static string Unescape(ReadOnlySpan<char> escaped)
    {
        var slash = escaped.IndexOf('\\');
        if (slash < 0) return escaped.ToString();
        var text = new StringBuilder(escaped.Length).Append(escaped[..slash]);
        for (var i = slash; i < escaped.Length; i++)
        {
            if (escaped[i] != '\\')
            {
                text.Append(escaped[i]);
                continue;
            }
            if (++i == escaped.Length) throw new FormatException("a text ends within an escape");
            text.Append(escaped[i] switch
            {
                '\\' => '\\',
                'n' => '\n',
                'r' => '\r',
                _ => throw new FormatException($"\\{escaped[i]} is no escape"),
            });
        }
        return text.ToString();
    }

    /// <summary>Escapes a text for an argument.</summary>
    /// <exception cref="ArgumentException">Half a surrogate pair, which UTF-8 cannot write.</exception>
    public static StringBuilder AppendEscaped(StringBuilder text, string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            var letter = value[i];
            switch (letter)
            {
                case '\\': text.Append(@"\\"); break;
                case '\n': text.Append(@"\n"); break;
                case '\r': text.Append(@"\r"); break;
                default:
                    if (char.IsSurrogate(letter))
                    {
                        if (!char.IsHighSurrogate(letter) || i + 1 == value.Length || !char.IsLowSurrogate(value[i + 1]))
                            throw new ArgumentException($"the text holds half a surrogate pair at position {i}, which UTF-8 cannot write", nameof(value));
                        text.Append(letter);
                        letter = value[++i];
                    }
                    text.Append(letter);
                    break;
            }
        }
        return text;
    }

    /// <summary>The start of a line, for a message.</summary>
    public static string Shown(string line) => line.Length <= 200 ? line : line[..200] + "...";

    private static JavaValue ReadValue(ReadOnlySpan<char> value)
    {
        var kind = (JavaKind)value[0];
        if (!Enum.IsDefined(kind)) throw new FormatException($"'{Shown(value.ToString())}' is no value");
        var rest = value[1..];
        if (kind is JavaKind.Text) return new JavaValue(kind, Unescape(rest));
        if (rest.IsEmpty != kind is JavaKind.Void or JavaKind.Null) throw new FormatException($"'{Shown(value.ToString())}' is no value");
        return new JavaValue(kind, rest.ToString());
    }

    private static string Write(string command, string first, string second, ReadOnlySpan<JavaArgument> arguments)
    {
        var text = new StringBuilder(command).Append('\n').Append(Plain(first)).Append('\n').Append(Plain(second)).Append('\n');
        Append(text, arguments);
        return text.Append("e\n").ToString();
    }

    private static void Append(StringBuilder text, ReadOnlySpan<JavaArgument> arguments)
    {
        foreach (var argument in arguments) argument.AppendTo(text).Append('\n');
    }

    private static string Plain(string name) =>
        name.Length > 0 && name.AsSpan().IndexOfAny('\n', '\r') < 0 ? name : throw new ArgumentException("a name or id may not be empty or hold a line break", nameof(name));
}
