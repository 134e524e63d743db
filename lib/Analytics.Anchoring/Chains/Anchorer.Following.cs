using System.Globalization;
using System.Numerics;

namespace Analytics.Anchoring;

public sealed partial class Anchorer
{
    /// <summary>Looks where an entry's transactions are, and does what is next for it.</summary>
    private async Task<AnchorEntry> FollowAsync(AnchorEntry entry, CancellationToken cancel)
    {
        // Before the receipts: a nonce that was used by now, and no receipt after, means that another transaction used it.
        var nonce = await node.NonceAsync(Account(entry), EthereumNode.Latest, cancel).ConfigureAwait(false);
        if (entry.Attempts.Count == 0) return await WatchAdoptedAsync(entry, cancel).ConfigureAwait(false);
        var receipts = await node.ReceiptsAsync(entry.Attempts.Select(static attempt => attempt.Transaction).ToArray(), cancel).ConfigureAwait(false);
        if (receipts.Where(static receipt => receipt is not null).OrderByDescending(static receipt => receipt!.Succeeded).FirstOrDefault() is { } receipt)
            return await MinedAsync(entry, receipt, cancel).ConfigureAwait(false);
        if (entry.State == AnchorState.Mined && entry.Receipt is { } lost && entry.Attempts.All(attempt => attempt.Transaction != lost.Transaction))
            return await WatchAdoptedAsync(entry, cancel).ConfigureAwait(false);
        if (entry.State == AnchorState.Mined) entry = Reorganise(entry);

        var last = entry.Attempts[^1];
        if (nonce > last.Nonce)
        {
            if (entry.Kind == AnchorKind.Anchor && await AdoptAsync(entry, cancel).ConfigureAwait(false)) return journal.Find(entry.Run!.Date, entry.Run.Run)!;
            return Requeue(entry, $"its nonce {last.Nonce} was used by another transaction of the account");
        }
        if (!await node.KnowsAsync(last.Transaction, cancel).ConfigureAwait(false))
        {
            var sent = entry.State == AnchorState.Sent ? entry : entry with { State = AnchorState.Sent };
            if (entry.State != AnchorState.Sent) journal.Write(sent);
            sent = await SendAsync(sent, cancel).ConfigureAwait(false);
            // A node that refuses it for good must not keep it from being replaced.
            return IsStuck(last) && sent.Note is not null ? await UnstickAsync(sent, nonce, cancel).ConfigureAwait(false) : sent;
        }
        return IsStuck(last) ? await UnstickAsync(entry, nonce, cancel).ConfigureAwait(false) : entry;
    }

    private bool IsStuck(AnchorAttempt last) => time.GetUtcNow() - last.WrittenAt >= options.StuckAfter;

    private AnchorEntry Requeue(AnchorEntry entry, string why)
    {
        var queued = entry with { State = AnchorState.Queued, Note = why, Receipt = null };
        journal.Write(queued);
        Say?.Invoke($"{entry}: {why}; it is queued again");
        return queued;
    }

    private AnchorEntry Reorganise(AnchorEntry entry)
    {
        var reorged = entry with
        {
            State = AnchorState.Reorged,
            Reorganised = [.. entry.Reorganised, new Reorganisation(entry.Receipt!.Block, entry.Receipt.BlockHash, time.GetUtcNow())],
            Receipt = null,
        };
        journal.Write(reorged);
        Say?.Invoke($"{entry}: block {entry.Receipt!.Block} was reorganised away; it is sent again");
        return reorged;
    }

    private async Task<AnchorEntry> MinedAsync(AnchorEntry entry, ChainReceipt receipt, CancellationToken cancel)
    {
        var block = await node.BlockAsync(receipt.BlockNumber, cancel).ConfigureAwait(false);
        // The chain changed between two answers: the next look says what is true.
        if (block is null || block.Hash != receipt.BlockHash) return entry;
        if (!receipt.Succeeded)
        {
            if (entry.Kind == AnchorKind.Anchor && await AdoptAsync(entry, cancel).ConfigureAwait(false)) return journal.Find(entry.Run!.Date, entry.Run.Run)!;
            // Out of gas or refused: sending it again would cost again and end the same, so somebody must look.
            var failed = entry with { State = AnchorState.Failed, Note = $"the transaction {receipt.Transaction} reverted in block {receipt.BlockNumber} ({receipt.GasUsed} gas used)" };
            journal.Write(failed);
            Say?.Invoke($"{entry}: {failed.Note}");
            return failed;
        }
        var contract = entry.Kind == AnchorKind.Deploy ? (receipt.Created ?? throw new RpcProtocolException($"{node.Name}: the receipt of {receipt.Transaction} names no contract")).ToString() : entry.Contract;
        return await SettleAsync(entry with { Contract = contract }, new AnchorReceipt(receipt.Transaction, receipt.BlockNumber, receipt.BlockHash, block.Time,
            receipt.Fee.ToString(CultureInfo.InvariantCulture), (ulong)receipt.GasUsed, 0), cancel).ConfigureAwait(false);
    }

