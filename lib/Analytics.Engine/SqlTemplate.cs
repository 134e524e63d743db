using System.Text;

namespace Analytics.Engine;

/// <summary>Puts parameters into a query: <c>:name</c> outside of quotes, comments and <c>::</c> casts. Quotes become the engine's own.</summary>
public static class SqlTemplate
{
    /// <summary>Renders a query.</summary>
    /// <param name="query">One statement; a closing semicolon may stand behind it.</param>
    /// <param name="parameters">A value for each <c>:name</c>; all must be used.</param>
    /// <param name="dialect">How the engine writes values, texts and names.</param>
    /// <exception cref="EngineException">A quote without end, a parameter without value or use, a second statement, a value that cannot be written.</exception>
    public static RenderedSql Render(SqlText query, SqlParameters parameters, SqlDialect dialect)
    {
        var sql = query.Text;
        if (sql.Contains('\0')) throw Error(query, "the query holds a NUL character: remove it", LineOf(sql, sql.IndexOf('\0', StringComparison.Ordinal)));
        var text = new StringBuilder(sql.Length + 256);
        var used = new HashSet<string>(StringComparer.Ordinal);
        var added = new List<(int, int)>();
        var line = 1; // of the rendered text
        var end = -1; // where the closing semicolon stands in the rendered text
        var position = 0;
        while (position < sql.Length)
        {
            var length = SkipLength(sql, position);
            if (length < 0) throw Error(query, $"{sql[position]} is opened and never closed", LineOf(sql, position));
            if (length == 0 && sql[position] == ':' && position + 1 < sql.Length && IsNameStart(sql[position + 1]))
            {
                if (end >= 0) throw TwoStatements(query, position);
                var stop = position + 1;
                while (stop < sql.Length && IsNamePart(sql[stop])) stop++;
                var name = sql[(position + 1)..stop];
                if (!parameters.TryGet(name, out var parameter))
                    throw Error(query, $"parameter :{name} has no value: add it to the query's parameters", LineOf(sql, position));
                used.Add(name);
                var literal = Written(query, $"parameter :{parameter.Name}", LineOf(sql, position), () => dialect.Literal(parameter));
                var newlines = literal.AsSpan().Count('\n');
                if (newlines > 0) added.Add((line, newlines));
                line += newlines;
                text.Append(literal);
                position = stop;
                continue;
            }
            if (length == 0 && sql[position] == ':' && position + 1 < sql.Length && sql[position + 1] is ':' or '=') length = 2;
            if (length == 0 && sql[position] == ';' && end < 0) end = text.Length;
            else if (end >= 0 && !IsBlank(sql, position, length)) throw TwoStatements(query, position);
            var piece = sql.Substring(position, Math.Max(1, length));
            var rendered = length == 0 ? piece : Requoted(query, piece, LineOf(sql, position), IsEscapeString(sql, position), dialect);
            var more = rendered.AsSpan().Count('\n') - piece.AsSpan().Count('\n');
            if (more != 0) added.Add((line, more));
            line += rendered.AsSpan().Count('\n');
            text.Append(rendered);
            position += piece.Length;
        }
        foreach (var parameter in parameters)
            if (!used.Contains(parameter.Name))
                throw Error(query, $"parameter :{parameter.Name} is given but the query does not use it: remove it or write :{parameter.Name}", null);
        if (end >= 0) text.Length = end;
        return new RenderedSql(query.Source, text.ToString(), added);
    }

    /// <summary>
    /// Length of the quoted text, quoted name, dollar-quoted text or comment that begins here; 0 where none does, -1 where it never ends.
    /// </summary>
    private static int SkipLength(string sql, int at)
    {
        var next = at + 1 < sql.Length ? sql[at + 1] : '\0';
        switch (sql[at])
        {
            case '\'':
                return Quoted(sql, at, '\'', IsEscapeString(sql, at));
            case '"':
                return Quoted(sql, at, '"', false);
            case '-' when next == '-':
                var stop = sql.IndexOf('\n', at);
                return (stop < 0 ? sql.Length : stop) - at;
            case '/' when next == '*':
                return BlockComment(sql, at);
            case '$' when at == 0 || !IsNamePart(sql[at - 1]):
                return DollarQuoted(sql, at);
            default:
                return 0;
        }
    }

    private static int Quoted(string sql, int at, char quote, bool escapes)
    {
        for (var i = at + 1; i < sql.Length; i++)
        {
            if (escapes && sql[i] == '\\') i++;
            else if (sql[i] == quote)
            {
                if (i + 1 < sql.Length && sql[i + 1] == quote) i++;
                else return i + 1 - at;
            }
        }
        return -1;
    }

    // e'...' is DuckDB's string with backslash escapes; in name'...' the e belongs to the name.
    private static bool IsEscapeString(string sql, int quote) =>
        sql[quote] == '\'' && quote > 0 && sql[quote - 1] is 'e' or 'E' && (quote == 1 || !IsNamePart(sql[quote - 2]));

    private static int BlockComment(string sql, int at)
    {
        var depth = 0;
        for (var i = at; i + 1 < sql.Length; i++)
        {
            if (sql[i] == '/' && sql[i + 1] == '*')
            {
                depth++;
                i++;
            }
            else if (sql[i] == '*' && sql[i + 1] == '/')
            {
                i++;
                if (--depth == 0) return i + 1 - at;
            }
        }
        return -1;
    }

    private static int DollarQuoted(string sql, int at)
    {
        var i = at + 1;
        while (i < sql.Length && IsNamePart(sql[i]) && !(i == at + 1 && char.IsAsciiDigit(sql[i]))) i++;
        if (i >= sql.Length || sql[i] != '$') return 0;
        var tag = sql[at..(i + 1)];
        var close = sql.IndexOf(tag, i + 1, StringComparison.Ordinal);
        return close < 0 ? -1 : close + tag.Length - at;
    }

    private static bool IsBlank(string sql, int position, int skipLength) =>
        char.IsWhiteSpace(sql[position]) || (skipLength > 0 && sql[position] is '-' or '/');

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_';

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static string Requoted(SqlText query, string piece, int line, bool isEscapeString, SqlDialect dialect) => piece[0] switch
    {
        '\'' => Written(query, $"the text {piece}", line, () => dialect.QuotedText(piece, isEscapeString)),
        '"' => Written(query, $"the name {piece}", line, () => dialect.QuotedName(piece)),
        '$' => Written(query, $"the text {piece}", line, () => dialect.DollarQuotedText(piece)),
        _ => piece,
    };

    private static string Written(SqlText query, string what, int line, Func<string> write)
    {
        try
        {
            return write();
        }
        catch (FormatException wrong)
        {
            throw Error(query, $"{what} {wrong.Message}", line, wrong);
        }
    }

    private static int LineOf(string sql, int position) => 1 + sql.AsSpan(0, position).Count('\n');

    private static EngineException TwoStatements(SqlText query, int position) =>
        Error(query, "something follows the closing semicolon: a file holds one query", LineOf(query.Text, position));

    private static EngineException Error(SqlText query, string message, int? line, Exception? inner = null)
    {
        var where = line is null ? query.Source : $"{query.Source}, line {line}";
        return new EngineException($"{where}: {message}", query.Source, isContractBreach: true, inner, line: line);
    }
}
