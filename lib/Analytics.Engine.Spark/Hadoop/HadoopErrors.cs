using Analytics.Engine.Spark.Objects;
using Analytics.Engine.Spark.Protocol;
using Analytics.Files;

namespace Analytics.Engine.Spark.Hadoop;

/// <summary>Turns what Hadoop's file systems and the gateway report into the store's one exception.</summary>
internal static class HadoopErrors
{
    public const string NotFound = "java.io.FileNotFoundException";
    public const string Exists = "org.apache.hadoop.fs.FileAlreadyExistsException";

    public static T Try<T>(string verb, string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception wrong) when (wrong is JavaException or GatewayException)
        {
            throw Wrap(verb, path, wrong);
        }
    }

    private static FileStoreException Wrap(string verb, string path, Exception wrong)
    {
        var message = wrong.Message;
        // Behind the first line a remote exception carries the NameNode's stack.
        var end = message.IndexOf('\n', StringComparison.Ordinal);
        if (end > 0) message = message[..end];
        var name = wrong is JavaException java ? java.JavaClass : "";
        if (name.Length > 0 && (message == name || name == NotFound)) message = $"{name[(name.LastIndexOf('.') + 1)..]}: {message}";
        var full = name.EndsWith("QuotaExceededException", StringComparison.Ordinal) || message.Contains("No space left on device", StringComparison.Ordinal)
            || message.Contains("could only be written to 0 of the", StringComparison.Ordinal);
        return FileStoreException.Of(verb, path, message, full, name.EndsWith("AccessControlException", StringComparison.Ordinal), wrong);
    }
}
