using Analytics.Jobs.Configuration;
using Analytics.Jobs.Schedule;
using Analytics.Publishing;
using Analytics.Web;
using Microsoft.AspNetCore.Routing;

namespace Analytics.Jobs.Web;

/// <summary>The console on the configured address.</summary>
internal sealed class WebHost : IAsyncDisposable
{
    private readonly ConsoleServer _server;
    private readonly ConsoleProgram _program;

    private WebHost(ConsoleServer server, ConsoleProgram program) => (_server, _program) = (server, program);

    /// <summary>Where it is reached.</summary>
    public string Address => _server.Address;

    /// <summary>Starts it.</summary>
    /// <param name="loaded">The configuration.</param>
    /// <param name="lake">The lake.</param>
    /// <param name="endpoints">Further endpoints of the same server.</param>
    /// <param name="cancel">Stops starting.</param>
    /// <exception cref="UserException">Code 2: it may not listen there; 4: the port is taken.</exception>
    public static async Task<WebHost> StartAsync(LoadedSettings loaded, Lake lake, IReadOnlyList<Action<IEndpointRouteBuilder>> endpoints, CancellationToken cancel)
    {
        // Runs that were started here are stopped with the console, and need as long as those of the schedule.
        Commands.CommandHost.Grace = 2 * NightProcess.StopGrace;
        var program = new ConsoleProgram(loaded, lake, TimeProvider.System);
        try
        {
            var server = await ConsoleServer.StartAsync(lake, program, loaded.Settings.Machine.Web.ToOptions() with { Endpoints = endpoints }, cancel).ConfigureAwait(false);
            return new WebHost(server, program);
        }
        catch (ConsoleException e)
        {
            throw new UserException(e.InnerException is IOException ? ExitCode.Outside : ExitCode.Usage, e.Message, e);
        }
    }

    /// <summary>Serves until it is told to stop.</summary>
    public static async Task<int> RunAsync(LoadedSettings loaded, CancellationToken cancel)
    {
        var lake = Commands.LakeAccess.OpenOrCreate(loaded);
        await using var host = await StartAsync(loaded, lake, [], cancel).ConfigureAwait(false);
        Console.Out.WriteLine($"the console of {lake.Root} is at {host.Address}");
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Console.Out.WriteLine("stopping");
        }
        return (int)ExitCode.Done;
    }

    public async ValueTask DisposeAsync()
    {
        await _program.Runs.StopAsync().ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
    }
}
