namespace Analytics.Records.Internals;

/// <summary>Where one field's text lies: in the chunk, or (complemented start) in the builder's scratch; length -1 is NULL.</summary>
internal readonly record struct Field(int Start, int Length)
{
    public static readonly Field Null = new(0, -1);

    public bool IsNull => Length < 0;

    public static Field InScratch(int start, int length) => new(~start, length);
}
