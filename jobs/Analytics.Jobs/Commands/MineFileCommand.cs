using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Analytics.Jobs.Configuration;
using Analytics.Jobs.Mining;
using Analytics.Jobs.Terminal;
using Analytics.Mining;
using Spectre.Console;

namespace Analytics.Jobs.Commands;

/// <summary>mine FILE: itemsets and rules of a plain file of baskets, without a lake.</summary>
internal static class MineFileCommand
{
    /// <summary>Rules and itemsets that the terminal shows where no file is asked for.</summary>
    private const int ShownRows = 20;

    private sealed class FileOptions
    {
        public Argument<string?> File { get; } = new("file") { Description = "A file of baskets, one a line with items apart by spaces, or order/item pairs in CSV or Parquet (.gz and .zst too). Without it: the stage of the open run.", Arity = ArgumentArity.ZeroOrOne, HelpName = "FILE" };

        public Option<string> MinSupport { get; } = new("--min-support", "-s") { Description = "The least support: a share of the baskets with a point (0.01) or a count (25).", DefaultValueFactory = _ => "0.01", HelpName = "SUPPORT" };

        public Option<decimal> MinConfidence { get; } = new("--min-confidence") { Description = "The least confidence of a rule, 0 to 1.", DefaultValueFactory = _ => 0.5m, HelpName = "SHARE" };

        public Option<int> MinLength { get; } = new("--min-length") { Description = "The least number of items of an itemset that is given.", DefaultValueFactory = _ => 1, HelpName = "N" };

        public Option<int> MaxLength { get; } = new("--max-length") { Description = "The greatest number of items of an itemset; 0 for no limit.", HelpName = "N" };

        public Option<int> MaxConsequent { get; } = new("--max-consequent") { Description = "The most items of a consequent; 0 for no limit.", HelpName = "N" };

        public Option<string?> Itemsets { get; } = new("--itemsets") { Description = "Write the itemsets to this .parquet, .csv or .jsonl file.", HelpName = "FILE" };

        public Option<string?> Rules { get; } = new("--rules") { Description = "Write the rules to this .parquet, .csv or .jsonl file.", HelpName = "FILE" };

        public Option<bool> Count { get; } = new("--count") { Description = "Only count the itemsets by size, and tell the seconds of reading and of mining." };

        public Option<string> Format { get; } = Choice("--format", "Layout of the file; by its name where not given.", "auto", "baskets", "csv", "parquet");

        public Option<string?> OrderColumn { get; } = new("--order-column") { Description = "Column of order ids in pairs (order_id, else the first).", HelpName = "NAME" };

        public Option<string?> ItemColumn { get; } = new("--item-column") { Description = "Column of item ids in pairs (item_id, else the second).", HelpName = "NAME" };

        public Option<int> MaxBasket { get; } = new("--max-basket") { Description = "Cut larger baskets to their most frequent items, and tell how many; 0 for no cap.", HelpName = "N" };

        public Option<string> Kind { get; } = Choice("--kind", "Which itemsets; rules need frequent ones.", "frequent", "closed", "maximal", "generator");

        public Option<int> Top { get; } = new("--top") { Description = "Only the itemsets of greatest support, so many; --min-support then is a lower bound, 1 unless given.", HelpName = "N" };

        public Option<string> Algorithm { get; } = Choice("--algorithm", "How to search; all find the same.", "auto", "apriori", "fpgrowth", "eclat", "lcm");

        public Option<int> Threads { get; } = new("--threads") { Description = "Threads; 0 for one a processor. The result is the same.", HelpName = "N" };

        public Option<long> MaxNodes { get; } = new("--max-nodes") { Description = "Budget of search nodes; where it is hit the result says so. 0 for none.", HelpName = "N" };

        public Option<int> MaxMemory { get; } = new("--max-memory") { Description = "Budget in MiB for itemsets; where it is hit the result says so. 0 for none.", HelpName = "MIB" };

        public Option<string?> Categories { get; } = new("--categories") { Description = "CSV file of item, category, category above, ...: itemsets and rules across the levels, none with an item beside its own category.", HelpName = "FILE" };

