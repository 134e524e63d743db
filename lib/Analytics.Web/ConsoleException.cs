namespace Analytics.Web;

/// <summary>The console is used or configured wrongly; the message says what, where, what was expected and what to do.</summary>
public sealed class ConsoleException(string message, Exception? inner = null) : Exception(message, inner);
