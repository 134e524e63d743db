using Analytics.Files;
using Analytics.Publishing;
using Analytics.Web.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Analytics.Web.Pages;

/// <summary>All pages, and how they are asked for.</summary>
internal static class ConsolePages
{
    public static void Map(IEndpointRouteBuilder routes, ConsoleServices console, Doors doors)
    {
        Assets.Map(routes);
        LoginPage.Map(routes, console, doors);
        TonightPage.Map(routes, console);
        RunsPage.Map(routes, console);
        RunPage.Map(routes, console);
        VerifyPage.Map(routes, console);
        ReportPages.Map(routes, console);
        TablePages.Map(routes, console);
        RulesPage.Map(routes, console);
        ForecastsPage.Map(routes, console);
        SegmentsPage.Map(routes, console);
        ComparePage.Map(routes, console);
        SqlPage.Map(routes, console);
        LogPages.Map(routes, console);
        AlertPage.Map(routes, console);
        ActionPages.Map(routes, console);
        AuditPage.Map(routes, console);
    }

    /// <summary>A page that is read.</summary>
    public static IEndpointConventionBuilder Page(this IEndpointRouteBuilder routes, string pattern, ConsoleServices console, Func<Visit, Task<string>> render) =>
        routes.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], context => RunAsync(context, console, async visit =>
        {
            var html = await render(visit).ConfigureAwait(false);
            context.Response.ContentType = "text/html; charset=utf-8";
            await context.Response.WriteAsync(html, visit.Cancel).ConfigureAwait(false);
        }));

    /// <summary>A page that is read and waits for nothing.</summary>
    public static IEndpointConventionBuilder Page(this IEndpointRouteBuilder routes, string pattern, ConsoleServices console, Func<Visit, string> render) =>
        routes.Page(pattern, console, visit => Task.FromResult(render(visit)));

    /// <summary>A form that was sent; the handler answers itself.</summary>
    public static IEndpointConventionBuilder Post(this IEndpointRouteBuilder routes, string pattern, ConsoleServices console, Func<Visit, IFormCollection, Task> handle) =>
        routes.MapPost(pattern, context => RunAsync(context, console, async visit =>
            await handle(visit, await context.Request.ReadFormAsync(visit.Cancel).ConfigureAwait(false)).ConfigureAwait(false)));

    /// <summary>Anything else that is read: files, streams.</summary>
    public static IEndpointConventionBuilder Get(this IEndpointRouteBuilder routes, string pattern, ConsoleServices console, Func<Visit, Task> handle) =>
        routes.MapGet(pattern, context => RunAsync(context, console, handle));

    /// <summary>Handles a request, and answers with what went wrong where something did.</summary>
    public static async Task RunAsync(HttpContext context, ConsoleServices console, Func<Visit, Task> handle)
    {
        using var visit = new Visit(context, console);
        try
        {
            await handle(visit).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has left.
        }
        catch (Exception e) when (!context.Response.HasStarted && Classify(e) is { } problem)
        {
            await ErrorPage.WriteAsync(context, problem.Code, problem.Title, problem.Text, visit).ConfigureAwait(false);
        }
    }

    private static (int Code, string Title, string Text)? Classify(Exception e) => e switch
    {
        NotFoundException missing => (StatusCodes.Status404NotFound, missing.Message, missing.Text),
        FormException form => (StatusCodes.Status422UnprocessableEntity, "That will not do", form.Message),
        LakeLockedException held => (StatusCodes.Status409Conflict, "Another writer is at work", held.Message),
        PublishingException { Fault: Fault.Usage } usage => (StatusCodes.Status404NotFound, "The lake does not have that", usage.Message),
        PublishingException broken => (StatusCodes.Status500InternalServerError, "The lake is not as it should be", broken.Message),
        FileStoreException store => (StatusCodes.Status503ServiceUnavailable, "The lake cannot be reached", store.Message),
        ConsoleException console => (StatusCodes.Status500InternalServerError, "That could not be done", console.Message),
        InvalidDataException data => (StatusCodes.Status400BadRequest, "The request is not whole", data.Message),
        BadHttpRequestException request => (request.StatusCode, "The request will not do", request.Message),
        _ => (StatusCodes.Status500InternalServerError, "A bug in the console", $"{e.GetType().Name}: {e.Message}. Please report it, with what you did."),
    };
}
