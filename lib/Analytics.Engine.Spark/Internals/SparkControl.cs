using Analytics.Engine.Spark.Objects;

namespace Analytics.Engine.Spark.Internals;

/// <summary>The second connection: what is asked of Spark while the first one waits for a job.</summary>
internal sealed class SparkControl : IDisposable
{
    private readonly Gateway _gateway;
    private readonly JavaObject _context;
    private readonly JavaObject _owner;
    private readonly JavaObject _tracker;
    private readonly Lock _gate = new();

    public SparkControl(Gateway first, JavaObject context)
    {
        _owner = context;
        _gateway = first.OpenSecond();
        _context = _gateway.New("org.apache.spark.api.java.JavaSparkContext", context);
        _tracker = _context.Call("statusTracker");
    }

    /// <summary>Cancels what runs in a job group.</summary>
    public void Cancel(string group)
    {
        lock (_gate) _context.CallVoid("cancelJobGroup", group);
    }

    /// <summary>How far the stages are that run now; null where none does.</summary>
    public SparkProgress? Progress()
    {
        lock (_gate)
        {
            using var ids = _tracker.Call("getActiveStageIds");
            var stages = _gateway.ArrayLength(ids);
            var progress = new SparkProgress(0, 0, 0, 0);
            for (var i = 0; i < stages; i++)
            {
                using var stage = _tracker.CallOptional("getStageInfo", (int)_gateway.ArrayItem(ids, i).AsLong("getActiveStageIds"));
                if (stage is null) continue;
                progress = new SparkProgress(progress.Stages + 1, progress.Tasks + (int)stage.CallLong("numTasks"),
                    progress.Done + (int)stage.CallLong("numCompletedTasks"), progress.Running + (int)stage.CallLong("numActiveTasks"));
            }
            return progress.Stages == 0 ? null : progress;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _tracker.Dispose();
            _context.Dispose();
            _gateway.Dispose();
        }
        GC.KeepAlive(_owner);
    }
}
