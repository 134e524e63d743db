using Analytics.Engine;

namespace Analytics.Tasks;

/// <summary>The tasks that a worker can run: each is made from its name, its parameters and its side input alone.</summary>
public static class TaskCatalog
{
    /// <summary>The names of all tasks, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = [BasketPartsTask.TaskName, CurateDateTask.TaskName, DailySalesTask.TaskName, SeriesTask.TaskName, MineShardTask.TaskName, ParseRecordsTask.TaskName];

    /// <summary>Makes the task that <see cref="GroupedTask.Name"/>, <see cref="GroupedTask.Parameters"/> and <see cref="GroupedTask.SideInput"/> describe.</summary>
    /// <exception cref="ArgumentException">No task of this name, or bytes that it did not write.</exception>
    public static GroupedTask Create(string name, ReadOnlyMemory<byte> parameters, ReadOnlyMemory<byte> sideInput) => name switch
    {
        SeriesTask.TaskName => new SeriesTask(sideInput),
        BasketPartsTask.TaskName => new BasketPartsTask(ShardedMining.FromBytes(sideInput.Span)),
        MineShardTask.TaskName => new MineShardTask(ShardedMining.FromBytes(sideInput.Span)),
        ParseRecordsTask.TaskName => new ParseRecordsTask(MappingJson.Read(sideInput.Span)),
        CurateDateTask.TaskName => CurateDateTask.Create(parameters.Span, sideInput),
        DailySalesTask.TaskName => DailySalesTask.Create(parameters.Span),
        _ => throw new ArgumentException($"there is no task {name}: expected one of {string.Join(", ", Names)}", nameof(name)),
    };
}
