using System.CommandLine;
using Analytics.Files;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Pipeline;
using Analytics.Proofs;
using Analytics.Publishing;

namespace Analytics.Jobs.Commands;

/// <summary>proof: a small file with which anyone can show that a file or a row belongs to a run's root.</summary>
internal static class ProofCommand
{
    public static Command Create()
    {
        var options = new RunOptions();
        var run = new Argument<string>("RUN") { Description = "latest, a date, an id or its first digits." };
        var what = new Argument<string>("FILE") { Description = "A file below the run's folder, such as report.html; with --where a table." };
        var where = new Option<string[]>("--where") { Description = "Prove the one row with this value; may be repeated. A list is written as [\"a\",\"b\"].", HelpName = "COLUMN=VALUE" };
        var output = new Option<string?>("--out", "-o") { Description = "The proof file; without it the proof goes to standard output.", HelpName = "FILE" };
        var command = new Command("proof", "Write a self-contained proof that a file, or a single row, belongs to a run; docs/proofs.md has the format.") { run, what };
        options.AddTo(command, where, output);
        command.SetAction(parsed =>
        {
            var lake = LakeAccess.Open(options.LoadSettings(parsed));
            var found = lake.Resolve(parsed.GetValue(run)!);
            var anchor = ProofAnchors.Find(lake, found);
            var named = parsed.GetValue(where) ?? [];
            var proof = named.Length == 0
                ? RunProofs.OfFile(lake, found, parsed.GetValue(what)!.Replace('\\', '/'), anchor)
                : RunProofs.OfRow(lake, found, parsed.GetValue(what)!, [.. named.Select(Pair)], RowTree.ReadOwn(lake.Files), anchor, CommandHost.Cancel);
            var bytes = ProofFile.Write(proof);
            if (parsed.GetValue(output) is not { } path)
            {
                using var standard = Console.OpenStandardOutput();
                standard.Write(bytes);
                return (int)ExitCode.Done;
            }
            new LocalFileStore().WriteDurably(Path.GetFullPath(path), bytes);
            if (!parsed.GetValue(options.Quiet))
            {
                var proved = proof.Row is { } row ? $"row {row.Index} of {row.Table}" : proof.File.Path;
                Console.Out.WriteLine($"{path}: {proved} of run {found} belongs to root {proof.Root}");
                Console.Out.WriteLine(anchor is null ? "the root was not on a chain yet, as far as this lake knows: make the proof again once `analytics anchor status` says final" : $"anchored in block {anchor.Block} of chain {anchor.ChainId}");
                Console.Out.WriteLine(proof.Row is null ? $"check it with: analytics verify {Path.GetFileName(proof.File.Path)} --proof {path}" : $"check it with: analytics verify --proof {path}");
            }
            return (int)ExitCode.Done;
        });
        Examples.Attach(command,
            ("analytics proof latest report.html -o report.proof.json", "the newest report"),
            ("analytics proof 2025-12-31 rules/part-0.parquet", "a table's file, to standard output"),
            ("analytics proof latest segments --where customer_id=C0042 -o customer.json", "one row"));
        return command;
    }

    private static KeyValuePair<string, string> Pair(string text)
    {
        var cut = text.IndexOf('=', StringComparison.Ordinal);
        return cut > 0 ? new(text[..cut], text[(cut + 1)..]) : throw new UserException(ExitCode.Usage, $"--where {text}: COLUMN=VALUE is expected, such as customer_id=C0042");
    }
}
