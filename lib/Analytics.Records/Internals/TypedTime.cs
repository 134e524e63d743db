namespace Analytics.Records.Internals;

/// <summary>A time that the source itself has as a time.</summary>
/// <param name="IsSet">Whether there is one.</param>
/// <param name="IsUtc">Whether it is UTC; else the local clock of the mapping's zone.</param>
/// <param name="Micros">Microseconds since 1970.</param>
/// <param name="IsDate">Whether it is a date alone.</param>
/// <param name="IsTooFine">Whether it has digits behind the microseconds.</param>
internal readonly record struct TypedTime(bool IsSet, bool IsUtc, long Micros, bool IsDate = false, bool IsTooFine = false);