        public Option<double> Interest { get; } = new("--interest") { Description = "With --categories: only rules with so many times the support or confidence that the rules above them lead to expect; 0 for all.", DefaultValueFactory = _ => 1.1, HelpName = "R" };

        public Option<string[]> Contains { get; } = new("--contains") { Description = "Only rules that hold this item; may be repeated.", HelpName = "ITEM" };

        public Option<string[]> Without { get; } = new("--without") { Description = "Only rules that do not hold this item; may be repeated.", HelpName = "ITEM" };

        public Option<string[]> Antecedent { get; } = new("--antecedent") { Description = "Only rules whose antecedent is made of these items; may be repeated.", HelpName = "ITEM" };

        public Option<string[]> Consequent { get; } = new("--consequent") { Description = "Only rules whose consequent is made of these items; may be repeated.", HelpName = "ITEM" };

        public Option<string[]> Least { get; } = new("--least") { Description = "Only rules with at least this value of a measure, such as lift=2; may be repeated.", HelpName = "MEASURE=VALUE" };

        public Option<string[]> Most { get; } = new("--most") { Description = "Only rules with at most this value, such as q_value=0.05; may be repeated.", HelpName = "MEASURE=VALUE" };

        public Option<bool> NoRedundant { get; } = new("--no-redundant") { Description = "Leave out rules that a shorter antecedent makes superfluous." };

        public Option<int> TopRules { get; } = new("--top-rules") { Description = "Only so many rules, the best by --by.", HelpName = "N" };

        public Option<string> By { get; } = new("--by") { Description = "The measure that orders the rules shown and chosen.", DefaultValueFactory = _ => "lift", HelpName = "MEASURE" };

        public Option<string?> Score { get; } = new("--score") { Description = "Score the baskets of this file, laid out as FILE is: the ranked consequents that each lacks, by the best rule each, ranked by --by.", HelpName = "FILE" };

        public Option<string?> Scores { get; } = new("--scores") { Description = "With --score: write the results to this .parquet, .csv or .jsonl file.", HelpName = "FILE" };

        public Option<int> TopScores { get; } = new("--top-scores") { Description = "With --score: the most consequents of a basket.", DefaultValueFactory = _ => 10, HelpName = "N" };

        public Option<string?> ContrastColumn { get; } = new("--contrast-column") { Description = "Column of pairs, such as Country: rules that hold in one of its parts, tested against all others. --min-support is a share of each part.", HelpName = "NAME" };

        public Option<string?> Contrasts { get; } = new("--contrasts") { Description = "With --contrast-column: write all contrasts to this .parquet, .csv or .jsonl file.", HelpName = "FILE" };

        public IEnumerable<Option> All =>
        [
            Score, Scores, TopScores, ContrastColumn, Contrasts,
            MinSupport, MinConfidence, MinLength, MaxLength, MaxConsequent, Itemsets, Rules, Count, Format, OrderColumn, ItemColumn, MaxBasket, Kind, Top,
            Algorithm, Threads, MaxNodes, MaxMemory, Categories, Interest, Contains, Without, Antecedent, Consequent, Least, Most, NoRedundant, TopRules, By,
        ];

        private static Option<string> Choice(string name, string description, params string[] values)
        {
            var option = new Option<string>(name) { Description = $"{description} ({string.Join(", ", values)})", DefaultValueFactory = _ => values[0], HelpName = "NAME" };
            option.AcceptOnlyFromAmong(values);
            return option;
        }
    }

    /// <summary>The examples of mine FILE.</summary>
    public static readonly (string Line, string Meaning)[] Examples =
    [
        ("analytics mine data/sample/baskets.txt --min-support 0.1 --min-confidence 0.5", "rules of a plain file"),
        ("analytics mine retail.dat.gz --min-support 10 --count", "itemsets by size, and the seconds"),
        ("analytics mine pairs.csv --order-column InvoiceNo --item-column StockCode --rules rules.parquet", "order/item pairs to a table of rules"),
        ("analytics mine baskets.txt --consequent milk --least lift=1.5 --no-redundant --top-rules 50 --by confidence", "what leads to milk"),
        ("analytics mine baskets.txt --kind closed --itemsets closed.jsonl", "closed itemsets only"),
        ("analytics mine baskets.txt --score today.txt --scores next.jsonl --by confidence", "what each of today's baskets lacks"),
        ("analytics mine pairs.csv --contrast-column Country --min-support 0.02", "rules of one country alone"),
    ];

