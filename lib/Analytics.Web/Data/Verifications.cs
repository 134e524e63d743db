using System.Collections.Concurrent;
using Analytics.Publishing;

namespace Analytics.Web.Data;

/// <summary>A verification that was asked for.</summary>
/// <param name="StartedAt">When.</param>
/// <param name="EndedAt">When it ended; null while it waits or goes on.</param>
/// <param name="Result">What it found; null while it goes on, or where it could not be done.</param>
/// <param name="Error">Why it could not be done; empty where it could.</param>
internal sealed record VerificationState(DateTimeOffset StartedAt, DateTimeOffset? EndedAt, Verification? Result, string Error);

/// <summary>Verifications, one at a time: each reads every byte of a run.</summary>
internal sealed class Verifications(Lake lake, IConsoleProgram program, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<RunRef, VerificationState> _states = new();
    private readonly SemaphoreSlim _one = new(1);
    private readonly CancellationTokenSource _stop = new();

    /// <summary>How it stands; null where none was asked for.</summary>
    public VerificationState? Find(RunRef run) => _states.GetValueOrDefault(run);

    /// <summary>Starts one, unless one goes on.</summary>
    public void Start(RunRef run)
    {
        var begun = new VerificationState(time.GetUtcNow(), null, null, "");
        var state = _states.AddOrUpdate(run, begun, (_, known) => known.EndedAt is null ? known : begun);
        if (ReferenceEquals(state, begun)) Task.Run(() => RunAsync(run, begun));
    }

    private async Task RunAsync(RunRef run, VerificationState begun)
    {
        try
        {
            await _one.WaitAsync(_stop.Token).ConfigureAwait(false);
            try
            {
                var result = Verifier.Verify(lake, run, program.Inspect, program.ReadRows, _stop.Token);
                _states[run] = begun with { EndedAt = time.GetUtcNow(), Result = result };
            }
            finally
            {
                _one.Release();
            }
        }
        catch (Exception e)
        {
            // Whatever kept it from ending is what the page shows.
            _states[run] = begun with { EndedAt = time.GetUtcNow(), Error = e is OperationCanceledException ? "the console was stopped" : e.Message };
        }
    }

    public void Dispose() => _stop.Cancel();
}
