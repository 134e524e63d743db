using System.CommandLine;

namespace Analytics.Jobs.Commands;

/// <summary>Prints a completion script for a shell; the script asks the program itself for the words.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _analytics() {
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${COMP_LINE#* }" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _analytics analytics ./analytics
        """;

    private const string Zsh = """
        #compdef analytics
        _analytics() {
          local words_line="${words[2,-1]}"
          local -a suggestions
          suggestions=("${(@f)$(${words[1]} "[suggest:${#words_line}]" "$words_line" 2>/dev/null)}")
          compadd -- $suggestions; _files
        }
        compdef _analytics analytics ./analytics
        """;

    private const string Fish = """
        function __analytics
          set -l line (commandline -cp)
          set -l rest (string replace -r '^\S+\s*' '' -- $line)
          analytics "[suggest:"(string length -- $rest)"]" "$rest" 2>/dev/null
        end
        complete -c analytics -a '(__analytics)'
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Print a completion script for a shell.") { shell };
        command.SetAction(parsed =>
        {
            Console.Out.WriteLine(parsed.GetValue(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish });
            return 0;
        });
        Examples.Attach(command, ("source <(analytics completion bash)", "completion in this shell; put it into ~/.bashrc to keep it"));
        return command;
    }
}
