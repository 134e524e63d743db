using Spectre.Console;

// One run at a time: what is captured is the process's console, and a run takes all cores anyway.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Analytics.Jobs.Tests;

/// <summary>How a command line ended: what a shell would see.</summary>
internal sealed record Ended(string CommandLine, int Code, string Out, string Err)
{
    /// <summary>The same, if it ended with this code; else the test fails with all that was printed.</summary>
    public Ended With(int code)
    {
        if (Code != code) Assert.Fail($"analytics {CommandLine}{Environment.NewLine}ended with {Code}, expected {code}{Environment.NewLine}{Out}{Err}");
        return this;
    }
}

/// <summary>Runs the program as a command line would, within the test's process.</summary>
internal static class InProcess
{
    private static readonly Lock Gate = new();

    public static Ended Run(params string[] arguments)
    {
        lock (Gate)
        {
            var (output, errors) = (Console.Out, Console.Error);
            using var captured = new StringWriter { NewLine = "\n" };
            using var capturedErrors = new StringWriter { NewLine = "\n" };
            try
            {
                Console.SetOut(captured);
                // Tables go through this console, which else keeps the first writer that it saw; and a test on a terminal draws no bars.
                AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(captured), Ansi = AnsiSupport.No, Interactive = InteractionSupport.No });
                AnsiConsole.Console.Profile.Width = 400;
                Console.SetError(capturedErrors);
                var code = Program.Main(arguments);
                return new Ended(string.Join(' ', arguments), code, captured.ToString(), capturedErrors.ToString());
            }
            finally
            {
                Console.SetOut(output);
                Console.SetError(errors);
            }
        }
    }

    /// <summary>The same with variables of the environment set for its time.</summary>
    public static Ended RunWith(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var before = environment.Keys.ToDictionary(name => name, Environment.GetEnvironmentVariable);
        try
        {
            foreach (var (name, value) in environment) Environment.SetEnvironmentVariable(name, value);
            return Run(arguments);
        }
        finally
        {
            foreach (var (name, value) in before) Environment.SetEnvironmentVariable(name, value);
        }
    }
}
