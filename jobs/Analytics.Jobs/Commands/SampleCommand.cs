using System.CommandLine;
using Analytics.Jobs.Configuration;
using Analytics.Sample;

namespace Analytics.Jobs.Commands;

/// <summary>Writes the sample shop.</summary>
internal static class SampleCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "A folder that does not exist yet, or is empty." };
        var seed = new Option<ulong>("--seed") { Description = "Another seed gives another shop with the same truths planted.", DefaultValueFactory = _ => SampleShop.DefaultSeed };
        var command = new Command("sample", "Write the sample shop of data/sample anew: two years of a synthetic shop with planted truths (truths.json).") { folder, seed };
        command.SetAction(parsed =>
        {
            var target = parsed.GetValue(folder)!;
            if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
                throw new UserException(ExitCode.Usage, $"{target} is not empty: name a new folder");
            var truths = SampleShop.Write(target, parsed.GetValue(seed));
            Console.Out.WriteLine($"{target}: {truths.Totals.Fates.Records} records of {truths.Files.Count} files, {truths.First:yyyy-MM-dd} to {truths.Last:yyyy-MM-dd}; what was planted stands in {Path.Combine(target, "truths.json")}");
            return 0;
        });
        Examples.Attach(command, ("analytics sample /tmp/shop --seed 7", "a shop like the committed one with other numbers"));
        return command;
    }
}
