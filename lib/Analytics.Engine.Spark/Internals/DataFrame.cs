using System.Text.Json;
using Analytics.Engine.Spark.Objects;

namespace Analytics.Engine.Spark.Internals;

/// <summary>A query of Spark that has not run.</summary>
internal sealed class DataFrame(Gateway gateway, JavaObject frame) : IDisposable
{
    /// <summary>Names and types, ours where they are ours (<c>VARCHAR</c>), else Spark's.</summary>
    public IReadOnlyList<(string Name, string Type)> Columns()
    {
        using var schema = frame.Call("schema");
        using var json = JsonDocument.Parse(schema.CallText("json")!);
        return json.RootElement.GetProperty("fields").EnumerateArray().Select(field => (field.GetProperty("name").GetString()!, SparkTypes.NameOf(field.GetProperty("type")))).ToArray();
    }

    /// <summary>These expressions over the query's rows, in its order.</summary>
    public DataFrame Select(IReadOnlyCollection<string> expressions)
    {
        using var array = gateway.TextArray(expressions);
        return new DataFrame(gateway, frame.Call("selectExpr", array));
    }

    /// <summary>Gives the query a name for other queries.</summary>
    public void CreateView(string name) => frame.CallVoid("createOrReplaceTempView", SparkLiteral.Name(name));

    /// <summary>Keeps the rows from when they are first computed; what does not fit into memory goes to the executors' disks.</summary>
    public void Persist()
    {
        using var level = gateway.CallStatic("org.apache.spark.storage.StorageLevel", "MEMORY_AND_DISK").AsObject("MEMORY_AND_DISK");
        frame.CallVoid("persist", level);
    }

    public void Unpersist() => frame.CallVoid("unpersist", false);

    /// <summary>
    /// Gives the kept rows a name. Behind the name stand the rows themselves, not the query that made them: Spark looks for kept rows by comparing
    /// plans, does not find them in a query with a WITH of its own (4.3 and 3.5 number the parts of both anew), and forgets them with any view of
    /// the query that is dropped; either way everything would be computed again each time it is read.
    /// </summary>
    /// <param name="session">The session; its class tells where this Spark has its own view of a query.</param>
    /// <param name="name">The name.</param>
    public void CreateKeptView(JavaObject session, string name)
    {
        using var execution = frame.Call("queryExecution");
        using var rows = execution.Call("withCachedData");
        using var output = rows.Call("output");
        using var builder = rows.Call("cacheBuilder");
        using var statistics = rows.Call("statsOfPlanToCache");
        // Rows that claim an order cannot be joined with themselves on 3.5: the copy's order names the columns of the original.
        using var unordered = output.Call("take", 0);
        using var kept = gateway.New("org.apache.spark.sql.execution.columnar.InMemoryRelation", output, builder, unordered);
        kept.CallVoid("statsOfPlanToCache_$eq", statistics);
        using var type = session.Call("getClass");
        using var package = type.Call("getPackage");
        using var view = gateway.CallStatic(package.CallText("getName") + ".Dataset", "ofRows", session, kept).AsObject("ofRows");
        view.CallVoid("createOrReplaceTempView", SparkLiteral.Name(name));
    }

    public long Count() => frame.CallLong("count");

    /// <summary>Runs the query and writes its one text column as lines, a file a partition, into a folder that does not exist.</summary>
    public void WriteLines(string folder)
    {
        using var writer = frame.Call("write");
        writer.CallVoid("option", "compression", "none");
        writer.CallVoid("option", "lineSep", "\n");
        writer.CallVoid("text", folder);
    }

    public void Dispose() => frame.Dispose();
}
