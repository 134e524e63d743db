using System.CommandLine;
using Analytics.Anchoring;
using Analytics.Jobs.Anchoring;
using Analytics.Jobs.Configuration;

namespace Analytics.Jobs.Commands;

/// <summary>anchor key: keystore files. No secret is ever an option or printed.</summary>
internal static class AnchorKeyCommand
{
    public static Command Create()
    {
        var command = new Command("key", "Make, import and look at keystore files (version 3, scrypt). The passphrase comes from machine.anchor.passphrase_file or passphrase_variable.");
        command.Subcommands.Add(New());
        command.Subcommands.Add(Import());
        command.Subcommands.Add(Address());
        return command;
    }

    private static Command New()
    {
        var options = new RunOptions();
        var file = new Argument<string>("FILE") { Description = "The keystore file; it must not exist." };
        var command = new Command("new", "Make a new key in a keystore file that its owner alone can read, and print its address.") { file };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            using var key = PrivateKey.New();
            return Write(key, parsed.GetValue(file)!, options.LoadSettings(parsed));
        });
        Examples.Attach(command, ("ANALYTICS_PASS=... analytics anchor key new /secure/anchor.json --set machine.anchor.passphrase_variable=ANALYTICS_PASS", "keep a copy of file and passphrase elsewhere, apart"));
        return command;
    }

    private static Command Import()
    {
        var options = new RunOptions();
        var file = new Argument<string>("FILE") { Description = "The keystore file; it must not exist." };
        var from = new Option<string>("--from") { Description = "A file that holds the private key in 64 hexadecimal digits; its owner alone can read it. Delete it afterwards.", HelpName = "FILE", Required = true };
        var command = new Command("import", "Put an existing private key into a keystore file.") { file, from };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            using var key = KeyFiles.Import(parsed.GetValue(from)!);
            return Write(key, parsed.GetValue(file)!, options.LoadSettings(parsed));
        });
        Examples.Attach(command, ("analytics anchor key import /secure/anchor.json --from /secure/raw.key", "then: shred -u /secure/raw.key"));
        return command;
    }

    private static Command Address()
    {
        var options = new RunOptions();
        var file = new Argument<string?>("FILE") { Description = "A keystore file; without it machine.anchor.keystore.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("address", "Print the address of a keystore file's key; needs the passphrase, so it shows that it fits.") { file };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var settings = options.LoadSettings(parsed).Settings.Machine.Anchor;
            var keystore = parsed.GetValue(file) ?? settings.Keystore;
            if (keystore.Length == 0) throw new UserException(ExitCode.Usage, "name a keystore file, or set machine.anchor.keystore");
            using var passphrase = ChainSession.OpenPassphrase(settings);
            using var key = KeyFiles.Open(keystore, passphrase);
            Console.Out.WriteLine(key.Address);
            return 0;
        });
        Examples.Attach(command, ("analytics anchor key address", "the account that needs coins and the contract's leave"));
        return command;
    }

    private static int Write(PrivateKey key, string file, LoadedSettings settings)
    {
        if (File.Exists(file)) throw new UserException(ExitCode.Usage, $"{file} exists: a key is never overwritten. Name another file");
        using var passphrase = ChainSession.OpenPassphrase(settings.Settings.Machine.Anchor);
        KeyFiles.Create(file, Keystore.Write(key, passphrase));
        Console.Out.WriteLine($"{key.Address} in {file}. Whoever loses file or passphrase loses the account: keep copies of both, apart from each other");
        return 0;
    }
}
