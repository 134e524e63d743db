using Analytics.Files;
using static Analytics.Publishing.Tests.TestLake;

namespace Analytics.Publishing.Tests;

public sealed class StagingTests : IDisposable
{
    private readonly TestLake _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public void AStageWhoseInputsAreTheSameIsDone()
    {
        var lake = _test.Open();
        var plan = Plan(lake, Day(1));
        using (var staging = lake.OpenStaging(plan))
        {
            Assert.False(staging.IsResumed);
            Assert.Null(staging.FindDone("mine", "inputs"));
            staging.Begin("mine", "tables/rules");
            Write($"{staging.TableFolder("rules")}/part-0.parquet", "rules");
            staging.Complete("mine", "inputs", ["tables/rules"], Json("""{"rules":3}"""));
        }
        _test.Clock.Advance(TimeSpan.FromMinutes(1));
        using var again = lake.OpenStaging(plan);
        Assert.True(again.IsResumed);
        Assert.Equal(_test.Clock.Now - TimeSpan.FromMinutes(1), again.StartedAt);
        var mark = again.FindDone("mine", "inputs")!;
        Assert.Equal(3, mark.Facts!.Value.GetProperty("rules").GetInt32());
        Assert.Equal([new StageOutput("tables/rules/part-0.parquet", 5)], mark.Outputs);
        Assert.Null(again.FindDone("mine", "other inputs"));
        var open = Assert.Single(lake.ListStaging());
        Assert.Equal((again.Key, Day(1), "mine", Environment.ProcessId), (open.Key, open.BusinessDate, open.StagesDone[0], open.Owner!.ProcessId));
    }

    [Fact]
    public void AStageWhoseOutputsAreGoneOrCutIsNotDone()
    {
        var lake = _test.Open();
        using var staging = lake.OpenStaging(Plan(lake, Day(1)));
        var path = $"{staging.TableFolder("rules")}/part-0.parquet";
        Write(path, "rules");
        staging.Complete("mine", "inputs", ["tables"]);
        File.WriteAllText(path, "rul");
        Assert.Null(staging.FindDone("mine", "inputs"));
        File.WriteAllText(path, "other");
        Assert.NotNull(staging.FindDone("mine", "inputs"));
        File.Delete(path);
        Assert.Null(staging.FindDone("mine", "inputs"));
    }

    [Fact]
    public void BeginningAStageForgetsTheEarlierTry()
    {
        var lake = _test.Open();
        using var staging = lake.OpenStaging(Plan(lake, Day(1)));
        Write($"{staging.TableFolder("rules")}/part-0.parquet", "rules");
        Write($"{staging.TableFolder("itemsets")}/part-0.parquet", "itemsets");
        staging.Complete("mine", "inputs", ["tables/rules"]);
        staging.Begin("mine", "tables/itemsets");
        Assert.Null(staging.FindDone("mine", "inputs"));
        Assert.False(File.Exists($"{staging.TableFolder("rules")}/part-0.parquet"));
        Assert.False(Directory.Exists(staging.TableFolder("itemsets")));
    }

    [Fact]
    public void CuratedFilesThatAKilledPublishingMovedStillCount()
    {
        var lake = _test.Open();
        using var staging = lake.OpenStaging(Plan(lake, Day(1)));
        var path = LakeLayout.CuratedFile(LakeLayout.Transactions, Day(1), Sha("lines"));
        File.WriteAllText(staging.CuratedFile(path), "lines");
        staging.Complete("ingest", "inputs", [path]);
        Directory.CreateDirectory(StorePath.Parent(lake.Full(path)));
        File.Move(staging.CuratedFile(path), lake.Full(path));
        Assert.NotNull(staging.FindDone("ingest", "inputs"));
        File.Delete(lake.Full(path));
        Assert.Null(staging.FindDone("ingest", "inputs"));
    }

    [Fact]
    public void AMissingOutputIsABug()
    {
        var lake = _test.Open();
        using var staging = lake.OpenStaging(Plan(lake, Day(1)));
        Assert.Equal(Fault.Bug, Assert.Throws<PublishingException>(() => staging.Complete("mine", "inputs", ["tables/rules"])).Fault);
        Assert.Throws<ArgumentException>(() => staging.TableFolder("../out"));
        Assert.Throws<ArgumentException>(() => staging.CuratedFile("curated/../../out"));
        Assert.Throws<ArgumentException>(() => staging.Begin("mine", "/etc"));
    }

    [Fact]
    public void AnAbandonedRunIsGone()
    {
        var lake = _test.Open();
        var staging = lake.OpenStaging(Plan(lake, Day(1)));
        staging.Abandon();
        staging.Dispose();
        Assert.Empty(lake.ListStaging());
        Assert.Throws<ObjectDisposedException>(() => staging.FindDone("mine", "inputs"));
    }
}
