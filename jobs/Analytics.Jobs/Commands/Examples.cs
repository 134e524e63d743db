using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Analytics.Jobs.Commands;

/// <summary>Help that teaches by example: what stands behind the usual help of a command.</summary>
internal static class Examples
{
    /// <summary>Gives a command its examples.</summary>
    public static void Attach(Command command, params (string Line, string Meaning)[] examples)
    {
        var help = command.Options.OfType<HelpOption>().FirstOrDefault();
        if (help is null) command.Options.Add(help = new HelpOption());
        help.Action = new HelpWithExamples((HelpAction)help.Action!, examples);
    }

    private sealed class HelpWithExamples(HelpAction usual, (string Line, string Meaning)[] examples) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var code = usual.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var (line, meaning) in examples)
            {
                output.WriteLine($"  {line}");
                output.WriteLine($"      {meaning}");
            }
            output.WriteLine();
            return code;
        }
    }
}
