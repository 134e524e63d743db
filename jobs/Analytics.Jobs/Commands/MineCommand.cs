using System.CommandLine;

namespace Analytics.Jobs.Commands;

/// <summary>mine: a plain file where one is named, else the stage of the open run.</summary>
internal static class MineCommand
{
    public static Command Create() => StageCommands.Create("mine", "Mine frequent itemsets and association rules of the open run.", ("analytics mine", "goes on with the open run"));
}
