using System.CommandLine;
using System.Text.Json;
using Analytics.Jobs.Configuration;

namespace Analytics.Jobs.Commands;

/// <summary>Shows and checks the configuration.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var command = new Command("config", "Show or check the effective configuration.");
        command.Subcommands.Add(Show());
        command.Subcommands.Add(Check());
        command.Subcommands.Add(Schema());
        return command;
    }

    private static Command Show()
    {
        var options = new RunOptions();
        var json = new Option<bool>("--json") { Description = "As JSON lines: key, value, origin." };
        var command = new Command("show", "Every effective value and where it came from.");
        options.AddTo(command, json);
        command.SetAction(parsed =>
        {
            var loaded = WithoutSecrets(options.LoadSettings(parsed));
            if (parsed.GetValue(json))
            {
                foreach (var value in loaded.Values) Console.Out.WriteLine(JsonSerializer.Serialize(new { key = value.Key, value = value.Value, origin = value.Origin }));
                return 0;
            }
            Console.Out.WriteLine($"configuration file: {loaded.File ?? "none"}");
            var width = loaded.Values.Max(value => value.Key.Length);
            var valueWidth = Math.Min(44, loaded.Values.Max(value => (value.Value ?? "").Length));
            foreach (var value in loaded.Values) Console.Out.WriteLine($"{value.Key.PadRight(width)}  {(value.Value ?? "(none)").PadRight(valueWidth)}  {value.Origin}");
            return 0;
        });
        Examples.Attach(command,
            ("analytics config show --config config/online-retail.json", "what a run with this file would use"),
            ("ANALYTICS_results__mine__min_support=0.02 analytics config show", "the environment overrides the file"));
        return command;
    }

    /// <summary>Nodes' addresses often hold an access key in their path, query or user: host and port alone are shown.</summary>
    private static LoadedSettings WithoutSecrets(LoadedSettings loaded) => loaded with
    {
        Values = loaded.Values.Select(static value => value.Key is "machine.anchor.rpc" or "machine.anchor.signer" or "machine.payments.rpc"
            && Uri.TryCreate(value.Value, UriKind.Absolute, out var uri) && (uri.UserInfo.Length > 0 || uri.PathAndQuery != "/")
            ? value with { Value = $"{uri.Scheme}://{uri.Authority}/..." } : value).ToArray(),
    };

    private static Command Check()
    {
        var options = new RunOptions();
        var command = new Command("check", "Check the configuration and print what is wrong with it.");
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var loaded = options.LoadSettings(parsed);
            if (loaded.Settings.Results.Input.Columns.Count == 0)
                throw new UserException(ExitCode.Usage, $"{loaded.File ?? "the configuration"} maps no columns: 'results.input.columns' must name at least order_id, item_id, quantity, ordered_at and unit_price");
            Console.Out.WriteLine($"{loaded.File ?? "defaults"}: fine, {loaded.Values.Count(value => value.Origin != "default")} values set, {loaded.Values.Count(value => value.Origin == "default")} defaults");
            return 0;
        });
        Examples.Attach(command, ("analytics config check --config my-shop.json", "exit code 2 and one line a mistake where something is wrong"));
        return command;
    }

    private static Command Schema()
    {
        var command = new Command("schema", "Print the configuration's JSON Schema (config/analytics.schema.json).");
        command.SetAction(_ =>
        {
            Console.Out.Write(SettingsSchema.Text());
            return 0;
        });
        return command;
    }
}
