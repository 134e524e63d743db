using System.Globalization;
using System.Numerics;

namespace Analytics.Anchoring;

/// <summary>What working through the journal came to.</summary>
/// <param name="Entries">All entries afterwards.</param>
/// <param name="Waits">Why something still waits; null where nothing does.</param>
public sealed record AnchorProgress(IReadOnlyList<AnchorEntry> Entries, string? Waits);

/// <summary>
/// Works through the journal: one transaction in flight an account, each written down before it is sent, followed until its block is
/// final, sent again where its block was reorganised away, replaced with a higher fee where it is stuck. docs/anchoring.md has the states.
/// </summary>
/// <remarks>
/// Nothing is anchored twice: the same signed bytes are the same transaction; another nonce is used only once the old one is taken by
/// another transaction; the contract is asked before; and it refuses a second root in the end.
/// </remarks>
public sealed partial class Anchorer(EthereumNode node, ISigner signer, AnchorJournal journal, AnchorOptions options, TimeProvider time)
{
    /// <summary>Called before a transaction is written down as mined: a chain of our own keeps its state first.</summary>
    public Func<CancellationToken, Task>? BeforeMined { get; init; }

    /// <summary>Tells what happens, a line each.</summary>
    public Action<string>? Say { get; init; }

    /// <summary>
    /// Queues the runs that have no entry, then works until nothing can go on, or patience is over. Runs are sent in the order of their dates.
    /// </summary>
    /// <param name="runs">The published runs.</param>
    /// <param name="patience">How long to wait for blocks.</param>
    /// <param name="cancel">Ends the work; what was written down is continued by the next start.</param>
    /// <exception cref="AnchoringException">The node fails, is on another chain, or the contract is not there. The journal says how far it came.</exception>
    public async Task<AnchorProgress> ProcessAsync(IReadOnlyList<AnchoredRun> runs, TimeSpan patience, CancellationToken cancel)
    {
        Queue(journal, runs, time);
        await CheckChainAsync(cancel).ConfigureAwait(false);
        var started = time.GetTimestamp();
        while (true)
        {
            var (moved, waits, mayPass) = await PassAsync(cancel).ConfigureAwait(false);
            if (moved) continue;
            if (waits is null || !mayPass || time.GetElapsedTime(started) >= patience) return new AnchorProgress(journal.ReadAll(), waits);
            await Task.Delay(options.Poll, time, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Gives each run that has none an entry. Needs no chain.</summary>
    /// <returns>How many were new.</returns>
    public static int Queue(AnchorJournal journal, IReadOnlyList<AnchoredRun> runs, TimeProvider time)
    {
        var known = journal.ReadAll().Where(static entry => entry.Run is not null).ToDictionary(static entry => (entry.Run!.Date, entry.Run.Run), static entry => entry.Run!.Root);
        var added = 0;
        foreach (var run in runs)
        {
            if (known.TryGetValue((run.Date, run.Run), out var root))
            {
                if (root != run.Root) throw new AnchoringException(AnchorFault.Contract, string.Create(CultureInfo.InvariantCulture,
                    $"run {run.Date:yyyy-MM-dd}/{run.Run} has the root {run.Root}, and the chain's journal queued it with {root}: the run or the journal was altered. `analytics verify {run.Run}` says whether the run is whole"));
                continue;
            }
            journal.Write(new AnchorEntry { Kind = AnchorKind.Anchor, Run = run, State = AnchorState.Queued, QueuedAt = time.GetUtcNow() });
            added++;
        }
        return added;
    }

    /// <summary>One look at every entry. The first that waits says why, and whether waiting may help.</summary>
    private async Task<(bool Moved, string? Waits, bool MayPass)> PassAsync(CancellationToken cancel)
    {
        var (moved, inFlight) = (false, false);
        string? waits = null;
        var entries = journal.ReadAll().Where(IsOfThisChain).ToList();
        foreach (var entry in entries.Where(static entry => entry.IsInFlight || entry.State == AnchorState.Mined))
        {
            var after = await FollowAsync(entry, cancel).ConfigureAwait(false);
            moved |= after.State != entry.State;
            inFlight |= after.IsInFlight;
            if (after.IsInFlight) waits ??= $"{after} waits for a block" + (after.Note is null ? "" : $": {after.Note}");
        }
        if (moved || inFlight) return (moved, waits, true);
        if (entries.FirstOrDefault(entry => entry.State == AnchorState.Queued && (entry.Kind == AnchorKind.Deploy || options.Contract is not null)) is not { } next) return (false, null, false);
        var began = await BeginAsync(next, cancel).ConfigureAwait(false);
        return (began.Moved, began.Waits, began.MayPass);
    }

    private bool IsOfThisChain(AnchorEntry entry) =>
        entry.ChainId is null || entry.ChainId == options.ChainId && (entry.Kind == AnchorKind.Deploy || entry.Contract is null || options.Contract is not null && entry.Contract == options.Contract.ToString());

    private async Task CheckChainAsync(CancellationToken cancel)
    {
        var chain = await node.ChainIdAsync(cancel).ConfigureAwait(false);
        if (chain != options.ChainId)
            throw new AnchoringException(AnchorFault.Usage, $"{node.Name} is on chain {chain}; the configuration says chain {options.ChainId}. Nothing was signed: correct machine.anchor.rpc or machine.anchor.chain_id");
        if (options.Contract is { } contract && (await node.CodeAsync(contract, cancel).ConfigureAwait(false)).Length == 0)
            throw new AnchoringException(AnchorFault.Usage, $"no contract is at {contract} on chain {options.ChainId}: correct machine.anchor.contract, or make one with `analytics anchor deploy`");
    }

    /// <summary>Signs and sends a queued entry, unless the chain has it already or something stands against it.</summary>
    private async Task<(bool Moved, string? Waits, bool MayPass)> BeginAsync(AnchorEntry entry, CancellationToken cancel)
    {
        if (entry.Kind == AnchorKind.Anchor && await AdoptAsync(entry, cancel).ConfigureAwait(false)) return (true, null, true);
        var latest = await node.NonceAsync(signer.Account, EthereumNode.Latest, cancel).ConfigureAwait(false);
        var pending = await node.NonceAsync(signer.Account, "pending", cancel).ConfigureAwait(false);
        if (pending > latest) return Wait(entry, $"another transaction of the account {signer.Account} is on its way (nonce {latest})", mayPass: true);
        var (to, data) = entry.Kind == AnchorKind.Deploy ? (null, ReportAnchorContract.Creation(signer.Account, signer.Account)) : (options.Contract, ReportAnchorContract.AnchorCall(entry.Run!));
        BigInteger gas;
        try
        {
            gas = await node.EstimateGasAsync(signer.Account, to, data, cancel).ConfigureAwait(false);
        }
        catch (RpcErrorException e) when (e.RevertData is not null || e.Code == 3)
        {
            return Wait(entry, $"the contract refuses it: {ReportAnchorContract.Explain(e.RevertData)}", mayPass: false);
        }
        // Estimates are of this block's state; a quarter more costs nothing unless it is used.
        gas += gas / 4;
        var price = await node.PriceAsync(cancel).ConfigureAwait(false);
        if (FeePolicy.First(price, options.MostFee) is not { } offer)
            return Wait(entry, $"{price}, and machine.anchor.max_fee_gwei allows {FeePolicy.InGwei(options.MostFee)}", mayPass: true);
        var balance = await node.BalanceAsync(signer.Account, cancel).ConfigureAwait(false);
        if (balance < gas * offer.MaxFee)
            return Wait(entry, $"the account {signer.Account} holds {FeePolicy.InEther(balance)}, and up to {FeePolicy.InEther(gas * offer.MaxFee)} are needed", mayPass: false);
        await SignAndSendAsync(entry with { ChainId = options.ChainId, Contract = to?.ToString(), Account = signer.Account.ToString(), Note = null }, to, data, latest, gas, price, offer, cancel).ConfigureAwait(false);
        return (true, null, true);
    }

    private (bool, string?, bool) Wait(AnchorEntry entry, string why, bool mayPass)
    {
        Note(entry, why);
        return (false, $"{entry} waits: {why}", mayPass);
    }

    private AnchorEntry Note(AnchorEntry entry, string? note)
    {
        if (entry.Note == note) return entry;
        var noted = entry with { Note = note };
        journal.Write(noted);
        return noted;
    }

    private async Task<AnchorEntry> SignAndSendAsync(AnchorEntry entry, Address? to, byte[] data, ulong nonce, BigInteger gas, ChainPrice price, FeeOffer offer, CancellationToken cancel)
    {
        ChainTransaction transaction = price.Market is null
            ? new LegacyTransaction { ChainId = options.ChainId, Nonce = nonce, To = to, Data = data, GasLimit = gas, GasPrice = offer.MaxFee }
            : new FeeMarketTransaction { ChainId = options.ChainId, Nonce = nonce, To = to, Data = data, GasLimit = gas, MaxFee = offer.MaxFee, MaxPriorityFee = offer.MaxPriorityFee };
        var raw = await signer.SignAsync(transaction, cancel).ConfigureAwait(false);
        var attempt = new AnchorAttempt(ChainTransaction.HashOf(raw), Hex.Data(raw), nonce, offer.MaxFee.ToString(CultureInfo.InvariantCulture),
            offer.MaxPriorityFee.ToString(CultureInfo.InvariantCulture), (ulong)gas, time.GetUtcNow());
        var sent = entry with { State = AnchorState.Sent, Attempts = [.. entry.Attempts, attempt], Receipt = null };
        // On the disk before it is on the wire: whoever starts after a crash sends these bytes and no others.
        journal.Write(sent);
        Say?.Invoke($"{entry}: sending {attempt.Transaction} with nonce {nonce}, at most {FeePolicy.InGwei(offer.MaxFee)} a unit of gas");
        return await SendAsync(sent, cancel).ConfigureAwait(false);
    }

    /// <summary>Gives the newest attempt to the node.</summary>
    private async Task<AnchorEntry> SendAsync(AnchorEntry entry, CancellationToken cancel)
    {
        try
        {
            await node.SendAsync(Hex.ParseData(entry.Attempts[^1].Raw), cancel).ConfigureAwait(false);
            return Note(entry, null);
        }
        catch (RpcErrorException e)
        {
            // A node words its refusals as it likes, and "already known" is one of them. What is true the next look at the chain will say.
            return e.NodeMessage.Contains("already", StringComparison.OrdinalIgnoreCase) ? entry : Note(entry, $"the node said: {e.NodeMessage}");
        }
    }
}
