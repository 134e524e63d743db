using Analytics.Engine.Wire;
using Analytics.Tasks;
using Analytics.Worker;

// Exit codes: 0 done, 2 wrong arguments or side input, 4 the input or output failed, 1 a bug. The text of an error goes to the
// standard error, from where an engine shows it; the input is read to its end first.
return args switch
{
    ["--version"] => Show($"worker {typeof(WorkerOptions).Assembly.GetName().Version?.ToString(3)}, protocol {WireProtocol.Version}"),
    ["--tasks"] => Show(string.Join('\n', TaskCatalog.Names)),
    ["run", ..] => WorkerRun.Start(args.AsSpan(1).ToArray()),
    _ => WorkerRun.Refuse("usage: worker run --protocol N --task NAME --contract HASH [--parameters HEX] [--side FILE] [--spill FOLDER] | worker --version | worker --tasks"),
};

static int Show(string text)
{
    Console.Out.WriteLine(text);
    return 0;
}
