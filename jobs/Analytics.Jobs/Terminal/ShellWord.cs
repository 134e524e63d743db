namespace Analytics.Jobs.Terminal;

/// <summary>A word of a command line that the user may copy into a shell.</summary>
internal static class ShellWord
{
    /// <summary>The word as it is where no shell reads anything into it, else in single quotes.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(static c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or '=' or ':' or ',' or '[' or ']')
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
