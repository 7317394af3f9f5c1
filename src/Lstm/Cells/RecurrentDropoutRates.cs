namespace Lstm;

/// <summary>Probabilities in [0, 1) of what is dropped, or held, within the steps of a recurrent layer.</summary>
/// <param name="Gate">That an element of g is dropped, drawn for every step (Semeniuta et al. 2016).</param>
/// <param name="Hidden">That an element of h' is dropped from the recurrent product, drawn once for a window (Gal and Ghahramani 2016).</param>
/// <param name="Weights">That an element of R is dropped, drawn once for a window (Merity et al. 2018).</param>
/// <param name="ZoneoutHidden">That an element of h stays as it was (Krueger et al. 2017).</param>
/// <param name="ZoneoutCell">That an element of c stays as it was.</param>
internal sealed record RecurrentDropoutRates(double Gate, double Hidden, double Weights, double ZoneoutHidden, double ZoneoutCell)
{
    public static RecurrentDropoutRates None { get; } = new(0, 0, 0, 0, 0);
}
