using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Builder;

namespace Analytics.Web.Pages;

/// <summary>
/// Pages that rest on one run alone, written once: a run never changes. Who looks and the token of his forms are put in each time, so that
/// one writing serves all who look. Whether the run is still there is asked every time.
/// </summary>
internal sealed class LastingPages
{
    private const long MostBytes = 32 << 20;

    private readonly ConcurrentDictionary<string, Written> _kept = new(StringComparer.Ordinal);
    private long _bytes;

    // Nobody outside can write them into a page: they are made up anew at each start, and never sent.
    private static readonly string UserMark = $"[[user {Guid.NewGuid():N}]]";
    private static readonly string TokenMark = $"[[token {Guid.NewGuid():N}]]";

    private enum Hole
    {
        None,
        User,
        Token,
    }

    /// <summary>A page in pieces; after each comes what is of the one who looks.</summary>
    private sealed record Written(IReadOnlyList<(byte[] Text, Hole Then)> Pieces, long Bytes);

    /// <summary>Answers with a page, from memory where it was written before.</summary>
    public async Task AnswerAsync(Visit visit, Func<Visit, Task<string>> render)
    {
        var request = visit.Context.Request;
        var key = $"{visit.MayAct}\n{request.Path}\n{request.QueryString}";
        if (!_kept.TryGetValue(key, out var written))
        {
            visit.Marks = (UserMark, TokenMark);
            try
            {
                written = Cut(await render(visit).ConfigureAwait(false));
            }
            finally
            {
                visit.Marks = null;
            }
            // What tells of this one answer alone (an error's status, what was fetched for it) is not for others.
            if (visit.Context.Response.StatusCode == StatusCodes.Status200OK && visit.Files.Fetched.Files == 0) Keep(key, written);
        }
        var response = visit.Context.Response;
        response.ContentType = "text/html; charset=utf-8";
        // Asked for before anything is written, because it sets a cookie.
        var token = written.Pieces.Any(static piece => piece.Then == Hole.Token) ? Encoding.UTF8.GetBytes(visit.Token) : [];
        var user = Encoding.UTF8.GetBytes(ConsolePage.UserHtml(visit));
        foreach (var (text, then) in written.Pieces)
        {
            response.BodyWriter.Write(text);
            if (then == Hole.User) response.BodyWriter.Write(user);
            else if (then == Hole.Token) response.BodyWriter.Write(token);
        }
        await response.BodyWriter.FlushAsync(visit.Cancel).ConfigureAwait(false);
    }

    private void Keep(string key, Written written)
    {
        if (Interlocked.Read(ref _bytes) > MostBytes)
        {
            // Thrown away whole: what is asked for often is soon there again.
            _kept.Clear();
            Interlocked.Exchange(ref _bytes, 0);
        }
        if (_kept.TryAdd(key, written)) Interlocked.Add(ref _bytes, written.Bytes + 2 * key.Length);
    }

    private static Written Cut(string html)
    {
        var pieces = new List<(byte[], Hole)>();
        var from = 0;
        while (true)
        {
            var (user, token) = (html.IndexOf(UserMark, from, StringComparison.Ordinal), html.IndexOf(TokenMark, from, StringComparison.Ordinal));
            var hole = user < 0 && token < 0 ? Hole.None : token < 0 || user >= 0 && user < token ? Hole.User : Hole.Token;
            var at = hole switch { Hole.None => html.Length, Hole.User => user, _ => token };
            pieces.Add((Encoding.UTF8.GetBytes(html, from, at - from), hole));
            if (hole == Hole.None) return new Written(pieces, pieces.Sum(static piece => (long)piece.Item1.Length));
            from = at + (hole == Hole.User ? UserMark.Length : TokenMark.Length);
        }
    }
}

/// <summary>How such pages are asked for.</summary>
internal static class LastingPageRoutes
{
    /// <summary>A page of the run that its path names, which rests on that run alone.</summary>
    public static IEndpointConventionBuilder LastingPage(this IEndpointRouteBuilder routes, string pattern, ConsoleServices console, Func<Visit, Task<string>> render) =>
        routes.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], context => ConsolePages.RunAsync(context, console, visit =>
        {
            visit.Run();
            return console.Lasting.AnswerAsync(visit, render);
        }));
}