    /// <summary>Lets a command take a file: then it runs this, else what it ran before.</summary>
    /// <param name="command">The command of the stage.</param>
    /// <param name="stage">What it does without a file.</param>
    public static void AddTo(Command command, Func<ParseResult, int> stage)
    {
        var options = new FileOptions();
        command.Arguments.Add(options.File);
        foreach (var option in options.All) command.Options.Add(option);
        command.SetAction(parsed =>
        {
            var file = parsed.GetValue(options.File);
            if (file is not null) return Run(parsed, options, file);
            foreach (var option in options.All)
                if (parsed.GetResult(option) is { Implicit: false }) throw new UserException(ExitCode.Usage, $"{option.Name} is for a plain file: mine FILE {option.Name} ...; the stage of a run takes its settings from results.mine");
            return stage(parsed);
        });
    }

    private static int Run(ParseResult parsed, FileOptions options, string path)
    {
        var (itemsetFile, ruleFile) = (parsed.GetValue(options.Itemsets), parsed.GetValue(options.Rules));
        var (scoreFile, contrastColumn) = (parsed.GetValue(options.Score), parsed.GetValue(options.ContrastColumn));
        foreach (var file in new[] { itemsetFile, ruleFile, parsed.GetValue(options.Scores), parsed.GetValue(options.Contrasts) })
            if (file is not null) ResultFile.CheckName(file);
        var kind = Enum.Parse<ItemsetKind>(parsed.GetValue(options.Kind)!, ignoreCase: true);
        var top = parsed.GetValue(options.Top);
        var minLength = parsed.GetValue(options.MinLength);
        var onlyCount = parsed.GetValue(options.Count);
        var wantRules = !onlyCount && (ruleFile is not null || scoreFile is not null || (itemsetFile is null && kind == ItemsetKind.Frequent && top == 0));
        if (ruleFile is not null && (kind != ItemsetKind.Frequent || top > 0 || onlyCount))
            throw new UserException(ExitCode.Usage, "--rules needs all frequent itemsets: leave out --kind, --top and --count");
        if (scoreFile is not null && (kind != ItemsetKind.Frequent || top > 0 || onlyCount || parsed.GetValue(options.Categories) is not null))
            throw new UserException(ExitCode.Usage, "--score needs rules of all frequent itemsets of items: leave out --kind, --top, --count and --categories");
        if (scoreFile is null && parsed.GetValue(options.Scores) is not null) throw new UserException(ExitCode.Usage, "--scores says where the results of --score go; name the file of baskets with --score");
        if (contrastColumn is null && parsed.GetValue(options.Contrasts) is not null) throw new UserException(ExitCode.Usage, "--contrasts says where the results of --contrast-column go; name the column with --contrast-column");
        if (parsed.GetValue(options.TopScores) < 1) throw new UserException(ExitCode.Usage, $"--top-scores {parsed.GetValue(options.TopScores)}: 1 or more is expected");
        if (contrastColumn is not null && (kind != ItemsetKind.Frequent || top > 0 || onlyCount || scoreFile is not null || itemsetFile is not null || ruleFile is not null || parsed.GetValue(options.Categories) is not null))
            throw new UserException(ExitCode.Usage, "--contrast-column mines each part by itself: leave out --kind, --top, --count, --score, --itemsets, --rules and --categories");
        var confidence = parsed.GetValue(options.MinConfidence);
        if (confidence is < 0 or > 1) throw new UserException(ExitCode.Usage, FormattableString.Invariant($"--min-confidence {confidence}: a share from 0 to 1 is expected"));
        NotNegative(parsed, options.MaxLength, options.MaxConsequent, options.MaxBasket, options.Top, options.Threads, options.MaxMemory, options.TopRules);
        if (minLength < 1) throw new UserException(ExitCode.Usage, $"--min-length {minLength}: 1 or more is expected");
        if (parsed.GetValue(options.MaxNodes) < 0) throw new UserException(ExitCode.Usage, "--max-nodes: 0 or more is expected");

        // The search is compiled on the other core while the file is read.
        var prepared = Task.Run(ItemsetMiner.Prepare);
        var start = Stopwatch.GetTimestamp();
        var layout = new BasketFileOptions
        {
            Format = Enum.Parse<BasketFormat>(parsed.GetValue(options.Format)!, ignoreCase: true),
            OrderColumn = parsed.GetValue(options.OrderColumn),
            ItemColumn = parsed.GetValue(options.ItemColumn),
        };
        var read = BasketFileReader.Read(path, layout with { MaximumBasketSize = parsed.GetValue(options.MaxBasket), PartColumn = contrastColumn }, CommandHost.Cancel);
        prepared.Wait();
        var reading = Stopwatch.GetElapsedTime(start);
        var capped = read.Baskets.Capped;
        Hierarchy? hierarchy = null;
        if (parsed.GetValue(options.Categories) is { } categories)
        {
            if (kind != ItemsetKind.Frequent || top > 0 || onlyCount) throw new UserException(ExitCode.Usage, "--categories goes with all frequent itemsets: leave out --kind, --top and --count");
            (read, hierarchy) = CategoryFile.Apply(categories, read);
        }
        var baskets = read.Baskets;
        // Asked before mining, so that a mistyped item or measure costs nothing.
        var filter = Filter(parsed, options, read.Ids);

        var mining = new MiningOptions
        {
            MinimumSupport = top > 0 && parsed.GetResult(options.MinSupport) is not { Implicit: false } ? 1 : Support(parsed.GetValue(options.MinSupport)!, baskets.Count),
            MinimumLength = minLength,
            MaximumLength = parsed.GetValue(options.MaxLength),
            Kind = kind,
            Algorithm = Enum.Parse<MiningAlgorithm>(parsed.GetValue(options.Algorithm)!, ignoreCase: true),
            Threads = parsed.GetValue(options.Threads),
            MaximumNodes = parsed.GetValue(options.MaxNodes),
            MaximumBytes = (long)parsed.GetValue(options.MaxMemory) << 20,
        };
        Print($"{baskets.Count:N0} baskets, {read.Ids.Length:N0} items, {baskets.Items.Length:N0} items in baskets{(read.BlankLines > 0 ? $"; {read.BlankLines:N0} blank lines are no baskets" : "")}");
        if (capped.Baskets > 0) Warn($"{capped.Baskets:N0} baskets were cut to {parsed.GetValue(options.MaxBasket):N0} items: {capped.Occurrences:N0} items left out; the largest had {capped.LargestBasket:N0}");
        if (read.Parts is { } parts)
        {
            var ruling = new RuleOptions { MinimumConfidence = confidence, MaximumConsequent = parsed.GetValue(options.MaxConsequent), Threads = mining.Threads };
            return FileContrastOutput.Run(read, parts, parsed.GetValue(options.MinSupport)!, mining, ruling, parsed.GetValue(options.Contrasts), ShownRows, CommandHost.Cancel);
        }
        if (top == 0) Print($"an itemset is frequent from {mining.MinimumSupport:N0} baskets on");

        start = Stopwatch.GetTimestamp();
        if (onlyCount)
        {
            var counts = top > 0 ? CountTop(baskets, top, mining) : ItemsetMiner.Count(baskets, mining, CommandHost.Cancel);
            var counted = Stopwatch.GetElapsedTime(start);
            ShowCounts(counts.BySize, counts.Outcome);
            Print($"reading   {reading.TotalSeconds:F3} s");
            Print($"mining    {counted.TotalSeconds:F3} s");
            return (int)ExitCode.Done;
        }

        // Rules need the parts of every itemset, so the least length is applied behind them.
        var result = top > 0
            ? ItemsetMiner.MineTop(baskets, top, mining, CommandHost.Cancel)
            : hierarchy is not null
            ? GeneralisedMiner.Mine(baskets, hierarchy, wantRules ? mining with { MinimumLength = 1 } : mining, CommandHost.Cancel)
            : ItemsetMiner.Mine(baskets, wantRules ? mining with { MinimumLength = 1 } : mining, CommandHost.Cancel);
        var mined = Stopwatch.GetElapsedTime(start);
        var shown = wantRules && minLength > 1 ? result.Itemsets.Where(row => result.Itemsets[row].Length >= minLength) : result.Itemsets;
        ShowCounts(shown.CountBySize(), result.Outcome);
        if (itemsetFile is not null)
        {
            ResultFile.Write(itemsetFile, MinedRows.ItemsetColumns, MinedRows.Itemsets(shown, read.Ids));
            Print($"{shown.Count:N0} itemsets in {itemsetFile}");
        }
        if (wantRules)
        {
            start = Stopwatch.GetTimestamp();
            var rules = RuleMiner.Mine(result.Itemsets, new RuleOptions
            {
                MinimumConfidence = confidence, MaximumConsequent = parsed.GetValue(options.MaxConsequent), Threads = mining.Threads,
            }, CommandHost.Cancel);
            if (rules.Truncated) Warn("the rules are truncated at the largest table; raise --min-confidence or --min-support");
            var all = rules.Count;
            var interest = parsed.GetValue(options.Interest);
            if (hierarchy is not null && interest > 0)
            {
                var interesting = GeneralisedMiner.Interesting(rules, hierarchy, interest);
                rules = rules.Select([.. Enumerable.Range(0, rules.Count).Where(rule => interesting[rule])]);
            }
            rules = rules.Where(filter);
            Print($"{rules.Count:N0} rules{(rules.Count < all ? $" of {all:N0}" : "")}");
            if (ruleFile is not null)
            {
                ResultFile.Write(ruleFile, MinedRows.RuleColumns, MinedRows.Rules(rules, read.Ids));
                Print($"{rules.Count:N0} rules in {ruleFile}");
            }
            else if (scoreFile is null) ShowRules(rules, read.Ids, filter);
            Print($"rules     {Stopwatch.GetElapsedTime(start).TotalSeconds:F3} s");
            if (scoreFile is not null)
                FileScoreOutput.Run(BasketFileReader.Read(scoreFile, layout, CommandHost.Cancel), rules, read.Ids, filter.TopBy, parsed.GetValue(options.TopScores), parsed.GetValue(options.Scores), ShownRows, CommandHost.Cancel);
        }
        else if (itemsetFile is null) ShowItemsets(shown, read.Ids);
        Print($"reading   {reading.TotalSeconds:F3} s");
        Print($"mining    {mined.TotalSeconds:F3} s");
        return (int)ExitCode.Done;
    }

