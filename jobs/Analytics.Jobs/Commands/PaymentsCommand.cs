using System.CommandLine;
using System.Globalization;
using System.Text;
using Analytics.Anchoring;
using Analytics.Files;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Publishing;

namespace Analytics.Jobs.Commands;

/// <summary>payments: the events of the payment contract as transaction logs.</summary>
internal static class PaymentsCommand
{
    public static Command Create()
    {
        var command = new Command("payments", "Payments on a chain (contracts/Payment.sol) as a source of transactions.") { Fetch() };
        Examples.Attach(command, ("analytics payments fetch", "write what is final and new into the input folder"));
        return command;
    }

    private static Command Fetch()
    {
        var options = new RunOptions();
        var again = new Option<bool>("--again") { Description = "Read from machine.payments.from_block anew: files that are there must have the same bytes." };
        var command = new Command("fetch", "Write the payments of final blocks as JSON lines, a file for each range of blocks, into machine.payments.folder. A range with a file is not read again.");
        options.AddTo(command, again);
        command.SetAction(parsed =>
        {
            var loaded = options.LoadSettings(parsed);
            var settings = loaded.Settings.Machine.Payments;
            var rpc = settings.Rpc.Length > 0 ? settings.Rpc : loaded.Settings.Machine.Anchor.Rpc;
            var chain = settings.ChainId > 0 ? settings.ChainId : loaded.Settings.Machine.Anchor.ChainId;
            if (rpc.Length == 0) throw Missing("machine.payments.rpc", "the node's address");
            if (chain == 0) throw Missing("machine.payments.chain_id", "the chain that the node must be on");
            if (settings.Contract.Length == 0) throw Missing("machine.payments.contract", "the address of the contract Payment");
            if (settings.Folder.Length == 0) throw Missing("machine.payments.folder", "the folder that the files go to");
            var lake = LakeAccess.OpenOrCreate(loaded);
            // The folder is an input of its own, on whatever file system.
            var files = FaultHook.Wrap(FileSystems.Of(loaded.Settings.Machine, settings.Folder));
            using var place = lake.LockChain("payments fetch");
            using var client = new JsonRpcClient(rpc);
            var form = new PaymentOptions
            {
                ChainId = (ulong)chain, Contract = Address.Parse(settings.Contract), FromBlock = (ulong)settings.FromBlock, RangeBlocks = (ulong)settings.RangeBlocks,
                Confirmations = (ulong)settings.Confirmations, UnitDecimals = settings.UnitDecimals, Currency = settings.Currency,
            };
            var (ranges, payments, written) = WriteAsync(lake, files, settings.Folder, new EthereumNode(client), form, parsed.GetValue(again)).GetAwaiter().GetResult();
            if (!parsed.GetValue(options.Quiet)) Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{payments} payments and refunds in {ranges} new ranges of {settings.RangeBlocks} final blocks; {written} files written to {settings.Folder}"));
            return 0;
        });
        Examples.Attach(command,
            ("analytics payments fetch -c config/shop.json && analytics run nightly -c config/shop.json", "on-chain sales join the logs"),
            ("analytics payments fetch --again", "check that the files still are what the chain says"));
        return command;
    }

    private static async Task<(int Ranges, int Payments, int Written)> WriteAsync(Lake lake, IFileStore files, string folder, EthereumNode node, PaymentOptions form, bool again)
    {
        var cursor = lake.Full(string.Create(CultureInfo.InvariantCulture, $"{LakeLayout.Chain}/payments-{form.ChainId}-{Convert.ToHexStringLower(form.Contract.Bytes)}-{form.RangeBlocks}"));
        var next = again || !lake.Files.FileExists(cursor) ? form.FromBlock : ReadCursor(lake, cursor);
        var (ranges, payments, written) = (0, 0, 0);
        files.CreateFolder(folder);
        lake.Files.CreateFolder(lake.Full(LakeLayout.Chain));
        await foreach (var range in PaymentEvents.ReadAsync(node, form, next, CommandHost.Cancel))
        {
            ranges++;
            payments += range.Payments;
            if (WriteRange(files, folder, range)) written++;
            // After the file: a kill in between reads the range again, to the same bytes.
            lake.Files.WriteDurably(cursor, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{range.To + 1}\n")));
        }
        return (ranges, payments, written);
    }

    private static bool WriteRange(IFileStore files, string folder, PaymentRange range)
    {
        // Nothing happened in most ranges of most contracts, and a source file without a record says nothing.
        if (range.Payments == 0) return false;
        var path = StorePath.Combine(folder, range.Name);
        if (!files.FileExists(path))
        {
            files.WriteDurably(path, range.Content);
            return true;
        }
        if (files.ReadAllBytes(path).AsSpan().SequenceEqual(range.Content)) return false;
        throw new UserException(ExitCode.Data, $"{path} is not what the chain says of blocks {range.From} to {range.To}; the bytes of a range of final blocks never change. Was the file altered, or the unit in the configuration? Move it away and run the command again");
    }

    private static ulong ReadCursor(Lake lake, string path)
    {
        var text = Encoding.ASCII.GetString(lake.Files.ReadAllBytes(path)).Trim();
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var next)
            ? next : throw new UserException(ExitCode.Data, $"{path} holds '{text}'; the number of the next block is expected. Delete it: `payments fetch` reads all ranges again, to the same bytes");
    }

    private static UserException Missing(string key, string what) => new(ExitCode.Usage, $"'{key}' is not set: name {what} (docs/anchoring.md)");
}
