using System.Globalization;
using Analytics.Publishing;
using Analytics.Web.Access;
using Analytics.Web.Data;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Analytics.Web.Pages;

/// <summary>One request for a page: who asks, for what.</summary>
internal sealed class Visit(HttpContext context, ConsoleServices console) : IDisposable
{
    public HttpContext Context => context;

    public ConsoleServices Console => console;

    public Lake Lake => console.Lake;

    public CancellationToken Cancel => context.RequestAborted;

    /// <summary>Who asks; null on pages before the login.</summary>
    public ConsoleUser? User { get; } = context.Features.Get<ConsoleUser>();

    public bool MayAct => User is { MayAct: true };

    public string From => context.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    /// <summary>The token of this visit's forms.</summary>
    public string Token => Marks?.Token ?? (_token ??= context.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context).RequestToken!);

    private string? _token;

    /// <summary>What stands in a page for who looks and for the token, while it is written for all who look; null while it is written for one.</summary>
    public (string User, string Token)? Marks { get; set; }

    /// <summary>A value of the query, cut where no name goes on; empty for none.</summary>
    public string Query(string name)
    {
        var text = context.Request.Query[name].ToString();
        return text.Length > 500 ? text[..500] : text;
    }

    /// <summary>A number of the query within bounds.</summary>
    public int Number(string name, int otherwise, int least, int most) =>
        int.TryParse(Query(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? Math.Clamp(value, least, most) : otherwise;

    /// <summary>A part of the path.</summary>
    public string Route(string name) => context.Request.RouteValues[name]?.ToString() ?? "";

    /// <summary>The run that the path names.</summary>
    /// <exception cref="NotFoundException">There is none.</exception>
    public RunSummary Run() => Find(Route("date"), Route("run"));

    /// <summary>A run by date and id, as they stand in a path.</summary>
    /// <exception cref="NotFoundException">There is none.</exception>
    public RunSummary Find(string date, string id) =>
        TryDate(date, out var day) && console.Catalog.Find(day, id) is { } found ? found
            : throw new NotFoundException("There is no such run", "Perhaps it was pruned. The published ones are under Runs.");

    /// <summary>The files that this answer rests on.</summary>
    public FileScope Files { get; } = new(console.Files);

    /// <summary>What stands behind from: a table's files, or some of them, where queries can read them until the answer is given.</summary>
    /// <exception cref="ConsoleException">They cannot be read from here.</exception>
    public Task<string> FromAsync(RunRef run, TableEntry table, IReadOnlyCollection<TableFile>? some = null) => Files.FromAsync(run, table, Cancel, some);

    public void Dispose() => Files.Dispose();

    /// <summary>The manifest of a run.</summary>
    public Manifest Manifest(RunRef run) => console.Manifests.Read(run);

    public static bool TryDate(string text, out DateOnly date) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
}

/// <summary>What was asked for is not there.</summary>
internal sealed class NotFoundException(string title, string text) : Exception(title)
{
    public string Text => text;
}

/// <summary>A form holds something that will not do.</summary>
internal sealed class FormException(string message) : Exception(message);
