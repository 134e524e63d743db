namespace Analytics.Report.Internals.Charts;

/// <summary>A linear map from values to pixels.</summary>
internal readonly record struct Scale(double Low, double High, double From, double To)
{
    public double At(double value) => From + (value - Low) / (High - Low) * (To - From);

    /// <summary>As <see cref="At(double)"/>, held inside the plot.</summary>
    public double Clamped(double value) => At(Math.Clamp(value, Low, High));
}