    private static ItemsetCounts CountTop(BasketSet baskets, int top, MiningOptions options)
    {
        var result = ItemsetMiner.MineTop(baskets, top, options, CommandHost.Cancel);
        return new ItemsetCounts(result.Itemsets.CountBySize(), result.Outcome);
    }

    private static int Support(string text, int baskets)
    {
        try
        {
            return MinimumSupport.Parse(text, baskets);
        }
        catch (FormatException wrong)
        {
            throw new UserException(ExitCode.Usage, wrong.Message, wrong);
        }
    }

    private static void NotNegative(ParseResult parsed, params Option<int>[] options)
    {
        foreach (var option in options)
            if (parsed.GetValue(option) < 0) throw new UserException(ExitCode.Usage, $"{option.Name} {parsed.GetValue(option)}: 0 or more is expected");
    }

    private static RuleFilter Filter(ParseResult parsed, FileOptions options, string[] ids)
    {
        int[] Codes(Option<string[]> option) => Array.ConvertAll(parsed.GetValue(option) ?? [], id =>
        {
            var code = Array.IndexOf(ids, id);
            return code >= 0 ? code : throw new UserException(ExitCode.Usage, $"{option.Name} {id}: no basket holds this item");
        });
        string[] Bounds(Option<string[]> option)
        {
            var bounds = parsed.GetValue(option) ?? [];
            foreach (var bound in bounds)
                if (MeasureNames.Mistake(bound) is { } mistake) throw new UserException(ExitCode.Usage, $"{option.Name} {mistake}");
            return bounds;
        }
        var (antecedent, consequent) = (Codes(options.Antecedent), Codes(options.Consequent));
        return new RuleFilter
        {
            MustContain = Codes(options.Contains).ToHashSet(),
            MustNotContain = Codes(options.Without),
            AntecedentFrom = antecedent.Length > 0 ? antecedent : null,
            ConsequentFrom = consequent.Length > 0 ? consequent : null,
            Bounds = MeasureNames.Bounds(Bounds(options.Least), Bounds(options.Most)),
            NoRedundant = parsed.GetValue(options.NoRedundant),
            Top = parsed.GetValue(options.TopRules),
            TopBy = Measure(options.By.Name, parsed.GetValue(options.By)!),
        };
    }

