namespace Lstm.Tests.GradientChecks;

/// <summary>The gradient of a function of one tensor, by extrapolated central differences as in <see cref="GradientCheck"/>.</summary>
internal static class FiniteDifferences
{
    private const double LargestStep = 1e-3;

    /// <summary>Compares, by the measure of <see cref="GradientCheck"/>; NaN among the values is left out of the differences by the function.</summary>
    public static void ShouldGive(double[] gradient, double[] values, Func<double> function, string row, double tolerance = 1e-7)
    {
        double[] numeric = new double[values.Length];
        for (int k = 0; k < values.Length; k++)
        {
            double Difference(double step) => (At(values, k, step, function) - At(values, k, -step, function)) / (2 * step);

            double full = Difference(LargestStep), half = Difference(LargestStep / 2), quarter = Difference(LargestStep / 4);
            double coarse = (4 * half - full) / 3, fine = (4 * quarter - half) / 3;
            numeric[k] = (16 * fine - coarse) / 15;
        }

        new GradientCheckReport([TensorGradientCheck.Create("y", [values.Length], gradient, numeric)]).Noted(row).ThrowIfWorseThan(tolerance);
    }

    private static double At(double[] values, int index, double offset, Func<double> function)
    {
        double at = values[index];
        values[index] = at + offset;
        double value = function();
        values[index] = at;
        return value;
    }
}
