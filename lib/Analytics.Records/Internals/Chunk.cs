namespace Analytics.Records.Internals;

/// <summary>A part of a text file that one thread parses: whole records, or the beginning of one line that is too long.</summary>
/// <param name="Sequence">Its position in the file.</param>
/// <param name="Buffer">Holds its bytes, from the pool.</param>
/// <param name="Start">Where they start.</param>
/// <param name="Length">How many there are.</param>
/// <param name="FirstLine">The line on which it starts.</param>
/// <param name="OversizeBytes">For a line that is too long its length, else 0.</param>
internal readonly record struct Chunk(int Sequence, byte[] Buffer, int Start, int Length, long FirstLine, long OversizeBytes = 0);