    /// <summary>Writes down where an entry stands, and whether it is final there.</summary>
    private async Task<AnchorEntry> SettleAsync(AnchorEntry entry, AnchorReceipt receipt, CancellationToken cancel)
    {
        var newest = await node.BlockNumberAsync(cancel).ConfigureAwait(false);
        var confirmations = newest >= receipt.Block ? newest - receipt.Block + 1 : 0;
        bool isFinal;
        if (options.Confirmations > 0) isFinal = confirmations >= options.Confirmations;
        else isFinal = await node.FinalizedAsync(cancel).ConfigureAwait(false) is { } final ? final >= receipt.Block : confirmations >= options.FallbackConfirmations;
        var before = entry.Receipt;
        var settled = entry with { State = isFinal ? AnchorState.Final : AnchorState.Mined, Note = null, Receipt = receipt with { Confirmations = confirmations } };
        if (before is not null && before.BlockHash != receipt.BlockHash)
            settled = settled with { Reorganised = [.. entry.Reorganised, new Reorganisation(before.Block, before.BlockHash, time.GetUtcNow())] };
        if (settled.State == entry.State && settled.Receipt == before && settled.Note == entry.Note) return entry;
        if (BeforeMined is { } keep) await keep(cancel).ConfigureAwait(false);
        journal.Write(settled);
        if (settled.State != entry.State || before?.BlockHash != receipt.BlockHash)
            Say?.Invoke($"{entry}: {(isFinal ? "final" : "mined")} in block {receipt.Block}{(isFinal ? "" : $", {confirmations} confirmations")}");
        return settled;
    }

    /// <summary>Where the contract has the run already, writes that down; its event says where.</summary>
    /// <returns>Whether the entry is settled or failed by it.</returns>
    private async Task<bool> AdoptAsync(AnchorEntry entry, CancellationToken cancel)
    {
        var root = await ReportAnchorContract.RootOfAsync(node, options.Contract!, entry.Run!.Date, entry.Run.Run, cancel).ConfigureAwait(false);
        if (root is null) return false;
        if (root != entry.Run.Root)
        {
            var failed = entry with { State = AnchorState.Failed, Note = $"the contract has another root for this run: {root}; it can never be changed. Was the run altered, or another lake anchored under the same id?" };
            journal.Write(failed);
            Say?.Invoke($"{entry}: {failed.Note}");
            return true;
        }
        var contract = options.Contract!;
        var log = await ReportAnchorContract.FindAsync(node, contract, entry.Run, block: null, cancel).ConfigureAwait(false);
        if (log is null)
        {
            // The state says that it is there; only the block is not known. Nothing is left to be sent.
            journal.Write(entry with { State = AnchorState.Final, ChainId = options.ChainId, Contract = contract.ToString(), Note = "the contract has the root; the node did not give the event that says in which block", Receipt = null });
            return true;
        }
        var block = await node.BlockAsync(log.BlockNumber, cancel).ConfigureAwait(false);
        if (block is null || block.Hash != log.BlockHash) return false;
        Say?.Invoke($"{entry}: the contract has it already");
        await SettleAsync(entry with { ChainId = options.ChainId, Contract = contract.ToString(), Account = entry.Account ?? signer.Account.ToString() },
            new AnchorReceipt(log.Transaction, log.BlockNumber, log.BlockHash, block.Time, null, null, 0), cancel).ConfigureAwait(false);
        return true;
    }

    /// <summary>An entry that another transaction than ours anchored: its block may be reorganised away as well.</summary>
    private async Task<AnchorEntry> WatchAdoptedAsync(AnchorEntry entry, CancellationToken cancel)
    {
        if (entry.Receipt is { } known)
        {
            var block = await node.BlockAsync(known.Block, cancel).ConfigureAwait(false);
            if (block is not null && block.Hash == known.BlockHash) return await SettleAsync(entry, known, cancel).ConfigureAwait(false);
        }
        var reorged = entry.Receipt is null ? entry : Reorganise(entry);
        if (await AdoptAsync(reorged with { State = AnchorState.Queued }, cancel).ConfigureAwait(false)) return journal.Find(entry.Run!.Date, entry.Run.Run)!;
        return Requeue(reorged, "the transaction that anchored it is no longer in the chain");
    }

    /// <summary>A transaction that waits too long is replaced by the same one with a higher fee, a few times.</summary>
    private async Task<AnchorEntry> UnstickAsync(AnchorEntry entry, ulong nonce, CancellationToken cancel)
    {
        var last = entry.Attempts[^1];
        if (nonce < last.Nonce && (await node.NonceAsync(signer.Account, "pending", cancel).ConfigureAwait(false)) <= nonce)
        {
            // Nothing fills the nonces before it (a foreign transaction was reorganised away): it can never be mined as it is.
            return Requeue(entry, $"its nonce {last.Nonce} cannot be reached: the account's next one is {nonce}");
        }
        var replaced = entry.Attempts.Count(attempt => attempt.Nonce == last.Nonce) - 1;
        if (replaced >= options.MostReplacements) return Note(entry, $"it was replaced {replaced} times with higher fees and still waits: the network is congested, or the node keeps it to itself");
        var price = await node.PriceAsync(cancel).ConfigureAwait(false);
        var offered = new FeeOffer(Number(last.MaxFee), Number(last.MaxPriorityFee));
        if (FeePolicy.Replacement(offered, price, options.MostFee) is not { } offer)
            return Note(entry, $"it waits with {FeePolicy.InGwei(offered.MaxFee)}; an eighth more is above machine.anchor.max_fee_gwei ({FeePolicy.InGwei(options.MostFee)}), and {price}");
        var (transaction, _) = ChainTransaction.Decode(Hex.ParseData(last.Raw));
        Say?.Invoke($"{entry}: {last.Transaction} waits since {last.WrittenAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC; replacing it");
        return await SignAndSendAsync(entry, transaction.To, transaction.Data, last.Nonce, transaction.GasLimit, price, offer, cancel).ConfigureAwait(false);
    }

    private Address Account(AnchorEntry entry)
    {
        if (entry.Account is null || entry.Account == signer.Account.ToString()) return signer.Account;
        if (entry.State == AnchorState.Mined) return Address.Parse(entry.Account);
        throw new AnchoringException(AnchorFault.Usage, $"{entry} was signed by {entry.Account} and is on its way; the configuration names the account {signer.Account}. Go on with the old account until it is final");
    }

    private static BigInteger Number(string digits) => BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
}
