using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Analytics.Anchoring;
using Analytics.Files;
using Analytics.Jobs.Anchoring;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Jobs.Terminal;
using Analytics.Proofs;
using Analytics.Publishing;

namespace Analytics.Jobs.Commands;

/// <summary>verify: every file of a run against its manifest; with a proof, one file or row against a root.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var options = new RunOptions();
        var what = new Argument<string?>("RUN|FILE") { Description = "A run: latest (the default), a date, an id or its first digits. With --proof the file that it proves.", DefaultValueFactory = _ => null };
        var proof = new Option<string?>("--proof") { Description = "A proof file, as `proof` writes it: checks FILE, or the row in it, up to the root. Needs no lake.", HelpName = "PROOF" };
        var command = new Command("verify", "Check every file of a run against its manifest: hash, rows, schema, names and root. Needs no network, unless --rpc asks a chain as well.") { what };
        var rpc = new Option<string?>("--rpc") { Description = "Also ask the chain, at the address of any node, that its contract holds the root and since which block; dev is the lake's development chain.", HelpName = "URL" };
        var contract = new Option<string?>("--contract") { Description = "The contract that must hold it; without it the one that the proof or the lake names.", HelpName = "ADDRESS" };
        options.AddTo(command, proof, rpc, contract);
        command.SetAction(parsed =>
        {
            var quiet = parsed.GetValue(options.Quiet);
            var chain = parsed.GetValue(rpc) is { } url ? new ChainQuestion(() => NodeAnchorChain.Open(url, () => LakeAccess.Open(options.LoadSettings(parsed))), parsed.GetValue(contract)) : null;
            return parsed.GetValue(proof) is { } path ? VerifyProof(path, parsed.GetValue(what), quiet, chain) : VerifyRun(options.LoadSettings(parsed), parsed.GetValue(what) ?? "latest", quiet, chain);
        });
        Examples.Attach(command,
            ("analytics verify", "the newest run"),
            ("analytics verify 2025-12-31", "the run of a date"),
            ("analytics verify 3f2a9c --lake /data/lake", "a run by the start of its id"),
            ("analytics verify report.html --proof report.proof.json", "one file, without the lake"),
            ("analytics verify report.html --proof report.proof.json --rpc https://node.example", "and that the chain has its root, and since when"),
            ("analytics verify latest --rpc dev", "the newest run, on the development chain that the sample uses"));
        return command;
    }

    private static int VerifyRun(LoadedSettings settings, string run, bool quiet, ChainQuestion? chain)
    {
        var lake = LakeAccess.Open(settings);
        var found = Verifier.Verify(lake, lake.Resolve(run), path => ParquetFooter.Inspect(lake.Files, path), RowTree.ReadOwn(lake.Files), CommandHost.Cancel);
        if (found.IsWhole)
        {
            if (!quiet) Console.Out.WriteLine($"{found.Run} is whole: {found.Files} files, {Logs.Bytes(found.Bytes)}, root {found.Root}");
            if (ChainSession.JournalOf(lake).Find(found.Run.Date, found.Run.Id) is { Run: { } queued } entry && queued.Root != found.Root)
            {
                Console.Error.WriteLine($"receipt: {ChainSession.JournalOf(lake).Folder}/{entry.Name}.json: the root is {queued.Root}; expected {found.Root}. Restore the entry from a copy");
                return (int)ExitCode.Data;
            }
            return chain?.Ask(found.Run.Date, found.Run.Id, found.Root!, ProofAnchors.Find(lake, found.Run), "the lake's journal", quiet) ?? (int)ExitCode.Done;
        }
        foreach (var finding in found.Findings) Console.Error.WriteLine($"{finding.Kind.ToString().ToLowerInvariant()}: {finding.Path}: {finding.Message}");
        Console.Error.WriteLine($"analytics: {found.Run} is not whole: {found.Findings.Count} findings over {found.Files} files. Restore the named files from a backup, or go back with `analytics runs rollback RUN`");
        return (int)ExitCode.Data;
    }

    private static int VerifyProof(string path, string? file, bool quiet, ChainQuestion? chain)
    {
        var store = new LocalFileStore();
        Proof proof;
        bool isIntact;
        try
        {
            proof = ProofFile.Read(store.ReadAllBytes(Full(path, "--proof")), out isIntact);
        }
        catch (FormatException e)
        {
            throw new UserException(ExitCode.Data, $"{path}: {e.Message}. Ask for the proof again, or make it with `analytics proof RUN FILE`", e);
        }
        if (proof.Row is null && file is null) throw new UserException(ExitCode.Usage, $"{path} proves the file {proof.File.Path}: name your copy of it, such as `analytics verify {Path.GetFileName(proof.File.Path)} --proof {path}`");
        if (proof.Row is { } row && file is not null) throw new UserException(ExitCode.Usage, $"{path} proves a row of {row.Table}, which stands in it: leave {file} out");
        var findings = ProofCheck.Check(proof, isIntact, file is null ? null : UnixFsFile.Read(store, Full(file, "FILE"), CommandHost.Cancel).Identity);
        foreach (var finding in findings) Console.Error.WriteLine($"{Name(finding.Part, file, path)}: {finding.Message}");
        if (findings.Count > 0)
        {
            Console.Error.WriteLine($"analytics: not proved: {findings.Count} findings");
            return (int)ExitCode.Data;
        }
        if (!quiet) Console.Out.WriteLine(proof.Row is { } proved
            ? $"row {proved.Index} of {proved.Table} belongs to root {proof.Root}: {proved.Values.ToJsonString(PlainJson)}"
            : $"{file} is {proof.File.Path} ({Logs.Bytes(proof.File.Bytes)}) and belongs to root {proof.Root}");
        if (chain is not null) return chain.Ask(proof.BusinessDate, proof.Run, proof.Root, proof.Anchor, path, quiet);
        if (!quiet) Console.Out.WriteLine($"the proof names run {Dates.Text(proof.BusinessDate)}/{proof.Run}; that this root is that run's, and since when, only a chain can show");
        return (int)ExitCode.Done;
    }

    // For a terminal: texts in any script stay readable.
    private static readonly JsonSerializerOptions PlainJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Name(ProofPart part, string? file, string proof) => part switch
    {
        ProofPart.File => $"changed: {file}",
        ProofPart.Proof => $"proof: {proof}",
        ProofPart.Anchor => $"receipt: {proof}",
        _ => "chain",
    };

    private static string Full(string path, string option)
    {
        var full = Path.GetFullPath(path);
        return File.Exists(full) ? full : throw new UserException(ExitCode.Usage, $"{option} {path}: there is no such file; name an existing one");
    }
}

