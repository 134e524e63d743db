using System.CommandLine;

namespace Analytics.Jobs.Commands;

/// <summary>mine: a plain file where one is named, else the stage of the open run.</summary>
internal static class MineCommand
{
    public static Command Create()
    {
        var options = new RunOptions();
        var command = new Command("mine", "Mine frequent itemsets and association rules of a plain file, or of the open run.");
        options.AddTo(command, options.Input, options.Date, options.Retract, options.Run, options.Force, options.Engine);
        MineFileCommand.AddTo(command, parsed => PipelineAction.Run(parsed, options, ["mine"]));
        Examples.Attach(command, [("analytics mine", "goes on with the open run"), .. MineFileCommand.Examples]);
        return command;
    }
}