    private static RuleMeasure Measure(string option, string name) =>
        MeasureNames.Find(name) ?? throw new UserException(ExitCode.Usage, $"{option} {name}: there is no such measure; there are {string.Join(", ", MeasureNames.All)}");

    private static void ShowCounts(long[] bySize, MiningOutcome outcome)
    {
        var table = PlainTable.New(">size", ">itemsets");
        for (var size = 1; size < bySize.Length; size++)
            table.AddRow(PlainTable.Cells(size.ToString(CultureInfo.InvariantCulture), bySize[size].ToString("N0", CultureInfo.InvariantCulture)));
        table.AddRow(PlainTable.Cells("all", bySize.Sum().ToString("N0", CultureInfo.InvariantCulture)));
        PlainTable.Print(table);
        if (outcome.Truncated) Warn($"the result is {outcome}; raise --max-nodes or --max-memory, or --min-support");
    }

    private static void ShowItemsets(ItemsetTable itemsets, string[] ids)
    {
        var rows = Enumerable.Range(0, itemsets.Count).OrderByDescending(row => itemsets.Supports[row]).ThenBy(row => row).Take(ShownRows);
        var table = PlainTable.New("items", ">support_count", ">support");
        foreach (var row in rows)
            table.AddRow(PlainTable.Cells(Names(itemsets[row], ids), itemsets.Supports[row].ToString("N0", CultureInfo.InvariantCulture), itemsets.Support(row).ToString("F4", CultureInfo.InvariantCulture)));
        PlainTable.Print(table);
        More(itemsets.Count, "itemsets", "--itemsets");
    }