/// <summary>What is asked of a chain once all else holds.</summary>
internal sealed record ChainQuestion(Func<NodeAnchorChain> Open, string? Contract)
{
    /// <summary>Asks, tells, and gives the exit code.</summary>
    public int Ask(DateOnly date, string run, string root, ProvedAnchor? known, string from, bool quiet)
    {
        if (known is null && Contract is null) throw new UserException(ExitCode.Usage, $"{from} names no contract for run {Dates.Text(date)}/{run}: name it with --contract, or make the proof again once `analytics anchor status` says that the run is in a block");
        using var chain = Open();
        var verdict = AnchorCheck.CheckAsync(chain, date, run, root, known, Contract is null ? null : Named(Contract), CommandHost.Cancel).GetAwaiter().GetResult();
        foreach (var finding in verdict.Findings) Console.Error.WriteLine($"{(finding.Part == ProofPart.Anchor ? $"receipt: {from}" : "chain")}: {finding.Message}");
        if (verdict.Findings.Count > 0)
        {
            Console.Error.WriteLine($"analytics: the chain does not bear it out: {verdict.Findings.Count} findings");
            return (int)ExitCode.Data;
        }
        if (quiet) return (int)ExitCode.Done;
        var anchor = verdict.Anchor!;
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"chain {anchor.ChainId} holds it since block {anchor.Block} of {anchor.BlockTime.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, in contract {Address.Parse(anchor.Contract)}, transaction {anchor.Transaction}"));
        if (anchor.IsLocal) Console.Out.WriteLine("this is a development chain: it proves nothing to others");
        else if (Contract is null) Console.Out.WriteLine($"the contract's address comes from {from}: compare it with the one that the publisher made known");
        return (int)ExitCode.Done;
    }

    private static string Named(string contract)
    {
        try
        {
            return Address.Parse(contract).ToString();
        }
        catch (FormatException e)
        {
            throw new UserException(ExitCode.Usage, $"--contract: {e.Message}", e);
        }
    }
}

/// <summary>Opens the lake that the settings name.</summary>
internal static class LakeAccess
{
    /// <summary>Opens a lake for reading.</summary>
    public static Lake Open(LoadedSettings settings) => Lake.Open(Folder(settings.Settings.Machine), Files(settings.Settings.Machine));

    /// <summary>Opens a lake for writing; makes an empty one where there is none yet.</summary>
    public static Lake OpenOrCreate(LoadedSettings settings) => Lake.OpenOrCreate(Folder(settings.Settings.Machine), Files(settings.Settings.Machine));

    /// <summary>The lake's folder: a full path, or a URI of Hadoop's file systems.</summary>
    public static string Folder(MachineSettings machine) => FileSystems.IsUri(machine.Lake) ? machine.Lake : Path.GetFullPath(machine.Lake);

    private static IFileStore Files(MachineSettings machine) => FaultHook.Wrap(FileSystems.Of(machine, machine.Lake));
}
