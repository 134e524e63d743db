using System.CommandLine;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Web;
using Analytics.Web;
using Analytics.Web.Access;

namespace Analytics.Jobs.Commands;

/// <summary>web: the console, and its users.</summary>
internal static class WebCommand
{
    public static Command Create()
    {
        var options = new RunOptions();
        var listen = new Option<string?>("--listen") { Description = "Address and port (machine.web.listen).", HelpName = "ADDRESS:PORT" };
        var command = new Command("web", "The console in a browser: tonight, runs, tables, rules, forecasts, actions. On 127.0.0.1 unless it is told otherwise.") { User() };
        options.AddTo(command, listen);
        command.SetAction(parsed => WebHost.RunAsync(options.LoadSettings(parsed, ("machine.web.listen", parsed.GetValue(listen))), CommandHost.Cancel).GetAwaiter().GetResult());
        Examples.Attach(command,
            ("analytics web -c shop.json", "the console of the shop's lake at http://127.0.0.1:8321"),
            ("analytics web --lake /data/lake --listen 127.0.0.1:9000", "another lake, another port"),
            ("analytics web user add alice --role operator -c shop.json", "somebody who may look and act; asks for the password"),
            ("ssh -L 8321:127.0.0.1:8321 server", "the console of another machine, without opening it to the network"));
        return command;
    }

    private static Command User() => new("user", "The users of the console, in the file that machine.web.users names.") { Add(), Remove(), List() };

    private static Command Add()
    {
        var options = new RunOptions();
        var name = new Argument<string>("NAME") { Description = "1 to 60 letters, digits, and . _ - @." };
        var role = new Option<string>("--role") { Description = "viewer (looks) or operator (looks and acts).", DefaultValueFactory = _ => "viewer", HelpName = "ROLE" };
        var from = new Option<string?>("--password-file") { Description = "Read the password from the first line of a file; without it from standard input.", HelpName = "FILE" };
        role.AcceptOnlyFromAmong("viewer", "operator");
        var command = new Command("add", "Add a user, or give one another password or role. A running console knows at once.") { name };
        options.AddTo(command, role, from);
        command.SetAction(parsed => Guard(() =>
        {
            var file = FileOf(options.LoadSettings(parsed));
            var who = parsed.GetValue(name)!;
            var what = parsed.GetValue(role) == "operator" ? ConsoleRole.Operator : ConsoleRole.Viewer;
            file.Set(who, what, Password(parsed.GetValue(from)));
            Console.Out.WriteLine($"{who} may {(what == ConsoleRole.Operator ? "look and act" : "look")}: {file.Path}");
        }));
        Examples.Attach(command, ("analytics web user add alice --role operator < password.txt", "the password never stands on a command line"));
        return command;
    }

    private static Command Remove()
    {
        var options = new RunOptions();
        var name = new Argument<string>("NAME") { Description = "The user." };
        var command = new Command("remove", "Remove a user; whoever is logged in under the name is out at the next click.") { name };
        options.AddTo(command);
        command.SetAction(parsed => Guard(() => FileOf(options.LoadSettings(parsed)).Remove(parsed.GetValue(name)!)));
        return command;
    }

    private static Command List()
    {
        var options = new RunOptions();
        var command = new Command("list", "The users and their roles.");
        options.AddTo(command);
        command.SetAction(parsed => Guard(() =>
        {
            foreach (var user in FileOf(options.LoadSettings(parsed)).Read().Values.OrderBy(static user => user.Name, StringComparer.Ordinal))
                Console.Out.WriteLine($"{user.Name,-30} {user.Role.ToString().ToLowerInvariant()}");
        }));
        return command;
    }

    private static int Guard(Action action)
    {
        try
        {
            action();
            return (int)ExitCode.Done;
        }
        catch (ConsoleException e)
        {
            throw new UserException(ExitCode.Usage, e.Message, e);
        }
    }

    private static UserFile FileOf(LoadedSettings loaded) => loaded.Settings.Machine.Web.Users is { Length: > 0 } path ? new UserFile(path)
        : throw new UserException(ExitCode.Usage, "the configuration names no users file: set machine.web.users, such as /etc/analytics/users.json");

    private static string Password(string? file)
    {
        if (file is not null) return File.ReadLines(file).FirstOrDefault() ?? "";
        if (Console.IsInputRedirected) return Console.In.ReadLine() ?? "";
        Console.Error.Write("password: ");
        var text = new System.Text.StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key == ConsoleKey.Backspace) text.Length = Math.Max(0, text.Length - 1);
            else if (!char.IsControl(key.KeyChar)) text.Append(key.KeyChar);
        }
        Console.Error.WriteLine();
        return text.ToString();
    }
}