    private static void ShowRules(RuleTable rules, string[] ids, RuleFilter filter)
    {
        var sign = filter.TopBy is RuleMeasure.PValue or RuleMeasure.QValue ? 1 : -1;
        var keys = rules.Column(filter.TopBy);
        var rows = Enumerable.Range(0, rules.Count).OrderBy(rule => double.IsNaN(keys[rule]) ? double.PositiveInfinity : sign * keys[rule]).ThenBy(rule => rule).Take(ShownRows);
        var table = PlainTable.New("antecedent", "consequent", ">baskets", ">confidence", ">lift", ">q_value", "redundant");
        foreach (var rule in rows)
            table.AddRow(PlainTable.Cells(
                Names(rules.Antecedent(rule), ids), Names(rules.Consequent(rule), ids), rules.SupportCounts[rule].ToString("N0", CultureInfo.InvariantCulture),
                rules.Value(rule, RuleMeasure.Confidence).ToString("F3", CultureInfo.InvariantCulture), rules.Value(rule, RuleMeasure.Lift).ToString("F2", CultureInfo.InvariantCulture),
                rules.QValues[rule].ToString("G2", CultureInfo.InvariantCulture), rules.Redundant[rule] ? "yes" : ""));
        PlainTable.Print(table);
        More(rules.Count, "rules", "--rules");
    }

    internal static void More(long count, string what, string option)
    {
        if (count > ShownRows) Print($"... and {count - ShownRows:N0} more {what}; {option} FILE writes all of them");
    }

    internal static string Names(ReadOnlySpan<int> codes, string[] ids)
    {
        var names = new string[codes.Length];
        for (var i = 0; i < names.Length; i++) names[i] = ids[codes[i]];
        return ResultFile.List(names);
    }

    internal static void Print(FormattableString text) => Console.Out.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    internal static void Warn(FormattableString text) => Console.Error.WriteLine($"analytics: warning: {text.ToString(CultureInfo.InvariantCulture)}");

    private static void Warn(string text) => Console.Error.WriteLine($"analytics: warning: {text}");
}
