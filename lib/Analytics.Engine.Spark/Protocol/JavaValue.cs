namespace Analytics.Engine.Spark.Protocol;

/// <summary>What an answer carries. The letters are the protocol's.</summary>
internal enum JavaKind
{
    Void = 'v',
    Null = 'n',
    Text = 's',
    Int = 'i',
    Long = 'L',
    Double = 'd',
    Decimal = 'D',
    Boolean = 'b',
    Bytes = 'j',
    Object = 'r',
    List = 'l',
    Array = 't',
    Map = 'a',
    Set = 'h',
    Iterator = 'g',
}

/// <summary>One value of an answer, still as the protocol writes it: a scalar's text, or an object's id.</summary>
internal readonly record struct JavaValue(JavaKind Kind, string Text)
{
    /// <summary>Whether it is a reference that the JVM keeps until it is released.</summary>
    public bool IsReference => Kind is JavaKind.Object or JavaKind.List or JavaKind.Array or JavaKind.Map or JavaKind.Set or JavaKind.Iterator;
}
