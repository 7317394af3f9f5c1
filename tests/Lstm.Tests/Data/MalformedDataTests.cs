namespace Lstm.Tests.Data;

/// <summary>Bad data is refused where it is added, with its place.</summary>
public sealed class MalformedDataTests
{
    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    public void A_number_that_is_not_finite(float number, string text)
    {
        Series<float> series = new(columns: 3);
        series.Add([1, 2, 3]);

        MalformedDataException added = Catch(() => series.Add([4, 5, number]));
        MalformedDataException whole = Catch(() => _ = new Series<float>([1, 2, 3, 4, number, 6], columns: 3));

        added.Reason.Should().Be($"Expected a finite number, but got {text}.");
        added.Message.Should().StartWith($"Expected a finite number, but got {text}. At row 1, column 2.");
        (added.Sequence, added.Row, added.Column, added.ParamName).Should().Be((null, 1, 2, "row"));
        (whole.Row, whole.Column, whole.ParamName).Should().Be((1, 1, "values"));
        series.Rows.Should().Be(1, "a refused row is not added");
    }

    [Fact]
    public void A_row_of_another_width()
    {
        Series<double> series = new(columns: 2);
        series.Add([1, 2]);

        MalformedDataException added = Catch(() => series.Add([3, 4, 5]));
        MalformedDataException whole = Catch(() => _ = new Series<double>([1, 2, 3], columns: 2));

        added.Message.Should().StartWith("Expected a row of 2 numbers, but got 3. At row 1.");
        (added.Row, added.Column).Should().Be((1, null));
        whole.Row.Should().Be(1);
        whole.Reason.Should().Be("Expected rows of 2 numbers, but the last of 3 has 1.");
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-1)]
    public void A_label_out_of_range(int label)
    {
        SequenceSet<float> set = new(features: 1, classes: 3);
        set.Add([1], 2);

        MalformedDataException error = Catch(() => set.Add([1], label));

        error.Message.Should().StartWith($"Expected a label in [0, 3), but got {label}. At sequence 1.");
        (error.Sequence, error.ParamName, set.Count).Should().Be((1, "label", 1));
    }

    [Fact]
    public void A_sequence_of_another_width_an_empty_one_and_one_with_a_number_that_is_none()
    {
        SequenceSet<float> set = new(features: 2);
        set.Add([1, 2]);

        MalformedDataException width = Catch(() => set.Add([1, 2, 3]));
        MalformedDataException empty = Catch(() => set.Add([]));
        MalformedDataException number = Catch(() => set.Add([1, 2, 3, float.NaN]));

        (width.Sequence, width.Row, width.Column).Should().Be((1, 1, null));
        width.Reason.Should().Be("Expected steps of 2 numbers, but the last of 3 has 1.");
        (empty.Sequence, empty.Row).Should().Be((1, null));
        number.Message.Should().StartWith("Expected a finite number, but got NaN. At sequence 1, row 1, column 1.");
        (set.Count, set.LongestLength).Should().Be((1, 1), "what is refused is not added");
    }

    [Fact]
    public void A_label_that_is_missing_or_of_no_class()
    {
        SequenceSet<float> labelled = new(classes: 2), without = new();

        labelled.Invoking(set => set.Add([1f])).Should().Throw<InvalidOperationException>().WithMessage("*2 classes*");
        Catch(() => without.Add([1f], 0)).Reason.Should().Be("Expected a label in [0, 0), but got 0.");
    }

    [Fact]
    public void Rows_that_a_series_has_not()
    {
        Series<double> series = Sources.Series(4, 2);

        series[1..3].ToArray().Should().Equal(1, 1.25, 2, 2.25);
        series[^1..].ToArray().Should().Equal(3, 3.25);
        foreach (Range range in new[] { 2..5, 3..1, ^5.. })
        {
            series.Invoking(s => s[range].Length).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("rows").WithMessage("*4 rows*");
        }
    }

    private static MalformedDataException Catch(Action action) => action.Should().Throw<MalformedDataException>().Which;
}
