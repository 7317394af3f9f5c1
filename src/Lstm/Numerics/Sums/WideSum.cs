using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>
/// A sum of numbers of any size, <c>Value * 2^Exponent</c>. It is as fast as a sum in double if all numbers are of a usual size; the
/// exponent is then 0.
/// </summary>
internal struct WideSum(double value, int exponent)
{
    /// <summary>
    /// The limits of the usual size, 2^-900 and 2^900: between them a product has all its digits, and no sum of as many products as there
    /// can be overflows.
    /// </summary>
    private const double Smallest = 1.1830521861667747e-271, Largest = 8.452712498170644e+270;

    public double Value { get; private set; } = value;

    public int Exponent { get; private set; } = exponent;

    public readonly Wide Total => new(Value, Exponent);

    /// <summary>Effectively computes <c>sum * factor</c>, for a factor of 1 or more.</summary>
    public static WideSum operator *(in WideSum sum, int factor) => new(sum.Value * factor, sum.Exponent);

    /// <summary>Returns whether a number is of a usual size; 0 is not, as it may have underflowed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsUsual(double number) => Math.Abs(number) is >= Smallest and <= Largest;

    /// <summary>Adds <c>weight * number</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(double weight, double number)
    {
        double product = weight * number;
        if (Exponent == 0 && (IsUsual(product) || weight == 0 || number == 0))
        {
            Value += product;
        }
        else
        {
            AddProduct(weight, number);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddProduct(double weight, double number) => Add((Wide)weight * number);

    /// <summary>Adds a number of any size.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Add(Wide number)
    {
        Wide total = Total + number;
        double value = (double)total;
        (Value, Exponent) = IsUsual(value) || total.IsZero ? (value, 0) : (total.Significand, total.Exponent);
    }
}
